// The page in other languages: found by what the browser asks for, chosen in the profile, mirrored where
// one writes from right to left, and with nothing left in English.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { Robot } from './robot.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

/** Of each language a few words that stand on the pages, as its speakers would look for them. */
const languages = {
  de: {
    name: 'Deutsch',
    locale: 'de-AT',
    email: 'E-Mail-Adresse',
    search: 'Suchen',
    messages: 'Nachrichten',
    newMessages: '12 neue Nachrichten',
    today: 'Heute',
    seen: 'gesehen',
    profile: 'Dein Profil',
    language: 'Sprache',
  },
  ar: {
    name: 'العربية',
    locale: 'ar-AE',
    email: 'البريد الإلكتروني',
    search: 'بحث',
    messages: 'الرسائل',
    newMessages: '12 رسالة جديدة',
    today: 'اليوم',
    seen: 'شوهدت',
    profile: 'ملفك الشخصي',
    language: 'اللغة',
  },
  ja: {
    name: '日本語',
    locale: 'ja-JP',
    email: 'メールアドレス',
    search: '検索',
    messages: 'メッセージ',
    newMessages: '新しいメッセージ12件',
    today: '今日',
    seen: '既読',
    profile: 'プロフィール',
    language: '言語',
  },
}

/** Names of people, products and units: the same wherever one reads. */
const names =
  /\b(RelayChat|Ann|Bob|AL|A|B|Chrome|Linux|Ctrl K|Esc|kB|MB|GB|you@example\.com|ann@example\.com)\b/gu

test('the page in other languages', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const ann = await Person.arrive('Ann', server, browser)
  const { page } = ann
  const people = [ann]
  const findings = []
  const step = stepper(t, people, server)
  let hands, bob, chatId

  await step('somebody has a conversation, part of it unread', async () => {
    await ann.logIn()
    hands = await Robot.behind(ann)
    bob = await Robot.arrive('Bob', server)
    chatId = await bob.openDirect(hands.id)
    await bob.sayAll(chatId, ['Hallo!', 'مرحبا، كيف حالك اليوم؟', 'こんにちは'])
  })

  for (const [code, words] of Object.entries(languages)) {
    await step(`a browser that asks for ${code} finds the login in it`, async () => {
      const visitor = await Person.arrive(`Visitor-${code}`, server, browser, {
        locale: words.locale,
      })
      people.push(visitor)
      await visitor.page.goto('/')
      await visitor.page.getByRole('textbox', { name: words.email }).waitFor()
      const html = await visitor.page.evaluate(() => {
        const { lang, dir } = document.documentElement
        return { lang, dir }
      })
      assert.deepEqual(html, { lang: code, dir: code === 'ar' ? 'rtl' : 'ltr' })
      if (code !== 'de') assert.deepEqual(await latinOn(visitor.page), [])
      findings.push(...(await look(visitor, `login-${code}`)))
      await visitor.context.close()
    })

    await step(`${code} is chosen in the profile, and spoken at once`, async () => {
      await page.goto('/profile')
      await page.locator('select').selectOption(code)
      await page.getByRole('combobox', { name: words.language }).waitFor()
      await page.getByRole('link', { name: words.profile }).waitFor()
      if (code !== 'de') assert.deepEqual(await latinOn(page, 'option'), [])
      findings.push(...(await look(ann, `profile-${code}`)))
    })

    await step(`the conversation is in ${code}: counts, dates, states`, async () => {
      const { seq } = await hands.say(chatId, '👋')
      for (const robot of [hands, bob]) {
        await robot.call('POST', `/v1/chats/${chatId}/marks`, { read_seq: seq })
      }
      await bob.sayAll(
        chatId,
        Array.from({ length: 12 }, (_, at) => `${at + 1}`),
      )
      const row = page.locator(`a[href="/chat/${chatId}"]`)
      // All are there before the chat is opened: it says how many there were then.
      await row.locator('.bg-accent').getByText('12', { exact: true }).waitFor()
      await row.click()
      const list = page.getByRole('list', { name: words.messages })
      await list.getByText(words.newMessages).waitFor()
      // The divider may be above what is drawn; the date of what is at the top never is.
      const date = page.getByTestId('sticky-date')
      await until('the date', async () => (await date.textContent()) === words.today)
      await list.getByRole('listitem', { name: words.seen }).waitFor()
      await page.getByRole('button', { name: words.search, exact: true }).waitFor()
      if (code !== 'de') assert.deepEqual(await latinOn(page, 'p'), [])
      findings.push(...(await look(ann, `chat-${code}`)))
      assert.deepEqual(await sides(page), code === 'ar' ? mirrored : usual)
    })
  }

  await step('no page had an error, and axe finds nothing serious', async () => {
    assert.deepEqual(
      people.flatMap(person => person.problems),
      [],
    )
    assert.deepEqual(findings, [])
  })
})

const usual = { list: 'left', own: 'right', others: 'left' }
const mirrored = { list: 'right', own: 'left', others: 'right' }

/** On which side of the page the list stands, and in the conversation the bubbles. */
function sides(page) {
  return page.evaluate(() => {
    const side = (element, box) => {
      const { left, right } = element.getBoundingClientRect()
      return left - box.left < box.right - right ? 'left' : 'right'
    }
    const main = document.querySelector('main')
    const bubbles = [...main.querySelectorAll('[data-testid=message]')]
    const bubble = isOwn =>
      bubbles.find(row => (row.querySelector('svg[data-state]') !== null) === isOwn)
    const sideOf = isOwn => {
      const row = bubble(isOwn)
      return side(row.querySelector('[data-bubble]'), row.getBoundingClientRect())
    }
    const whole = document.documentElement.getBoundingClientRect()
    return {
      list: side(document.querySelector('nav'), whole),
      own: sideOf(true),
      others: sideOf(false),
    }
  })
}

/** Everything that is shown or spoken and has Latin letters that are no name, but for what is `said`. */
async function latinOn(page, said = 'none') {
  await until('the page', () => page.locator('main').first().isVisible())
  const texts = await page.evaluate(said => {
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const { parentElement, data } = walker.currentNode
      if (parentElement.closest(`script, noscript, style, ${said}`) === null) found.push(data)
    }
    for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
      for (const element of document.body.querySelectorAll(`[${name}]`)) {
        if (element.closest(said) === null) found.push(element.getAttribute(name))
      }
    }
    return [...new Set(found)]
  }, said)
  return texts.filter(text => /\p{Script=Latin}{2}/u.test(text.replace(names, '')))
}
