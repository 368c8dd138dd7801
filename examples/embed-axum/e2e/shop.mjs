// The shop in a real browser, on PostgreSQL: a customer, the staff, and the chat of their order. The
// browser and the steps are those of the web application's stories.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { look } from '../../web-chat/e2e/looks.mjs'
import { startProgram, until } from '../../web-chat/e2e/server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from '../../web-chat/e2e/story.mjs'
import { Visitor } from '../../web-chat/e2e/visitor.mjs'

/** Half of the requests come from the customer's page, half from the staff's. */
const requestsAtOnce = 50

test('a shop with a chat for each order', { timeout: storyDeadlineMs }, async t => {
  const shop = await startShop()
  t.after(() => shop.end())
  const browser = await openBrowser(t)
  const ann = await ShopVisitor.arrive('Ann Archer', shop, browser)
  const bob = await ShopVisitor.arrive('Bob Baker', shop, browser)
  const people = [ann, bob]
  const findings = []
  const step = stepper(t, people, shop)
  let first
  let second

  await step(
    'the shop asks who one is, and shows the staff that there is nothing yet',
    async () => {
      await ann.page.goto('/')
      await ann.page.getByRole('heading', { name: 'Who are you today?' }).waitFor()
      findings.push(...(await look(ann, 'shop-door')))
      await bob.logIn()
      await bob.page.getByText('Nobody has ordered anything yet').waitFor()
      await ann.logIn()
      findings.push(...(await look(ann, 'shop-shelf')))
    },
  )

  await step(
    'an order and what it says are on the page of the staff without a reload',
    async () => {
      await bob.stay()
      await ann.page.getByRole('button', { name: 'Two lamps' }).click()
      await ann.message('I have ordered: Two lamps').waitFor()
      first = new URL(ann.page.url()).pathname
      const row = bob.page.getByRole('listitem').filter({ hasText: 'Two lamps for Ann Archer' })
      await row.getByText('Ann Archer: I have ordered: Two lamps').waitFor()
      await row.getByText('1 new').waitFor()
      assert.equal(await bob.hasStayed(), true)
      findings.push(...(await look(bob, 'shop-orders')))
      await row.click()
    },
  )

  await step('both write, and each sees what the other has seen', async () => {
    await bob.message('I have ordered: Two lamps').waitFor()
    await ann.write('In brass, please.\nAnd <b>soon</b>!')
    await bob.message('And <b>soon</b>!').waitFor()
    await ann.message('In brass, please.', 'seen').waitFor()
    await bob.composer().pressSequentially('They')
    await ann.page.getByText('Bob Baker is typing…').waitFor()
    await bob.write('They leave tomorrow.')
    await ann.message('They leave tomorrow.').waitFor()
    await bob.message('They leave tomorrow.', 'seen').waitFor()
    findings.push(...(await look(ann, 'shop-order')), ...(await look(bob, 'shop-order-staff')))
  })

  await step('an advertisement is refused with the reason of the shop', async () => {
    await ann.write('Buy cheap watches')
    const refused = ann.message('Buy cheap watches', 'Not sent. This looks like an advertisement.')
    await refused.waitFor()
    findings.push(...(await look(ann, 'shop-refused')))
    await refused.getByRole('button', { name: 'Remove' }).click()
    await refused.waitFor({ state: 'detached' })
    assert.equal(await bob.message('cheap watches').count(), 0)
  })

  await step('a reload shows what was said', async () => {
    await ann.page.reload()
    for (const text of ['I have ordered: Two lamps', 'In brass', 'They leave tomorrow.']) {
      await ann.message(text).waitFor()
    }
    assert.equal(await ann.message('watches').count(), 0)
  })

  await step(`${requestsAtOnce} requests at once for a new order get one chat`, async () => {
    const { id } = await ann.fetchJson('/orders', { goods: 'An oak stool' })
    second = `/orders/${id}`
    const half = requestsAtOnce / 2
    const asked = await Promise.all(people.map(person => person.fetchMany(`${second}/chat`, half)))
    assert.equal(asked.flat().length, requestsAtOnce)
    assert.equal(new Set(asked.flat().map(answer => answer.chat_id)).size, 1)
  })

  await step("the chat lies under the shop's prefix, behind the shop's middleware", async () => {
    const header = async (person, path) =>
      person.page.evaluate(async p => (await fetch(p)).headers.get('x-shop-person'), path)
    assert.equal(await header(ann, '/chat/v1/limits'), 'ann')
    assert.equal(await header(bob, '/orders'), 'bob')
    assert.deepEqual([...new Set(ann.addresses)], [`${shop.url.replace('http', 'ws')}/chat/v1/ws`])
  })

  await step('whom the shop takes off an order hears no more of it', async () => {
    const button = bob.page.getByRole('button', { name: 'Take Ann Archer off' })
    const gone = ann.page.getByRole('heading', { name: 'This order is not yours any more' })
    const began = performance.now()
    await Promise.all([button.click(), gone.waitFor()])
    const took = Math.round(performance.now() - began)
    t.diagnostic(`membership withdrawn: off the live page of the customer after ${took} ms`)
    await bob.write('Between us: she never paid.')
    await bob.message('she never paid', 'sent').waitFor()
    // Her socket hears all her chats in the order of commits: what comes later has come.
    await bob.page.goto(second)
    await bob.write('Your stool is ready.')
    await until('the later message', async () => ann.hasHeard('Your stool is ready.'))
    assert.equal(ann.hasHeard('she never paid'), false)
    findings.push(...(await look(ann, 'shop-gone')))
    ann.expect(/404 \(Not Found\)/)
    const status = await ann.page.evaluate(async p => (await fetch(p)).status, `${first}/chat`)
    assert.equal(status, 404)
  })

  await step('and who is brought back is in the chat again without a reload', async () => {
    await ann.stay()
    await bob.page.goto(first)
    await bob.page.getByRole('button', { name: 'Bring Ann Archer back' }).click()
    await ann.message('They leave tomorrow.').waitFor()
    await bob.write('Welcome back.')
    await ann.message('Welcome back.').waitFor()
    assert.equal(await ann.hasStayed(), true)
  })

  await step('no page had an error or asked anybody else', async () => {
    assert.deepEqual(
      people.flatMap(person => person.problems),
      [],
    )
  })

  await step('axe finds nothing serious on any page', async () => {
    assert.deepEqual(findings, [])
  })
})

