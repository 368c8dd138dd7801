// Somebody at the web application, who knows their way around it.
import { codeFor } from './server.mjs'
import { Visitor } from './visitor.mjs'

export class Person extends Visitor {
  get email() {
    return `${this.name.toLowerCase()}@example.com`
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
}
