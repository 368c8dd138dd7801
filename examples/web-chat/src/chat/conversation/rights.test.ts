import type { Message } from '@relaychat/client'
import { expect, it } from 'vitest'
import { rightsOn } from './rights'

const message: Message = {
  id: 'm',
  seq: 7,
  chatId: 'c',
  sender: { id: 'ann', name: 'Ann' },
  isOwn: false,
  sentAt: 1_000,
  text: 'hello',
  attachments: [],
  isDeleted: false,
  reactions: [],
}
const own: Message = { ...message, isOwn: true, state: 'read' }
const direct = {
  kind: 'direct',
  role: 'member',
  pinRole: 'admin',
  editWindowMs: 500,
  mayWrite: true,
  nowMs: 1_100,
} as const
const group = { ...direct, kind: 'group' } as const

it('of somebody else: react, answer and copy, no more', () => {
  const rights = rightsOn(message, direct)
  expect(rights).toEqual({
    react: true,
    reply: true,
    forward: true,
    edit: false,
    delete: false,
    copy: true,
    pin: true,
    report: true,
    receipts: false,
  })
})

it('both of two pin, and in a group who may', () => {
  expect(rightsOn(message, { ...direct, mayWrite: false }).pin).toBe(false)
  expect(rightsOn(message, group).pin).toBe(false)
  expect(rightsOn(message, { ...group, role: undefined }).pin).toBe(false)
  expect(rightsOn(message, { ...group, pinRole: 'member', mayWrite: false }).pin).toBe(true)
  expect(rightsOn(message, { ...group, role: 'admin' }).pin).toBe(true)
})

it('what others have said is reported, as long as it is there', () => {
  expect(rightsOn(own, direct).report).toBe(false)
  expect(rightsOn({ ...message, isDeleted: true }, group).report).toBe(false)
  expect(rightsOn(message, { ...group, mayWrite: false }).report).toBe(true)
})

it('an own message can be edited within the window, and deleted always', () => {
  expect(rightsOn(own, direct).edit).toBe(true)
  expect(rightsOn(own, { ...direct, nowMs: 1_500 })).toMatchObject({ edit: false, delete: true })
  expect(rightsOn(own, { ...direct, editWindowMs: undefined, nowMs: 1e12 }).edit).toBe(true)
})

it('who looks after a group deletes what others write there', () => {
  expect(rightsOn(message, { ...group, role: 'admin' }).delete).toBe(true)
  expect(rightsOn(message, { ...group, role: 'owner' }).delete).toBe(true)
  expect(rightsOn(message, group).delete).toBe(false)
  expect(rightsOn(message, { ...direct, role: 'owner' }).delete).toBe(false)
})

it('nothing can be done with a deleted message', () => {
  const rights = rightsOn({ ...own, isDeleted: true, text: '' }, group)
  expect(Object.values(rights).some(Boolean)).toBe(false)
})

it('a message that was not sent is edited or deleted, and nothing else', () => {
  const { seq: _, ...unsent } = own
  expect(rightsOn(unsent, { ...group, nowMs: 1e12 })).toMatchObject({
    react: false,
    reply: false,
    edit: true,
    delete: true,
    receipts: false,
  })
})

it('where only others write, one still reacts, but does not answer', () => {
  expect(rightsOn(message, { ...group, mayWrite: false })).toMatchObject({
    react: true,
    reply: false,
    copy: true,
  })
})