async function startShop() {
  const { SHOP: program, RELAYCHAT_TEST_POSTGRES_URL: url } = process.env
  if (program === undefined) throw new Error('SHOP must be the path of the embed-axum program')
  if (url === undefined) throw new Error('RELAYCHAT_TEST_POSTGRES_URL must name a PostgreSQL')
  const schema = `shop_${randomBytes(8).toString('hex')}`
  const database = { DATABASE_URL: url, SHOP_SCHEMA: schema }
  const env = port => ({ LISTEN: `127.0.0.1:${port}`, ...database })
  const shop = await startProgram({ program, env, readyPath: '/me' })
  shop.end = async () => {
    await shop.kill()
    await promisify(execFile)(program, ['remove'], { env: { ...process.env, ...database } })
  }
  return shop
}

/** Somebody in the shop. */
class ShopVisitor extends Visitor {
  /** Of each socket that was ever opened. */
  addresses = []
  heard = []

  watch() {
    super.watch()
    this.page.on('websocket', socket => {
      this.addresses.push(socket.url())
      socket.on('framereceived', ({ payload }) => this.heard.push(payload.toString()))
    })
  }

  async logIn() {
    await this.page.goto('/')
    await this.page.getByRole('button', { name: this.name }).click()
    await this.page.getByRole('button', { name: 'Leave' }).waitFor()
  }

  composer() {
    return this.page.getByRole('textbox', { name: 'Message' })
  }

  async write(text) {
    await this.composer().fill(text)
    await this.composer().press('Enter')
  }

  /** A message that holds these texts. */
  message(...texts) {
    const messages = this.page.getByRole('list', { name: 'Messages' }).getByRole('listitem')
    return texts.reduce((found, hasText) => found.filter({ hasText }), messages)
  }

  hasHeard(text) {
    return this.heard.some(frame => frame.includes(text))
  }

  /** From here on a reload would be noticed. */
  stay() {
    return this.page.evaluate(() => {
      globalThis.hasStayed = true
    })
  }

  hasStayed() {
    return this.page.evaluate(() => globalThis.hasStayed === true)
  }

  fetchJson(path, body) {
    const options = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    return this.page.evaluate(async ([p, o]) => (await fetch(p, o)).json(), [path, options])
  }

  /** The answers to the same request, asked so often at once. */
  fetchMany(path, count) {
    const ask = ([p, n]) =>
      Promise.all(Array.from({ length: n }, async () => (await fetch(p)).json()))
    return this.page.evaluate(ask, [path, count])
  }
}
