// The shop's first page: who one is, what one may order, and the orders with what is said in them.
import { arrange, ask, element, find, openChat, tell, timeOf, whoIsHere } from './shop.js'

const person = await whoIsHere()
if (person === null) openDoor()
else await openShop()

function openDoor() {
  find('#door').hidden = false
  find('#people').addEventListener('click', async event => {
    const card = event.target.closest('[data-person]')
    if (card === null) return
    await ask('/login', { method: 'POST', body: { person: card.dataset.person } })
    location.reload()
  })
}

async function openShop() {
  find('#shelf').hidden = person.is_staff
  find('#orders').hidden = false
  find('#orders-title').textContent = person.is_staff ? 'All orders' : 'Your orders'
  find('#none').textContent = person.is_staff
    ? 'Nobody has ordered anything yet. Orders appear here by themselves.'
    : 'You have not ordered anything yet.'
  find('#goods').addEventListener('click', event => {
    const card = event.target.closest('[data-goods]')
    if (card !== null) order(card)
  })
  let orders = await ask('/orders')
  show(orders, [])
  const client = await openChat()
  if (client === undefined) return
  // The chats say what is new; which order a chat belongs to is its host key.
  client.chats.subscribe(async () => {
    const { items, isLoading } = client.chats.getSnapshot()
    if (isLoading) return
    const known = new Set(orders.map(keyOf))
    const isNew = items.some(chat => chat.hostKey?.startsWith('order:') && !known.has(chat.hostKey))
    if (isNew || items.length < orders.length) orders = await ask('/orders')
    show(orders, client.chats.getSnapshot().items)
  })
}

async function order(card) {
  card.disabled = true
  try {
    const placed = await ask('/orders', { method: 'POST', body: { goods: card.dataset.goods } })
    location.assign(`/orders/${placed.id}`)
  } catch (error) {
    card.disabled = false
    tell(error.message || 'The order could not be placed.')
  }
}

const keyOf = order => `order:${order.id}`
const rows = new Map()

function show(orders, chats) {
  const chatOf = new Map(chats.map(chat => [chat.hostKey, chat]))
  const newest = order => chatOf.get(keyOf(order))?.lastActivityAt ?? 0
  const sorted = [...orders].sort((a, b) => newest(b) - newest(a) || b.id - a.id)
  arrange(
    find('#list'),
    sorted.map(order => row(order, chatOf.get(keyOf(order)))),
  )
  find('#none').hidden = orders.length > 0
}

function row(order, chat) {
  const item = rows.get(order.id) ?? element('li')
  rows.set(order.id, item)
  const message = chat?.lastMessage
  const title = element(
    'strong',
    '',
    person.is_staff ? `${order.goods} for ${order.customer_name}` : order.goods,
  )
  const said = message && `${message.isOwn ? 'You' : message.sender.name}: ${message.text}`
  const link = element('a', '', title, element('small', '', said ?? `Order ${order.id}`))
  link.href = `/orders/${order.id}`
  if (message) link.append(element('time', '', timeOf(message.sentAt)))
  if (chat?.unreadCount > 0) {
    const badge = element('span', 'badge', String(chat.unreadCount))
    badge.append(element('span', 'unseen', ' new'))
    link.append(badge)
  }
  item.replaceChildren(link)
  return item
}
