// Somebody at a browser of their own. Everything that goes wrong on their page is remembered.
import { codeFor } from './server.mjs'

const desktop = { width: 1280, height: 800 }

/** What Chromium itself writes to the console while the server is gone. */
const outage = /net::ERR_(CONNECTION|EMPTY_RESPONSE|SOCKET)|WebSocket connection to/

export class Person {
  constructor(name, server, context, page) {
    this.name = name
    this.email = `${name.toLowerCase()}@example.com`
    this.server = server
    this.context = context
    this.page = page
    this.problems = []
    this.expected = []
    this.isOutageExpected = false
    this.watch()
  }

  static async arrive(name, server, browser, options = {}) {
    const context = await browser.newContext({
      viewport: desktop,
      colorScheme: 'dark',
      locale: 'en-GB',
      baseURL: server.url,
      ...options,
    })
    context.setDefaultTimeout(15_000)
    // Dark is what one sees first; the screenshots want both, as the system says.
    await context.addInitScript(() => {
      if (location.protocol === 'http:') localStorage.setItem('relaychat.theme', 'system')
    })
    return new Person(name, server, context, await context.newPage())
  }

  /** The page ends in the list of chats, with a name. */
  async logIn() {
    const { page } = this
    await page.goto('/')
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(this.email)
    await page.getByRole('button', { name: 'Continue' }).click()
    const field = page.getByRole('textbox', { name: 'Six-digit code' })
    await field.waitFor()
    await field.fill(await codeFor(this.server, this.email))
    await this.chooseName()
  }

  async chooseName() {
    const welcome = this.page.getByRole('dialog', { name: 'What should people call you?' })
    await welcome.getByRole('textbox', { name: 'Your name' }).fill(this.name)
    await welcome.getByRole('button', { name: 'Save name' }).click()
    await welcome.waitFor({ state: 'hidden' })
  }

  async openChatWith(other) {
    await this.page.getByRole('tab', { name: 'People' }).click()
    const people = this.page.getByRole('list', { name: 'People' })
    await people.getByText(other.name, { exact: true }).first().click()
    await this.heading(other.name).waitFor()
  }

  heading(title) {
    return this.page.getByRole('main').getByRole('heading', { name: title, exact: true })
  }

  composer() {
    return this.page.getByRole('textbox', { name: 'Message', exact: true })
  }

  async write(text) {
    await this.composer().fill(text)
    await this.composer().press('Enter')
  }

  /** A message by what its accessible name holds, in this order. */
  message(...parts) {
    const escaped = parts.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    const name = new RegExp(escaped.join('.*'), 's')
    return this.page.getByRole('list', { name: 'Messages' }).getByRole('listitem', { name })
  }

  chatRow(other) {
    return this.page
      .getByRole('list', { name: 'Chats' })
      .getByRole('listitem')
      .filter({ hasText: other.name })
  }

  /** One console line that looks like this is wanted. */
  expect(pattern) {
    this.expected.push(pattern)
  }

  watch() {
    const { page, server } = this
    const note = text => {
      const wanted = this.expected.findIndex(pattern => pattern.test(text))
      if (wanted >= 0) return this.expected.splice(wanted, 1)
      if (!(this.isOutageExpected && outage.test(text))) this.problems.push(`${this.name}: ${text}`)
    }
    page.on('console', message => {
      if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', error => note(`unhandled: ${error.stack ?? error}`))
    page.on('request', request => {
      const { protocol, host } = new URL(request.url())
      const isOwn = host === new URL(server.url).host
      if (!isOwn && !['data:', 'blob:'].includes(protocol))
        note(`foreign request: ${request.url()}`)
    })
    page.on('websocket', socket => {
      if (new URL(socket.url()).host !== new URL(server.url).host)
        note(`foreign socket: ${socket.url()}`)
    })
  }
}
