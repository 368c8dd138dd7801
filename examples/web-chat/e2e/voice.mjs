// Voice messages: spoken into a microphone that beeps, sent, and listened to at the other end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { startServer } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

const microphone = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

test('voice messages', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t, microphone)
  const [ann, bob] = [
    await Person.arrive('Ann', server, browser),
    await Person.arrive('Bob', server, browser),
  ]
  const { page } = ann
  const step = stepper(t, [ann, bob], server)
  const findings = []
  const record = () => page.getByRole('button', { name: 'Record a voice message' }).click()
  const spoken = text => page.getByRole('timer').getByText(text).waitFor()

  await step('two people talk', async () => {
    await ann.logIn()
    await bob.logIn()
    await ann.page.reload()
    await ann.openChatWith(bob)
    await ann.write('Listen')
    await bob.page.getByRole('tab', { name: 'Chats' }).click()
    await bob.chatRow(ann).click()
    await bob.message('Ann', 'Listen').waitFor()
  })

  await step('a recording that is cancelled leaves nothing', async () => {
    await record()
    await spoken('0:01')
    await page.keyboard.press('Escape')
    await ann.composer().waitFor()
    assert.equal(await page.getByRole('timer').count(), 0)
    assert.equal(await ann.message('You', 'Voice message').count(), 0)
  })

  await step('two seconds are recorded and sent', async () => {
    await record()
    await spoken('0:02')
    findings.push(...(await look(ann, 'voice-recording')))
    await page.keyboard.press('Enter')
    await ann.message('You', 'Voice message', 'seen').waitFor()
    await page.getByRole('tab', { name: 'Chats' }).click()
    await ann.chatRow(bob).getByText('Voice message').waitFor()
  })

  await step('the other one listens, and the time moves', async () => {
    const message = bob.message('Ann', 'Voice message')
    await message.getByText(/^0:00 \/ 0:0[2-9]$/).waitFor()
    findings.push(...(await look(bob, 'voice')))
    assert.equal(await bob.page.getByText(/voice-\d{4}/).count(), 0)
    await message.getByRole('button', { name: 'Speed 1×' }).click()
    await message.getByRole('button', { name: 'Play' }).click()
    await message.getByText(/^0:01 \//).waitFor()
    await message.getByText(/^0:00 \//).waitFor()
  })

  await step('arrow keys seek', async () => {
    const slider = bob.message('Ann', 'Voice message').getByRole('slider', { name: 'Position' })
    await slider.press('End')
    assert.ok(Number(await slider.inputValue()) > 1.5)
    await slider.press('Home')
    assert.equal(Number(await slider.inputValue()), 0)
  })

  await step('every page is free of serious findings and had no error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual([...ann.problems, ...bob.problems], [])
  })
})
