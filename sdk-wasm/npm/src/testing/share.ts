/** Structural sharing: what is equal to the snapshot before stays the same object. */

/** `next`, with every part that equals its counterpart in `previous` taken from there. */
export function share<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next
  if (Array.isArray(previous) && Array.isArray(next)) return shareList(previous, next) as T
  if (!isPlain(previous) || !isPlain(next)) return next
  const keys = Object.keys(next)
  const shared = Object.fromEntries(keys.map((key) => [key, share(previous[key], next[key])]))
  const isSame = keys.length === Object.keys(previous).length && keys.every((key) => key in previous && previous[key] === shared[key])
  return (isSame ? previous : shared) as T
}

/** Items are found again by their key, wherever they have moved to. */
function shareList(previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const known = new Map(previous.map((item, place) => [keyOf(item) ?? place, item]))
  const shared = next.map((item, place) => share(known.get(keyOf(item) ?? place), item))
  const isSame = shared.length === previous.length && shared.every((item, place) => item === previous[place])
  return isSame ? previous : shared
}

function keyOf(item: unknown): unknown {
  return isPlain(item) ? (item.key ?? item.id) : undefined
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
