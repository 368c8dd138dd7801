import type { Invite, InvitePreview, InviteTerms } from '@relaychat/client'
import { FakeError, wait } from './cell'
import { me, people } from './fake-people'

/** The links of one group. */
export class FakeInvites {
  #invites: readonly Invite[] = []

  async create(terms: InviteTerms = {}): Promise<Invite> {
    await wait(300)
    const id = crypto.randomUUID()
    const invite = {
      id,
      token: id.replaceAll('-', ''),
      createdBy: me.id,
      createdAt: Date.now(),
      uses: this.#invites.length,
      ...terms,
    }
    this.#invites = [invite, ...this.#invites]
    return invite
  }

  async list(): Promise<readonly Invite[]> {
    await wait(300)
    return this.#invites
  }

  async revoke(inviteId: string): Promise<void> {
    await wait(300)
    this.#invites = this.#invites.filter(({ id }) => id !== inviteId)
  }
}

/** Links by what becomes of them: `full`, `member`, `down`, `dead`; any other leads into a new group. */
export async function previewOf(token: string): Promise<InvitePreview> {
  await wait(500)
  if (token === 'dead') throw new FakeError('not_found')
  if (token === 'down') throw new FakeError('network', true)
  const avatarUrl = people.find(({ id }) => id === 'hana')?.avatarUrl
  return {
    chatId: token === 'member' ? 'c-team' : 'c-sailing',
    name: token === 'member' ? 'Harbour walk' : 'Sailing on Sundays, and the long way home',
    memberCount: 1_204,
    isMember: token === 'member',
    ...(avatarUrl === undefined ? {} : { avatarUrl }),
  }
}

export async function acceptOf(token: string): Promise<string> {
  await wait(500)
  if (token === 'full') throw new FakeError('group_full')
  if (token === 'spent') throw new FakeError('not_found')
  return token === 'member' ? 'c-team' : 'c-sailing'
}
