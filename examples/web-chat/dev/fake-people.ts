import type { Me, Presence, User } from '@relaychat/client'

export const me: Me = {
  id: 'me',
  name: 'Mira Sandberg',
  email: 'mira@example.com',
  isNew: false,
  showsReadReceipts: true,
  showsLastSeen: true,
}

const face = (from: string, to: string, eyes: string) =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><defs><linearGradient id="a" x2="0" y2="1"><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="64" height="64" fill="url(#a)"/><circle cx="32" cy="27" r="12" fill="#f3d3bd"/><path d="M10 64c2-16 11-22 22-22s20 6 22 22Z" fill="${eyes}"/><path d="M19 26c0-10 6-15 13-15s13 5 13 15c-4-2-6-6-7-8-5 3-13 4-19 8Z" fill="${eyes}"/></svg>`)}`

export const people: readonly User[] = [
  { id: 'ann', name: 'Ann Lindqvist', avatarUrl: face('#9fc8c2', '#3e7f86', '#3a2f2b') },
  { id: 'bob', name: 'Bob Okafor', avatarUrl: face('#d9b98b', '#8a5a3c', '#1f2430') },
  { id: 'cem', name: 'Cem Yıldız' },
  { id: 'dana', name: 'دانة الخطيب' },
  { id: 'eli', name: 'Elisabeth-Charlotte von Hohenstein-Wittelsbach zu Lauterbach' },
  { id: 'fumi', name: '高橋 文' },
  { id: 'gus', name: 'Gustavo Ríos' },
  { id: 'hana', name: 'Hana Novák', avatarUrl: face('#c7b5e0', '#5d4d86', '#6b3f26') },
  { id: 'ivo', name: 'Ivo' },
]

/** People of whom nothing is known but a name: enough for more than a page. */
export const crowd: readonly User[] = Array.from({ length: 72 }, (_, index) => ({
  id: `crowd-${index}`,
  name: `Visitor ${index + 1}`,
}))

export const person = (id: string): User =>
  people.find(user => user.id === id) ?? crowd.find(user => user.id === id) ?? me

export function presenceOf(id: string): Presence {
  if (id === 'ann' || id === 'cem' || id === 'hana') return { isOnline: true }
  const minutes: Readonly<Record<string, number>> = { bob: 5, gus: 190, eli: 2900 }
  return { isOnline: false, lastSeenAt: Date.now() - (minutes[id] ?? 21_000) * 60_000 }
}
