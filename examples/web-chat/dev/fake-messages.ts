import type { Attachment, Mentions, Message, Quote, Reaction } from '@relaychat/client'
import { me, person } from './fake-people'

const minute = 60_000
const day = 24 * 60 * minute

export interface Line {
  readonly from: string
  readonly text: string
  readonly daysAgo?: number
  readonly at?: string
  readonly photos?: readonly string[]
  /** Names of files that are no pictures. */
  readonly files?: readonly string[]
  readonly isEdited?: boolean
  readonly isDeleted?: boolean
  /** How many lines before it the one stands which it answers. */
  readonly answers?: number
  /** Ids of those whom it means, or "everyone". */
  readonly mentions?: readonly string[]
  /** By emoji, who used it. */
  readonly reactions?: Readonly<Record<string, readonly string[]>>
}

const small = [
  'Did you see the light over the harbour this morning?',
  'Not yet, I was still asleep 😅',
  'It was unreal. Pink and grey and completely still.',
  'I will get up for it tomorrow. Promise.',
  'You said that last week',
  'And I meant it last week, too',
  'The ferry leaves at 8:15, the slow one at nine.',
  'Slow one. Coffee on the upper deck.',
  'Deal.',
  'I put the notes here: https://example.com/notes/harbour-walk (the second half is the good half).',
  'Reading it on the tram, thank you!',
  'Can you bring the grey jacket? I think I left it at yours on Sunday, it should be on the hook behind the door.',
]

const long: readonly Line[] = [
  { from: 'ann', text: 'Found the pictures from the walk', daysAgo: 1, at: '18:02' },
  { from: 'ann', text: '', daysAgo: 1, at: '18:03', photos: ['1200x800:teal'] },
  {
    from: 'ann',
    text: 'and these three from the pier',
    daysAgo: 1,
    at: '18:04',
    photos: ['800x1000:rose', '1000x1000:sand', '1400x700:night'],
  },
  {
    from: 'me',
    text: 'Oh these are beautiful',
    daysAgo: 1,
    at: '18:20',
    answers: 1,
    reactions: { '❤️': ['ann'], '👍': ['ann', 'me'] },
  },
  { from: 'me', text: '😍😍', daysAgo: 1, at: '18:20' },
  { from: 'me', text: 'Can I print the second one?', daysAgo: 1, at: '18:21', isEdited: true },
  { from: 'ann', text: '', daysAgo: 1, at: '18:30', isDeleted: true },
  {
    from: 'ann',
    text: 'Of course. I will send you the full size.',
    daysAgo: 1,
    at: '18:40',
    answers: 2,
    reactions: { '🎉': ['me'] },
  },
  { from: 'ann', text: '', daysAgo: 1, at: '18:41', files: ['pier at sunset, full size.pdf'] },
  {
    from: 'me',
    text: 'Averyveryverylongwordwithoutanyspaceinitatallthatmustnotbreakthelayoutoftheconversationhoweverlongitgets https://example.com/a/very/long/path/that/goes/on/and/on/and/on?with=query&and=more#fragment',
    daysAgo: 0,
    at: '08:12',
  },
  {
    from: 'ann',
    text: '<img src=x onerror="alert(1)"> and javascript:alert(1) stay text',
    daysAgo: 0,
    at: '08:15',
  },
  {
    from: 'ann',
    text: 'let total = items\n  .filter(item => item.isOpen)\n  .map(item => item.price)\n  .reduce((a, b) => a + b, 0)',
    daysAgo: 0,
    at: '08:16',
  },
  { from: 'me', text: 'Perfect, see you at the pier ⛵️', daysAgo: 0, at: '08:30' },
]

export function annLines(): Line[] {
  const old: Line[] = Array.from({ length: 210 }, (_, index) => ({
    from: index % 5 < 2 ? 'me' : 'ann',
    text: small[(index * 7) % small.length] ?? '',
    daysAgo: 12 - Math.floor(index / 19),
    at: `${String(9 + Math.floor((index % 19) / 2)).padStart(2, '0')}:${String((index * 3) % 60).padStart(2, '0')}`,
  }))
  return [...old, ...long]
}

const colours: Readonly<Record<string, readonly [string, string, string]>> = {
  teal: ['#cfe8e4', '#5fa6a8', '#14424d'],
  rose: ['#f7dcd2', '#d78d86', '#5d2c45'],
  sand: ['#f6ead0', '#dcb27b', '#6e4b2c'],
  night: ['#2b3a55', '#16233d', '#f2d9a0'],
}

