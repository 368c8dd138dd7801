import type { Chat, ChatSummary, Message, TimelineItem } from '@relaychat/client'
import { useChat, useClient, useLimits } from '@relaychat/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { StorageBanner } from '../../ui/storage-banner'
import { BlockedNote } from '../blocks/blocked-note'
import { useIsBlocked } from '../blocks/use-blocked'
import { Composer } from '../composer/composer'
import { DropZone } from '../composer/drop-zone'
import { NoWriting } from '../composer/no-writing'
import type { Subject } from '../composer/subject'
import { useAttach } from '../composer/use-attach'
import { FilesPanel } from '../files/files-panel'
import { Lightbox } from '../lightbox/lightbox'
import type { Picture } from '../lightbox/picture'
import { PinnedBar } from '../pins/pinned-bar'
import { UnknownChat } from '../placeholders'
import { SearchPanel } from '../search/search-panel'
import type { Target } from './actions'
import { Header, type Panel } from './header'
import { requestJump } from './jumps'
import { MessageActionsProvider } from './message-actions'
import { MessageList } from './message-list'
import { rightsOn } from './rights'
import { useMayWrite } from './use-may-write'

/** One chat: who it is with, what was said, and the place to answer. */
export function Conversation({ id }: { id: string }) {
  const chat: ChatSummary | null | undefined = useChat(id)
  const client = useClient()
  const handle = client.chat(id)
  const attach = useAttach(id)
  const editWindowMs = useLimits()?.editWindowMs
  const [sentCount, setSentCount] = useState(0)
  const [panel, setPanel] = useState<Panel>()
  const [subject, setSubject] = useState<Subject>()
  const [pictures, setPictures] = useState<{ all: readonly Picture[]; at: number }>()
  const onOpenPicture = (all: readonly Picture[], at: number) => setPictures({ all, at })
  const closePanel = () => setPanel(undefined)
  const goTo = useCallback((target: Target) => requestJump(id, target), [id])

  const peer = chat?.peer
  const isBlocked = useIsBlocked(peer?.id)
  const allowed = useMayWrite(id, chat ?? undefined)
  const mayWrite = !isBlocked && allowed

  useClearedMark(handle, chat)

  // Whoever leaves a chat has stopped typing in it.
  useEffect(() => () => client.chat(id).setTyping(false), [client, id])

  const editLast = () => {
    const message = lastOwn(client.chat(id).timeline.getSnapshot().items)
    if (message === undefined) return
    const known = { role: undefined, editWindowMs, nowMs: Date.now() }
    if (rightsOn(message, { kind: 'direct', pinRole: 'admin', mayWrite: true, ...known }).edit)
      setSubject({ kind: 'edit', message })
  }

  if (chat === null) return <UnknownChat />
  return (
    <DropZone
      onDrop={mayWrite === true ? attach.add : undefined}
      className={panel !== undefined && 'lg:pe-88'}
    >
      <MessageActionsProvider
        chatId={id}
        chat={chat}
        mayWrite={mayWrite === true}
        onSubject={setSubject}
        onGoTo={goTo}
      >
        <Header chat={chat} onPanel={setPanel} />
        <PinnedBar chatId={id} />
        <MessageList
          chatId={id}
          chat={chat}
          mayWrite={mayWrite === true}
          sentCount={sentCount}
          onOpenPicture={onOpenPicture}
        />
        {panel === 'search' && chat !== undefined && (
          <SearchPanel chat={chat} onClose={closePanel} />
        )}
        {panel === 'files' && chat !== undefined && (
          <FilesPanel chat={chat} onOpenPicture={onOpenPicture} onClose={closePanel} />
        )}
      </MessageActionsProvider>
      <StorageBanner />
      {isBlocked && peer !== undefined ? (
        <BlockedNote user={peer} />
      ) : mayWrite === true || subject?.kind === 'edit' ? (
        <Composer
          chatId={id}
          isGroup={chat?.kind === 'group'}
          attach={attach}
          subject={subject}
          onSubject={setSubject}
          onEditLast={editLast}
          onSent={() => setSentCount(count => count + 1)}
        />
      ) : (
        <NoWriting only={allowed === true ? undefined : allowed?.only} />
      )}
      <Lightbox
        pictures={pictures?.all}
        startAt={pictures?.at ?? 0}
        onClose={() => setPictures(undefined)}
      />
    </DropZone>
  )
}

/** Opening a chat that was marked as unread is what the mark was for. */
function useClearedMark(handle: Chat, chat: ChatSummary | null | undefined): void {
  const isLooked = useRef(false)
  useEffect(() => {
    if (!chat || isLooked.current) return
    isLooked.current = true
    if (chat.isMarkedUnread) handle.set({ isMarkedUnread: false })
  }, [handle, chat])
}

/** The last message of one's own that is still there. */
function lastOwn(items: readonly TimelineItem[]): Message | undefined {
  for (const item of items.toReversed()) {
    if (item.kind === 'message' && item.message.isOwn && !item.message.isDeleted) {
      return item.message
    }
  }
  return undefined
}
