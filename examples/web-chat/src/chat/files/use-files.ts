import type { Attachment, AttachmentPage, ChatAttachment, ChatSummary } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { useCallback, useEffect, useState } from 'react'

export interface Files {
  readonly items: readonly ChatAttachment[]
  readonly status: 'loading' | 'ready' | 'failed'
  /** More of them, where there are. */
  readonly more: (() => void) | undefined
}

interface State extends Omit<Files, 'more'> {
  readonly cursor?: string
}

/** The files of one kind in a chat, newest first. What is sent while they are shown comes to them. */
export function useFiles({ id, lastSeq }: ChatSummary, kind: Attachment['kind']): Files {
  const chat = useClient().chat(id)
  const [state, setState] = useState<State>({ items: [], status: 'loading' })

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for what has come since
  useEffect(() => {
    let isWanted = true
    chat.attachments(kind).then(
      page => isWanted && setState(now => withNewest(now, page)),
      () => isWanted && setState(now => ({ ...now, status: 'failed' })),
    )
    return () => {
      isWanted = false
    }
  }, [chat, kind, lastSeq])

  const { items, status, cursor } = state
  const more = useCallback(() => {
    setState(now => ({ ...now, status: 'loading' }))
    chat.attachments(kind, cursor).then(
      page => setState(now => withOlder(now, page)),
      () => setState(now => ({ ...now, status: 'failed' })),
    )
  }, [chat, kind, cursor])
  return { items, status, more: cursor === undefined ? undefined : more }
}

/** Behind the newest page stays what was read on, unless more has come than a page holds. */
export function withNewest(now: State, page: AttachmentPage): State {
  const last = page.items.at(-1)
  const from = now.items.findIndex(item => item.attachment.id === last?.attachment.id)
  if (from < 0) return { items: page.items, status: 'ready', ...at(page.nextCursor) }
  const kept = now.items.slice(from + 1)
  const { cursor } = kept.length > 0 ? now : { cursor: page.nextCursor }
  return { items: [...page.items, ...kept], status: 'ready', ...at(cursor) }
}

export function withOlder(now: State, page: AttachmentPage): State {
  return { items: [...now.items, ...page.items], status: 'ready', ...at(page.nextCursor) }
}

function at(cursor: string | undefined): Pick<State, 'cursor'> {
  return cursor === undefined ? {} : { cursor }
}
