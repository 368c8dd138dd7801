/** The hooks, in StrictMode, in a document of happy-dom and on a server. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Window } from 'happy-dom'
import { createElement as h, StrictMode, useEffect } from 'react'

import { createFakeRelay } from '../../dist/testing/index.js'
import { item, makeClient, makeConnected, summary, timeline } from './fakes.js'

let act, createRoot, hydrateRoot, hooks, window

before(async () => {
  window = new Window()
  const { document, navigator } = window
  for (const [name, value] of Object.entries({ window, document, navigator, IS_REACT_ACT_ENVIRONMENT: true })) {
    // Newer versions of Node have a navigator of their own that cannot be assigned to.
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  }
  ;({ act } = await import('react'))
  ;({ createRoot, hydrateRoot } = await import('react-dom/client'))
  hooks = await import('../../dist/react.js')
})

after(() => window.close())

/** Renders a component below a provider in StrictMode. */
async function render(client, component) {
  const container = document.createElement('div')
  const root = createRoot(container)
  const again = () =>
    act(async () => root.render(h(StrictMode, null, h(hooks.RelayProvider, { client }, h(component)))))
  await again()
  return { container, root, again }
}

test('a timeline renders, and again only when it changed', async () => {
  const { client, core, frames } = await makeConnected()
  const seen = new Set()
  const { container, root, again } = await render(client, () => {
    const timeline = hooks.useTimeline('c1')
    seen.add(timeline)
    return timeline.items.map((item) => item.key).join(',')
  })
  await act(async () => {
    core.set('timeline/c1', timeline([item('a')]))
    frames.next()
  })
  await act(async () => {
    core.set('timeline/c1', timeline([0, item('b')]))
    frames.next()
  })
  assert.equal(container.textContent, 'a,b')
  const count = seen.size
  await again()
  assert.equal(seen.size, count)
  assert.equal(core.calls.filter((call) => call === 'open timeline/c1').length, 1)
  await act(async () => root.unmount())
})

test('the hooks give what the client has', async () => {
  const { client, core, frames } = await makeConnected()
  const { container } = await render(client, () => {
    const me = hooks.useMe()
    const { items, unreadCount, openDirect } = hooks.useChats()
    const typing = hooks.useTyping('c1')
    return JSON.stringify([
      hooks.useConnection().status,
      me?.name,
      items.length,
      unreadCount,
      typeof openDirect,
      hooks.useChat('c1')?.title,
      typing.map((user) => user.name),
      hooks.usePresence('u2')?.isOnline,
      hooks.usePresence(undefined)?.isOnline,
      hooks.useLimits()?.textBytes,
      hooks.useMembers('c1').length,
      hooks.useClient() === client,
    ])
  })
  await act(async () => {
    core.set('connection', { status: 'connected' })
    core.set('me', { id: 'u1', name: 'Alice', isNew: false })
    core.set('chats', { items: [summary('c1')], isLoading: false, hasMore: false, unreadCount: 3 })
    core.set('summary/c1', summary('c1', { title: 'Bob', typing: [{ id: 'u2', name: 'Bob' }] }))
    core.set('presence/u2', { isOnline: true })
    core.set('limits', { textBytes: 16384 })
    core.set('members/c1', [{ role: 'owner' }])
    frames.next()
  })
  assert.deepEqual(JSON.parse(container.textContent), [
    'connected', 'Alice', 1, 3, 'function', 'Bob', ['Bob'], true, null, 16384, 1, true,
  ])
})

test('a draft is kept per chat, tells that somebody types, and is emptied by sending', async () => {
  const { client, core } = await makeConnected()
  let composer
  let chatId = 'c1'
  const { again } = await render(client, () => {
    composer = hooks.useComposer(chatId)
    return composer.text
  })
  await act(async () => composer.setText(' hello '))
  assert.deepEqual([composer.text, composer.canSend], [' hello ', true])
  assert.ok(core.calls.includes('setTyping c1 true'))

  chatId = 'c2'
  const { root } = await render(client, () => {
    composer = hooks.useComposer(chatId)
    return composer.text
  })
  assert.deepEqual([composer.text, composer.canSend, composer.send()], ['', false, undefined])
  await act(async () => root.unmount())

  chatId = 'c1'
  await again()
  assert.equal(composer.text, ' hello ')
  let sent
  await act(async () => (sent = composer.send()))
  assert.equal(sent.id, core.sent.messageId)
  assert.equal(core.sent.text, 'hello')
  assert.deepEqual([composer.text, composer.attachments.length, composer.canSend], ['', 0, false])
  assert.ok(core.calls.includes('setTyping c1 false'))
})

