// Somebody at a browser of their own, on any page. Everything that goes wrong there is remembered.
import { deadlineMs } from './server.mjs'

const desktop = { width: 1280, height: 800 }

/** What Chromium itself writes to the console while the server is gone. */
const outage = /net::ERR_(CONNECTION|EMPTY_RESPONSE|SOCKET|INTERNET|FAILED)|WebSocket connection to/

/** The development inbox is asked for a mail that may not have come yet. */
const early = /404 .*\/_\/inbox\/latest\.json/

export class Visitor {
  constructor(name, server, context, page) {
    this.name = name
    this.server = server
    this.context = context
    this.page = page
    this.problems = []
    this.expected = []
    this.isOutageExpected = false
    /** Connections that are open now. */
    this.sockets = new Set()
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
    context.setDefaultTimeout(deadlineMs)
    // Dark is what one sees first; the screenshots want both, as the system says.
    await context.addInitScript(() => {
      if (location.protocol === 'http:') localStorage.setItem('relaychat.theme', 'system')
    })
    return new this(name, server, context, await context.newPage())
  }

  /** The same person in another tab of the same browser. */
  async openTab(path = '/') {
    const tab = new this.constructor(
      this.name,
      this.server,
      this.context,
      await this.context.newPage(),
    )
    await tab.page.goto(path)
    return tab
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
      if (early.test(text)) return
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
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
  }
}
