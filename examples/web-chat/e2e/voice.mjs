// Voice messages: spoken into a microphone that beeps, sent, and listened to at the other end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from './looks.mjs'
import { Person } from './person.mjs'
import { startServer, until } from './server.mjs'
import { openBrowser, stepper, storyDeadlineMs } from './story.mjs'

const microphone = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

/** Lets the page tell which microphones it has opened, and whether they still listen. */
const watchMicrophones = () => {
  globalThis.tracks = []
  const { mediaDevices } = navigator
  const open = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async wishes => {
    const stream = await open(wishes)
    globalThis.tracks.push(...stream.getTracks())
    return stream
  }
}

test('voice messages', { timeout: storyDeadlineMs }, async t => {
  const server = await startServer({ RELAY_RATE_LIMITS: 'off' })
  t.after(() => server.end())
  const browser = await openBrowser(t, microphone)
  const [ann, bob] = [
    await Person.arrive('Ann', server, browser),
    await Person.arrive('Bob', server, browser),
  ]
  const { page } = ann
  await page.addInitScript(watchMicrophones)
  const step = stepper(t, [ann, bob], server)
  const findings = []
  const record = () => page.getByRole('button', { name: 'Record a voice message' }).click()
  const spoken = text => page.getByRole('timer').getByText(text).waitFor()

  /** How many microphones were opened so far, none of which listens. */
  const allAreOff = async opened => {
    const states = await page.evaluate(() => globalThis.tracks.map(track => track.readyState))
    return states.length === opened && states.every(state => state === 'ended')
  }
  const own = (...parts) => ann.message('You', 'Voice message', ...parts)
  const heard = bob.message('Ann', 'Voice message')
  const slider = heard.getByRole('slider', { name: 'Position' })

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
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
    assert.equal(await page.getByRole('timer').count(), 0)
    assert.equal(await own().count(), 0)
    await until('the microphone is off', () => allAreOff(1))
  })

  await step('so does one that is left behind with its chat', async () => {
    await record()
    await spoken('0:01')
    await page.goBack()
    await until('the microphone is off', () => allAreOff(2))
    await page.goForward()
    await ann.composer().waitFor()
    assert.equal(await page.getByRole('timer').count(), 0)
    assert.equal(await own().count(), 0)
  })

  await step('two seconds are recorded and sent', async () => {
    await record()
    await spoken('0:02')
    findings.push(...(await look(ann, 'voice-recording')))
    await page.keyboard.press('Enter')
    await own('seen').waitFor()
    await until('the microphone is off', () => allAreOff(3))
    await page.getByRole('tab', { name: 'Chats' }).click()
    await ann.chatRow(bob).getByText('Voice message').waitFor()
  })

  await step('the other one listens, and the time moves', async () => {
    await heard.getByText(/^0:00 \/ 0:0[2-9]$/).waitFor()
    await own()
      .getByText(/^0:00 \/ 0:0[2-9]$/)
      .waitFor()
    findings.push(...(await look(ann, 'voice-own')))
    findings.push(...(await look(bob, 'voice')))
    await bob.page.emulateMedia({ forcedColors: 'active' })
    findings.push(...(await look(bob, 'voice-forced-colors')))
    await bob.page.emulateMedia({ forcedColors: null })
    assert.equal(await bob.page.getByText(/voice-\d{4}/).count(), 0)
    await heard.getByRole('button', { name: 'Speed 1×' }).click()
    await heard.getByRole('button', { name: 'Play' }).click()
    await heard.getByText(/^0:01 \//).waitFor()
    await heard.getByText(/^0:00 \//).waitFor()
  })

  await step('the keyboard seeks, and what is heard begins there', async () => {
    const sound = heard.locator('audio')
    await slider.press('End')
    assert.ok(Number(await slider.inputValue()) > 1.5)
    await until('the sound is there', () => sound.evaluate(audio => audio.currentTime > 1.5))
    await slider.press('Home')
    assert.equal(Number(await slider.inputValue()), 0)
    await slider.press('ArrowRight')
    await until('the sound is there', () => sound.evaluate(audio => audio.currentTime === 0.1))
  })

  await step(
    'one that waits for a network can be heard, and is sent once there is one',
    async () => {
      for (const person of [ann, bob]) person.isOutageExpected = true
      await server.kill()
      await record()
      await spoken('0:01')
      await page.getByRole('button', { name: 'Send the voice message' }).click()
      await own('waiting').waitFor()
      await own('waiting').getByRole('button', { name: 'Play' }).click()
      await own('waiting').getByRole('button', { name: 'Pause' }).waitFor()
      findings.push(...(await look(ann, 'voice-waiting')))
      await server.start()
      await until('both are there', async () => (await own('seen').count()) === 2)
    },
  )

  await step('who may not use the microphone is told so', async () => {
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('', 'NotAllowedError'))
    })
    await record()
    await page.getByRole('alert').getByText('The microphone may not be used.').waitFor()
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
  })

  await step('every page is free of serious findings and had no error', async () => {
    assert.deepEqual(findings, [])
    assert.deepEqual([...ann.problems, ...bob.problems], [])
  })
})
