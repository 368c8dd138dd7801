// An order and its chat: the shop's facts on one side, the chat of `order:ID` on the other.
import { arrange, ask, dayOf, element, find, openChat, tell, timeOf, whoIsHere } from './shop.js'

const path = location.pathname
const [person, found] = await Promise.all([whoIsHere(), ask(`${path}/chat`).catch(error => error)])
if (person === null || found instanceof Error) location.replace('/')
else await openOrder(found)

async function openOrder({ chat_id, order }) {
  showFacts(order)
  const client = await openChat()
  if (client === undefined) return
  const chat = client.chat(chat_id)
  const view = {
    client,
    chat,
    list: find('#list'),
    earlier: earlierButton(chat),
    rows: new WeakMap(),
  }
  chat.summary.subscribe(() => showSummary(view))
  chat.timeline.subscribe(() => showMessages(view))
  chat.members.subscribe(() => showMembers(chat))
  client.connection.subscribe(() => showConnection(client))
  showConnection(client)
  listen(view)
}

function showFacts(order) {
  document.title = `${order.goods} · The small shop`
  find('#goods').textContent = order.goods
  find('#number').textContent = `No. ${order.id}`
  find('#customer').textContent = order.customer_name
  if (!person.is_staff) return
  const button = find('#withdraw')
  const says = () =>
    order.has_customer ? `Take ${order.customer_name} off` : `Bring ${order.customer_name} back`
  button.textContent = says()
  button.hidden = false
  button.addEventListener('click', async () => {
    button.disabled = true
    const method = order.has_customer ? 'DELETE' : 'PUT'
    await ask(`${path}/customer`, { method }).then(
      () => {
        order.has_customer = !order.has_customer
        button.textContent = says()
      },
      () => tell('That did not work. Try again.'),
    )
    button.disabled = false
  })
}

function showMembers(chat) {
  const names = chat.members
    .getSnapshot()
    .map(({ user }) => (user.name === person.name ? 'You' : user.name))
  find('#members').textContent = names.join(', ')
}

/** `null` is a chat that one is not in: the shop has withdrawn it. */
function showSummary({ client, chat }) {
  const summary = chat.summary.getSnapshot()
  const isGone = summary === null && client.connection.getSnapshot().status === 'connected'
  find('#gone').hidden = !isGone
  for (const part of ['#list', '#typing', '#compose', '.facts dl']) find(part).hidden = isGone
  // Nobody can write before the chat is there.
  for (const part of find('#compose').elements) part.disabled = !summary
  const typing = summary?.typing ?? []
  find('#typing').textContent =
    typing.length > 0 ? `${typing.map(user => user.name).join(', ')} is typing…` : ''
}

function showConnection(client) {
  const { status } = client.connection.getSnapshot()
  const words = {
    connecting: 'Connecting…',
    reconnecting: 'No connection. Trying again…',
    offline: 'You are offline.',
  }
  find('#line').textContent = words[status] ?? ''
  find('#line').hidden = words[status] === undefined
  if (status === 'signed_out') location.replace('/')
}

function showMessages(view) {
  const { chat, list, rows } = view
  const { items, hasBefore } = chat.timeline.getSnapshot()
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80
  const fromEnd = list.scrollHeight - list.scrollTop
  const shown = items.map((item, index) => {
    const isFirst = senderOf(items[index - 1]) !== senderOf(item)
    const kept = rows.get(item)
    if (kept?.isFirst === isFirst) return kept.made
    const made = row(chat, item, isFirst)
    rows.set(item, { isFirst, made })
    return made
  })
  if (hasBefore) shown.unshift(view.earlier)
  arrange(list, shown)
  list.scrollTop = list.scrollHeight - (isAtEnd ? 0 : fromEnd)
  if (isAtEnd) markRead(view)
}

const senderOf = item => (item?.kind === 'message' ? item.message.sender.id : undefined)

function row(chat, item, isFirst) {
  if (item.kind === 'date_divider') return element('li', 'mark', dayOf(item.day))
  if (item.kind === 'unread_divider') return element('li', 'mark new', 'New')
  if (item.kind === 'start')
    return element('li', 'mark', 'This is where the chat of this order begins.')
  const { message } = item
  const made = element(
    'li',
    `message${message.isOwn ? ' own' : ''}${message.state === 'failed' ? ' failed' : ''}`,
  )
  if (isFirst && !message.isOwn) made.append(element('span', 'name', message.sender.name))
  made.append(element('span', 'bubble', message.text), under(chat, message))
  return made
}

/** What is below a message: when, and how far it got. */
function under(chat, message) {
  if (message.state !== 'failed') {
    const ways = {
      queued: 'waiting',
      sending: 'sending',
      sent: 'sent',
      delivered: 'delivered',
      read: 'seen',
    }
    const state = message.isOwn ? ` · ${ways[message.state] ?? message.state}` : ''
    return element('span', 'under', timeOf(message.sentAt) + state)
  }
  const said = element('span', 'under', `Not sent. ${message.error?.message ?? ''}`)
  const button = (text, act) => {
    const made = element('button', '', text)
    made.type = 'button'
    made.addEventListener('click', act)
    said.append(made)
  }
  if (message.error?.retryable) button('Try again', () => chat.retry(message.id))
  button('Remove', () => chat.cancel(message.id))
  return said
}

function earlierButton(chat) {
  const button = element('button', 'quiet', 'Earlier messages')
  button.addEventListener('click', () => chat.timeline.loadBefore())
  return element('li', 'mark', button)
}

/** What is on the screen of somebody who looks has been read. */
function markRead({ chat }) {
  const summary = chat.summary.getSnapshot()
  if (summary && document.visibilityState === 'visible' && summary.readSeq < summary.lastSeq) {
    chat.markRead(summary.lastSeq)
  }
}

function listen(view) {
  const { chat } = view
  const text = find('#text')
  const send = event => {
    event.preventDefault()
    if (text.value.trim() === '') return
    // A message that fails stays in the list with its reason.
    chat.send({ text: text.value.trim() }).delivered.catch(() => {})
    text.value = ''
    view.list.scrollTop = view.list.scrollHeight
  }
  find('#compose').addEventListener('submit', send)
  text.addEventListener('keydown', event => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event)
  })
  text.addEventListener('input', () => chat.setTyping(text.value !== ''))
  document.addEventListener('visibilitychange', () => markRead(view))
}