export function picture(spec: string): string {
  const [size = '', colour = 'teal'] = spec.split(':')
  const [width = 800, height = 600] = size.split('x').map(Number)
  const [sky, sea, rock] = colours[colour] ?? ['#ccc', '#999', '#333']
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 100 100" preserveAspectRatio="none"><rect width="100" height="100" fill="${sky}"/><circle cx="72" cy="34" r="9" fill="#fff" opacity=".75"/><path d="M0 58h100v42H0Z" fill="${sea}"/><path d="M0 62q25-6 50 0t50 0v4q-25 6-50 0t-50 0Z" fill="#fff" opacity=".18"/><path d="M0 74l18-16 14 9 12-18 22 26 34-11v36H0Z" fill="${rock}"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

export function attachmentOf(id: string, spec: string): Attachment {
  const [width = 800, height = 600] = (spec.split(':')[0] ?? '').split('x').map(Number)
  return {
    id: `${id}|${spec}`,
    kind: 'image',
    contentType: 'image/png',
    sizeBytes: 120_000,
    width,
    height,
    placeholder: picture(`8x8:${spec.split(':')[1]}`),
    fileName: `pier-${spec.split(':')[1]}.png`,
  }
}

export function messageOf(chatId: string, seq: number, line: Line): Message {
  const isOwn = line.from === 'me'
  const [hour = 12, minutes = 0] = (line.at ?? '12:00').split(':').map(Number)
  const date = new Date(Date.now() - (line.daysAgo ?? 0) * day)
  date.setHours(hour, minutes, seq % 60, 0)
  const id = `${chatId}-${seq}`
  return {
    id,
    seq,
    chatId,
    sender: isOwn ? me : person(line.from),
    isOwn,
    sentAt: Math.min(date.getTime(), Date.now() - (1000 - seq) * 40),
    text: line.text,
    attachments: [
      ...(line.photos ?? []).map((spec, index) => attachmentOf(`${id}-${index}`, spec)),
      ...(line.files ?? []).map((name, index) => fileOf(`${id}-file-${index}`, name)),
    ],
    isDeleted: line.isDeleted === true,
    reactions: Object.entries(line.reactions ?? {}).map(([emoji, ids]) => ({
      emoji,
      count: ids.length,
      isOwn: ids.includes('me'),
      users: ids.slice(0, 50).map(person),
    })),
    ...meant(line),
    ...(line.isEdited ? { editedAt: date.getTime() + minute } : {}),
    ...(isOwn ? { state: 'read' as const } : {}),
  }
}

function meant({ mentions }: Line): { readonly mentions?: Mentions } {
  if (mentions === undefined) return {}
  const userIds = mentions.filter(id => id !== 'everyone')
  return { mentions: { userIds, isEveryone: mentions.includes('everyone') } }
}

export function messagesOf(chatId: string, lines: readonly Line[]): Message[] {
  const messages: Message[] = []
  for (const [index, line] of lines.entries()) {
    const quoted = line.answers === undefined ? undefined : messages[index - line.answers]
    const message = messageOf(chatId, index + 1, line)
    messages.push(quoted === undefined ? message : { ...message, replyTo: quoteOf(quoted) })
  }
  return messages
}

export function quoteOf({ id, seq, sender, text, attachments, isDeleted }: Message): Quote {
  return {
    messageId: id,
    seq: seq ?? 0,
    sender,
    text: text.slice(0, 200),
    attachmentCount: attachments.length,
    isDeleted: isDeleted === true,
  }
}

/** The reactions after one's own was put there or taken away. */
export function reacted(
  reactions: readonly Reaction[],
  emoji: string,
  isOn: boolean,
): readonly Reaction[] {
  const old = reactions.find(reaction => reaction.emoji === emoji)
  const users = (old?.users ?? []).filter(user => user.id !== me.id)
  if (isOn) users.push(me)
  const now = { emoji, count: users.length, isOwn: isOn, users }
  if (old === undefined) return isOn ? [...reactions, now] : reactions
  return reactions
    .map(reaction => (reaction.emoji === emoji ? now : reaction))
    .filter(({ count }) => count > 0)
}

function fileOf(id: string, fileName: string): Attachment {
  const contentType = fileName.endsWith('.pdf') ? 'application/pdf' : 'application/octet-stream'
  return { id, kind: 'file', contentType, sizeBytes: 2_480_000, width: 0, height: 0, fileName }
}