test('a draft of an earlier visit is found again, and does not disturb who types', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 10_000 })
  const { client, core, frames } = await makeConnected()
  let composer
  await render(client, () => {
    composer = hooks.useComposer('c1')
    return composer.text
  })
  const elsewhere = (text) =>
    act(async () => {
      core.set('draft/c1', text)
      frames.next()
    })
  await elsewhere('half a sen')
  assert.equal(composer.text, 'half a sen')
  assert.ok(!core.calls.includes('setTyping c1 true'), 'finding it is not typing')
  await act(async () => composer.setText('half a sentence'))
  assert.ok(core.calls.includes('setDraft c1 half a sentence'))
  await elsewhere('another tab')
  assert.equal(composer.text, 'half a sentence')
  await act(async () => t.mock.timers.tick(1_000))
  assert.equal(composer.text, 'another tab')
  await act(async () => composer.send())
  assert.ok(core.calls.includes('setDraft c1 '))
})

test('what was emptied here is shown again when the same is written elsewhere', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 10_000 })
  const { client, core, frames } = await makeConnected()
  let composer
  await render(client, () => {
    composer = hooks.useComposer('c1')
    return composer.text
  })
  const says = (text) =>
    act(async () => {
      core.set('draft/c1', text)
      frames.next()
    })
  const pass = () => act(async () => t.mock.timers.tick(1_000))
  const write = async (text) => {
    await act(async () => composer.setText(text))
    await says(text)
  }
  await write('half a sen')
  await pass()
  await write('')
  await says('half a sen')
  await pass()
  assert.equal(composer.text, 'half a sen')
  await write('half a sentence')
  await says('half a sen')
  await pass()
  assert.equal(composer.text, 'half a sen')
})

test('a draft belongs to the person who wrote it', async () => {
  const { client, core, frames } = await makeConnected()
  let composer
  await render(client, () => {
    composer = hooks.useComposer('c1')
    return composer.text
  })
  const be = (id) =>
    act(async () => {
      core.set('me', { id, name: id, isNew: false })
      frames.next()
    })
  await be('alice')
  await act(async () => composer.setText('secret'))
  await be('bob')
  assert.equal(composer.text, '')
  await be('alice')
  assert.equal(composer.text, 'secret')
})

test('attachments make a draft sendable and can be taken out again', async () => {
  const { client } = await makeConnected()
  let composer
  await render(client, () => {
    composer = hooks.useComposer('c1')
    return null
  })
  const file = new Blob(['x'], { type: 'image/png' })
  await act(async () => composer.addAttachments([file]))
  assert.deepEqual([composer.attachments[0], composer.canSend], [file, true])
  await act(async () => composer.removeAttachment(file))
  assert.deepEqual([composer.attachments.length, composer.canSend], [0, false])
})

test('send is the same function from render to render', async () => {
  const { client } = await makeConnected()
  const seen = new Set()
  const { again } = await render(client, () => {
    seen.add(hooks.useSend('c1'))
    return null
  })
  await again()
  await again()
  assert.ok(seen.size <= 2, 'at most the two of StrictMode')
})

/** Every hook once, as an application's page would use them. */
function useEverything(id, userId) {
  return {
    connection: hooks.useConnection(),
    me: hooks.useMe(),
    limits: hooks.useLimits(),
    chats: hooks.useChats(),
    chat: hooks.useChat(id),
    members: hooks.useMembers(id),
    timeline: hooks.useTimeline(id),
    typing: hooks.useTyping(id),
    presence: hooks.usePresence(userId),
    composer: hooks.useComposer(id),
    send: hooks.useSend(id),
  }
}

