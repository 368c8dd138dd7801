// What both pages share: who is logged in, and the chat's client with the shop's own token.

export const find = selector => document.querySelector(selector)

/** Asks the shop; anything but success is an error with its status. */
export async function ask(path, options = {}) {
  const { method = 'GET', body } = options
  const answer = await fetch(path, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw Object.assign(new Error(await answer.text()), { status: answer.status })
  return answer.headers.get('content-type')?.startsWith('application/json')
    ? answer.json()
    : answer.text()
}

/** Shows who is here; `null` is nobody. */
export async function whoIsHere() {
  const person = await ask('/me')
  find('#me').hidden = person === null
  if (person === null) return null
  find('#my-name').textContent = person.name
  find('#leave').addEventListener('click', async () => {
    await ask('/logout', { method: 'POST' })
    location.assign('/')
  })
  return person
}

/**
 * The chat, as the person of the shop's cookie: the client asks for a token when it needs one. It
 * is looked for under the shop's own prefix.
 */
export async function openChat() {
  const built = await import('/client/index.js').catch(() => {
    tell(
      'The chat client is not built yet. Run\n\n    cargo xtask wasm\n\nin the repository, and load this page again.',
    )
  })
  if (built === undefined) return undefined
  const client = built.createClient({
    url: '/chat',
    getToken: () => ask('/chat-token'),
    sessionStorage: 'memory',
  })
  client.connect().catch(error => tell(error.message))
  return client
}

/** Says that something went wrong, on the page. */
export function tell(text) {
  find('#trouble').textContent = text
  find('#trouble').hidden = false
}

/** An element with a class and children. */
export function element(name, className, ...children) {
  const made = document.createElement(name)
  if (className) made.className = className
  made.append(...children)
  return made
}

/** Puts these children into a place; those that are there already are not touched. */
export function arrange(place, children) {
  children.forEach((child, index) => {
    if (place.children[index] !== child) place.insertBefore(child, place.children[index] ?? null)
  })
  while (place.children.length > children.length) place.lastElementChild.remove()
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const calendar = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
})

export const timeOf = ms => clock.format(ms)
export const dayOf = ms =>
  new Date(ms).toDateString() === new Date().toDateString() ? 'Today' : calendar.format(ms)
