// Files of any type: chosen, dropped and pasted, shown on their way, and the same bytes at the other end.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { picture } from './picture.mjs'
import { startServer } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

test('files of any type', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t)
  const [ann, bob] = [
    await Person.arrive('Ann', server, browser),
    await Person.arrive('Bob', server, browser),
  ]
  const { page } = ann
  const step = stepper(t, [ann, bob], server)
  const selected = page.getByRole('list', { name: 'Selected files' })
  const findings = []
  const bytes = randomBytes(300_000)

  /** As if they came from another program: by hand or from the clipboard. */
  const bring = (kind, files) =>
    ann.composer().evaluate(
      (field, [kind, files]) => {
        const data = new DataTransfer()
        for (const { name, type, text } of files) data.items.add(new File([text], name, { type }))
        const event =
          kind === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
        field.dispatchEvent(event)
      },
      [kind, files],
    )
  const attach = async files => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Attach files' }).click()
    await (await chooser).setFiles(files)
  }
  const send = () => page.getByRole('button', { name: 'Send', exact: true }).click()

  await step('two people talk', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.page.reload()
    await ann.openChatWith(bob)
    await ann.write('Here it comes')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.message('Ann', 'Here it comes').waitFor()
  })

  await step('a file by the button comes to the other side byte for byte', async () => {
    await attach([
      { name: 'Minutes – März.pdf', mimeType: 'application/pdf', buffer: bytes },
      { name: 'data.bin', mimeType: '', buffer: bytes.subarray(0, 1_234) },
    ])
    await selected.getByText('Minutes – März.pdf').waitFor()
    findings.push(...(await look(ann, 'files-selected')))
    await ann.composer().fill('The minutes')
    await send()
    await ann.message('You', 'Minutes – März.pdf', 'The minutes', 'seen').waitFor()
    const arriving = bob.page.waitForEvent('download')
    await bob
      .message('Ann', 'The minutes')
      .getByRole('button', { name: /Minutes – März\.pdf.*Download/ })
      .click()
    const download = await arriving
    assert.equal(download.suggestedFilename(), 'Minutes – März.pdf')
    assert.deepEqual(await readFile(await download.path()), bytes)
    findings.push(...(await look(bob, 'files')))
  })

  await step('dropped and pasted files are taken, each can be taken out again', async () => {
    await bring('drop', [
      { name: 'notes.txt', type: 'text/plain', text: 'Some notes' },
      { name: 'wrong.txt', type: 'text/plain', text: 'Not this one' },
    ])
    await bring('paste', [{ name: 'table.csv', type: 'text/csv', text: 'a,b' }])
    await selected.getByText('table.csv').waitFor()
    await selected.getByRole('button', { name: 'Remove wrong.txt' }).click()
    await send()
    await bob.message('Ann', 'notes.txt, table.csv').waitFor()
    assert.equal(await bob.page.getByText('wrong.txt').count(), 0)
  })

  await step('what cannot be sent is refused before it is, and the limit is named', async () => {
    await bring('drop', [{ name: 'nothing.txt', type: 'text/plain', text: '' }])
    await page.getByRole('alert').getByText('nothing.txt is empty.').waitFor()
  })

  await step('several pictures are one album', async () => {
    const sizes = [
      [640, 480],
      [480, 640],
      [600, 600],
      [900, 400],
      [500, 500],
    ]
    await attach(
      sizes.map(([width, height], at) => ({
        name: `view-${at}.png`,
        mimeType: 'image/png',
        buffer: picture(width, height),
      })),
    )
    await ann.write('Our walk')
    await ann.message('You', '5 images', 'Our walk', 'seen').waitFor()
    const tiles = bob.message('Ann', 'Our walk').getByRole('button', { name: /^Open image/ })
    assert.equal(await tiles.count(), 5)
    await tiles.nth(2).click()
    const viewer = bob.page.getByRole('dialog', { name: 'Image viewer' })
    await viewer.getByText('3 of 5').waitFor()
    await bob.page.keyboard.press('Escape')
    await viewer.waitFor({ state: 'hidden' })
    findings.push(...(await look(bob, 'album')))
  })

  await step(
    'what was sent stands beside the chat, newest first, and comes as it is sent',
    async () => {
      await bob.page.getByRole('button', { name: 'Chat actions' }).click()
      await bob.page.getByRole('menuitem', { name: 'Images and files' }).click()
      const panel = bob.page.getByRole('complementary', { name: 'Images and files' })
      const tiles = panel.getByRole('list', { name: 'Images' }).getByRole('button')
      await tiles.nth(4).waitFor()
      assert.equal(await tiles.count(), 5)
      assert.match(await tiles.first().getAttribute('aria-label'), /view-4\.png/)
      await panel.locator('img[alt*="view-0.png"]').waitFor()
      findings.push(...(await look(bob, 'panel-images')))
      await tiles.nth(1).click()
      const viewer = bob.page.getByRole('dialog', { name: 'Image viewer' })
      await viewer.getByText('2 of 5').waitFor()
      await bob.page.keyboard.press('Escape')
      await viewer.waitFor({ state: 'hidden' })
      await panel.getByRole('button', { name: 'Files' }).click()
      const rows = panel.getByRole('list', { name: 'Files' }).getByRole('listitem')
      await rows.nth(3).waitFor()
      const names = async () => {
        const texts = await rows.locator('.name').allTextContents()
        return texts.map(text => text.trim())
      }
      const sent = ['table.csv', 'notes.txt', 'data.bin', 'Minutes – März.pdf']
      assert.deepEqual(await names(), sent)
      await attach([{ name: 'new.txt', mimeType: 'text/plain', buffer: Buffer.from('new') }])
      await send()
      await panel.getByText('new.txt').waitFor()
      assert.deepEqual(await names(), ['new.txt', ...sent])
      findings.push(...(await look(bob, 'panel-files')))
      await panel.getByRole('button', { name: 'Go to the message with data.bin' }).click()
      await bob.page.locator('[data-highlighted]').getByText('data.bin').waitFor()
      await panel.getByRole('button', { name: 'Close' }).click()
      await panel.waitFor({ state: 'detached' })
      await bob.page.getByRole('button', { name: /^Jump to newest/ }).click()
      await ann.message('You', 'new.txt', 'seen').waitFor()
    },
  )

  await step('a file that waits for a network is sent once there is one', async () => {
    for (const person of [ann, bob]) person.isOutageExpected = true
    await server.kill()
    await attach([{ name: 'later.zip', mimeType: 'application/zip', buffer: bytes }])
    await send()
    await ann.message('You', 'later.zip', 'waiting').waitFor()
    findings.push(...(await look(ann, 'file-waiting')))
    await server.start()
    await bob.message('Ann', 'later.zip').waitFor()
    await ann.message('You', 'later.zip', 'seen').waitFor()
  })

  await step('every page is free of serious findings and had no error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual([...ann.problems, ...bob.problems], [])
  })
})