test('effects that run twice load one core and lose no subscription', async () => {
  const made = makeClient()
  let effects = 0
  const { container, root } = await render(made.client, () => {
    const client = hooks.useClient()
    useEffect(() => {
      effects += 1
      client.connect()
    }, [client])
    return `${hooks.useConnection().status} ${hooks.useTimeline('c1').items.length}`
  })
  assert.equal(effects, 2)
  assert.equal(made.loadCount, 1)
  assert.equal(made.core.calls.filter((call) => call === 'open timeline/c1').length, 1)
  await act(async () => {
    made.core.set('connection', { status: 'connected' })
    made.core.set('timeline/c1', timeline([item('a')]))
    made.frames.next()
  })
  assert.equal(container.textContent, 'connected 1')
  await act(async () => root.unmount())
})

test('every hook gives the same object again while nothing changes', async () => {
  const relay = createFakeRelay()
  const bob = relay.addPeer({ name: 'Bob' })
  const id = relay.addChat({ peers: [bob] })
  await relay.client.connect()
  let seen
  const { root, again } = await render(relay.client, () => {
    seen = useEverything(id, bob.id)
    return null
  })
  const before = seen
  await again()
  assert.notEqual(seen, before)
  for (const name of Object.keys(before)) assert.equal(seen[name], before[name], name)
  await act(async () => bob.send(id, 'hi'))
  for (const name of ['connection', 'me', 'limits', 'presence', 'composer', 'send']) assert.equal(seen[name], before[name], name)
  assert.notEqual(seen.timeline, before.timeline)
  await act(async () => root.unmount())
})

test('a page on the fake client shows what people do', async () => {
  const relay = createFakeRelay()
  const bob = relay.addPeer({ name: 'Bob' })
  const id = relay.addChat({ peers: [bob] })
  await relay.client.connect()
  let composer
  const { container, root } = await render(relay.client, () => {
    const { timeline, typing, presence, connection } = useEverything(id, bob.id)
    composer = hooks.useComposer(id)
    const texts = timeline.items.flatMap(({ message }) => (message ? [`${message.text}:${message.state ?? ''}`] : []))
    return [connection.status, presence?.isOnline, ...typing.map(({ name }) => name), ...texts].join(' ')
  })
  assert.equal(container.textContent, 'connected true')
  await act(async () => bob.setTyping(id, true))
  assert.equal(container.textContent, 'connected true Bob')
  await act(async () => bob.send(id, 'hi'))
  assert.equal(container.textContent, 'connected true hi:')
  await act(async () => relay.disconnect())
  await act(async () => composer.setText('there'))
  await act(async () => void composer.send())
  assert.equal(container.textContent, 'reconnecting true hi: there:queued')
  await act(async () => relay.reconnect())
  await act(async () => bob.read(id))
  assert.equal(container.textContent, 'connected true hi: there:read')
  await act(async () => root.unmount())
})

test('a page takes over what a server rendered, also when the client is connected already', async () => {
  const { renderToString } = await import('react-dom/server')
  const relay = createFakeRelay()
  const bob = relay.addPeer({ name: 'Bob' })
  const id = relay.addChat({ peers: [bob] })
  const Page = () => {
    const { connection, timeline, chats, me } = useEverything(id, bob.id)
    return [connection.status, timeline.isLoading, chats.items.length, me?.name].join(' ')
  }
  const app = (client) => h(StrictMode, null, h(hooks.RelayProvider, { client }, h(Page)))
  const html = renderToString(app(makeClient().client))
  assert.equal(html, 'connecting true 0 ')
  const container = document.createElement('div')
  container.innerHTML = html
  await relay.client.connect()
  const problems = []
  let root
  await act(async () => {
    root = hydrateRoot(container, app(relay.client), { onRecoverableError: (error) => problems.push(error) })
  })
  assert.deepEqual(problems, [])
  assert.equal(container.textContent, 'connected false 1 You')
  await act(async () => root.unmount())
})

test('on a server the hooks give what is known before connect', async () => {
  const { renderToString } = await import('react-dom/server')
  const { client } = makeClient()
  const Page = () => {
    const { isLoading } = hooks.useTimeline('c1')
    return `${hooks.useConnection().status} ${isLoading} ${hooks.useMe()} ${hooks.useChats().isLoading}`
  }
  const html = renderToString(h(hooks.RelayProvider, { client }, h(Page)))
  assert.equal(html, 'connecting true null true')
})

test('without a provider the error says what is missing', async () => {
  const { renderToString } = await import('react-dom/server')
  const Page = () => hooks.useConnection().status
  assert.throws(() => renderToString(h(Page)), /RelayProvider/)
})
