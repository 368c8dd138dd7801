/**
 * Two people talk, told with the package's public API only. Runs in Node and in a page: it is
 * given what it was imported from. Throws at the first thing that is not as it should be.
 */

/** A real picture: 8 by 6 pixels of one colour. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAIAAABxZ0isAAAAEUlEQVR42mM4UaGBFTEMpAQA5jNDgcounQIAAAAASUVORK5CYII='

const TIMEOUT_MS = 60_000

export async function story({ createClient, RelayError }, url, png = PNG) {
  const run = Math.random().toString(36).slice(2, 10)
  const [alice, bob] = [0, 1].map(() => createClient({ url, sessionStorage: 'memory' }))
  const steps = []
  const step = (name) => steps.push(name)
  try {
    await Promise.all([alice.connect(), bob.connect()])
    equal(alice.connection.getSnapshot().status, 'signed_out', 'nobody is logged in')
    step('a client connects and nobody is logged in')

    const wrong = await alice.auth.requestCode(`alice-${run}@example.com`)
    const error = await alice.auth.verifyCode(wrong.requestId, '000000').catch((error) => error)
    ok(error instanceof RelayError, 'a wrong code is a RelayError')
    const alicesCode = await codeFor(url, `alice-${run}@example.com`)
    if (alicesCode !== '000000') equal(error.code, 'code_invalid', 'code of the error')
    const me = await alice.auth.verifyCode(wrong.requestId, alicesCode)
    equal(alice.me.getSnapshot().id, me.id, 'me is known at once')
    await until(alice.connection, (state) => state.status === 'connected', 'alice is connected')
    step('a code logs in')

    const bobsId = (await logIn(bob, url, `bob-${run}@example.com`)).id
    await bob.updateProfile({ name: `Bob ${run}` })
    equal(bob.me.getSnapshot().name, `Bob ${run}`, 'the new name')
    await until(bob.connection, (state) => state.status === 'connected', 'bob is connected')
    ok(bob.limits.getSnapshot().textBytes > 0, 'limits are known')
    step('a profile changes')

    const { items: people } = await alice.people.list({ query: `Bob ${run}` })
    equal(people.map((person) => person.id).join(), bobsId, 'bob is found')
    const chatId = await alice.chats.openDirect(bobsId)
    equal(await alice.chats.openDirect(bobsId), chatId, 'the same chat again')
    step('a person is found and the chat is made once')

    const [hers, his] = [alice.chat(chatId), bob.chat(chatId)]
    const stops = [hers.timeline.subscribe(() => {}), his.timeline.subscribe(() => {}), hers.summary.subscribe(() => {})]
    const sent = hers.send({ text: `hello ${run}` })
    ok(messages(hers).some((message) => message.id === sent.id), 'the echo is there when send returns')
    const echo = hers.timeline.getSnapshot().items.find((item) => item.message?.id === sent.id)
    const delivered = await sent.delivered
    equal(delivered.seq, 1, 'seq of the first message')
    const received = await until(his.timeline, () => messages(his).find((message) => message.id === sent.id), 'bob has it')
    equal([received.text, received.isOwn].join(), `hello ${run},false`, 'what bob sees')
    ok(hers.timeline.getSnapshot().items.some((item) => item.key === echo.key), 'the key stayed')
    step('a text is echoed, acknowledged and received')

    await until(bob.chats, (list) => list.items.find((chat) => chat.id === chatId)?.unreadCount === 1, 'bob has one unread')
    his.markRead(1)
    await until(hers.timeline, () => messages(hers)[0]?.state === 'read', 'alice sees that bob has read it')
    await until(bob.chats, (list) => list.unreadCount === 0, 'bob has none unread')
    step('reading is seen by the sender')

    his.setTyping(true)
    await until(hers.summary, (chat) => chat?.typing.some((user) => user.id === bobsId), 'bob is typing')
    his.setTyping(false)
    await until(hers.summary, (chat) => chat?.typing.length === 0, 'bob is not typing any more')
    const presence = alice.people.presence(bobsId)
    stops.push(presence.subscribe(() => {}))
    await until(presence, (now) => now?.isOnline === true, 'bob is there')
    step('typing and presence are seen')

    const file = new Blob([Uint8Array.from(atob(png), (character) => character.charCodeAt(0))], { type: 'image/png' })
    const picture = his.send({ text: 'look', attachments: [file] })
    let progressCount = 0
    picture.addEventListener('progress', () => (progressCount += 1))
    const { attachments } = await picture.delivered
    equal([attachments[0].width, attachments[0].height].join('x'), '8x6', 'size of the picture')
    ok(progressCount > 0, 'the upload tells its progress')
    const seen = await until(hers.timeline, () => messages(hers).find((message) => message.id === picture.id), 'alice has the picture')
    ok(seen.attachments[0].placeholder?.startsWith('data:image/bmp'), 'a placeholder is there')
    const links = await alice.attachmentLinks(seen.attachments[0].id)
    for (const link of [links.url, links.thumbnailUrl]) {
      const answer = await fetch(link)
      equal(answer.status, 200, `status of ${link}`)
      ok(answer.headers.get('content-type').startsWith('image/'), 'it is a picture')
    }
    step('a picture is uploaded, shown and loaded')

    const before = hers.timeline.getSnapshot().items
    await bob.chat(chatId).send({ text: 'more' }).delivered
    await until(hers.timeline, () => messages(hers).length === 3, 'alice has three messages')
    const after = hers.timeline.getSnapshot().items
    ok(before.filter((item) => after.includes(item)).length >= before.length - 1, 'what did not change kept its identity')
    step('unchanged items keep their identity')

    await alice.setAvatar(file)
    ok((await fetch(alice.me.getSnapshot().avatarUrl)).ok, 'the picture of alice can be loaded')
    equal((await alice.removeAvatar()).avatarUrl, undefined, 'and be removed')
    equal((await bob.auth.listSessions()).filter((session) => session.isCurrent).length, 1, 'one present session')
    const missing = await alice.people.get('018f3c9e-0000-7000-8000-000000000000').catch((error) => error)
    equal(missing.code, 'not_found', 'an unknown person')
    step('picture, sessions and errors')

    for (const stop of stops) stop()
    await alice.auth.signOut()
    equal(alice.connection.getSnapshot().status, 'signed_out', 'alice signed out')
    equal(alice.me.getSnapshot(), null, 'nobody is logged in any more')
    step('signing out forgets')
    return steps
  } finally {
    alice.close()
    bob.close()
    equal(bob.connection.getSnapshot().status, 'closed', 'bob is closed')
  }
}

function messages(chat) {
  return chat.timeline.getSnapshot().items.flatMap((item) => (item.kind === 'message' ? [item.message] : []))
}

/** Waits until the snapshot is as wanted; gives what `isMet` gave. */
export function until(observable, isMet, what) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop()
      reject(new Error(`waited in vain: ${what}; now ${JSON.stringify(observable.getSnapshot())}`))
    }, TIMEOUT_MS)
    const check = () => {
      const met = isMet(observable.getSnapshot())
      if (!met) return
      clearTimeout(timer)
      stop()
      resolve(met)
    }
    const stop = observable.subscribe(check)
    check()
  })
}

/** Logs in with the code of the mail. */
export async function logIn(client, url, email) {
  const { requestId } = await client.auth.requestCode(email)
  return client.auth.verifyCode(requestId, await codeFor(url, email))
}

/** From the development inbox; the mail comes a moment after the request. */
async function codeFor(url, email) {
  const deadline = Date.now() + TIMEOUT_MS
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/_/inbox/latest.json?email=${encodeURIComponent(email)}`)
    if (answer.ok) return (await answer.json()).code
    await answer.body?.cancel()
  }
  throw new Error(`no code for ${email}`)
}

function ok(isMet, what) {
  if (!isMet) throw new Error(what)
}

function equal(found, wanted, what) {
  if (found !== wanted) throw new Error(`${what}: ${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`)
}
