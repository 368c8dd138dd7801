/** Tabs that share nothing, and why. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { RelayError } from '../../dist/index.js'
import { browserFor, until } from './browser.js'
import { makeConnected } from './fakes.js'

const jwt = (sub) => `e30.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.x`

test('without locks and channels, as in Node, a client has a core of its own and says so', async () => {
  const { client } = await makeConnected({ sessionStorage: 'local' })
  assert.equal(client.role.getSnapshot(), 'single')
})

test('tabs share nothing when they shall not, or when each has a session of its own', async (t) => {
  const browser = browserFor(t)
  for (const options of [{ tabs: 'single' }, { sessionStorage: 'session' }, { sessionStorage: 'memory' }]) {
    const tabs = await browser.openMany(2, options)
    assert.deepEqual(tabs.map((tab) => tab.role), ['single', 'single'])
  }
})

test('tabs with tokens share a core when the tokens are the same person’s', async (t) => {
  const browser = browserFor(t)
  const reasons = []
  const as = (sub) => ({
    getToken: async ({ reason }) => {
      reasons.push(reason)
      return jwt(sub)
    },
  })
  const ann = await browser.open(as('ann'))
  const again = await browser.open(as('ann'))
  const bob = await browser.open(as('bob'))
  assert.deepEqual([ann.role, again.role, bob.role], ['leader', 'follower', 'leader'])
  assert.deepEqual(reasons, ['connect', 'connect', 'connect'])
  assert.equal(await ann.core.host.getToken('connect'), jwt('ann'))
  assert.equal(reasons.length, 3, 'the token that told whose it is is the first one')
})

test('an application that says whose client it is is believed', async (t) => {
  const browser = browserFor(t)
  const getToken = () => Promise.reject(new TypeError('offline'))
  const roles = []
  for (const account of ['ann', 'ann', 'bob']) roles.push((await browser.open({ getToken, account })).role)
  assert.deepEqual(roles, ['leader', 'follower', 'leader'])
})

test('a token that names nobody is shared with nobody', async (t) => {
  const browser = browserFor(t)
  const tab = await browser.open({ getToken: async () => 'opaque' })
  assert.equal(tab.role, 'single')
})

test('without a network the account is known from the last time', async (t) => {
  const browser = browserFor(t)
  const offline = { getToken: () => Promise.reject(new TypeError('offline')) }
  assert.equal((await browser.open(offline)).role, 'single')
  await browser.open({ getToken: async () => jwt('ann') })
  assert.equal((await browser.open(offline)).role, 'follower')
  const out = { getToken: () => Promise.reject(new RelayError('unauthenticated')) }
  assert.equal((await browser.open(out)).role, 'single')
})

test('the tokens of another person end the session instead of showing them what is here', async (t) => {
  const browser = browserFor(t)
  let sub = 'ann'
  const tab = await browser.open({ getToken: async () => jwt(sub) })
  await tab.core.host.getToken('connect')
  sub = 'bob'
  await assert.rejects(tab.core.host.getToken('expired'), { code: 'unauthenticated' })
})

test('older tabs that find a newer leader go on alone, away from its store', async (t) => {
  const browser = browserFor(t)
  const tabs = await browser.openMany(2)
  browser.openOther(99)
  await until('all are alone', () => tabs.every((tab) => tab.role === 'single'))
  assert.deepEqual(tabs.map((tab) => 'storeName' in tab.core.options), [false, false])
  assert.ok(tabs[0].cores[0].isFreed, 'who had led gave up its core first')
})

test('a newer tab takes the office from an older leader', async (t) => {
  const browser = browserFor(t)
  const other = browser.openOther(0)
  await until('it leads', () => other.isLeading)
  const tab = await browser.open()
  assert.deepEqual([tab.role, other.isLeading], ['leader', false])
})
