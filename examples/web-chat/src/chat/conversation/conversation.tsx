import { useChat, useClient } from '@relaychat/client/react'
import { useEffect, useState } from 'react'
import { StorageBanner } from '../../ui/storage-banner'
import { Composer } from '../composer/composer'
import { DropZone } from '../composer/drop-zone'
import { useAttach } from '../composer/use-attach'
import { Lightbox } from '../lightbox/lightbox'
import type { Picture } from '../lightbox/picture'
import { UnknownChat } from '../placeholders'
import { Header } from './header'
import { MessageList } from './message-list'

/** One chat: who it is with, what was said, and the place to answer. */
export function Conversation({ id }: { id: string }) {
  const chat = useChat(id)
  const client = useClient()
  const attach = useAttach(id)
  const [sentCount, setSentCount] = useState(0)
  const [pictures, setPictures] = useState<{ all: readonly Picture[]; at: number }>()

  // Whoever leaves a chat has stopped typing in it.
  useEffect(() => () => client.chat(id).setTyping(false), [client, id])

  if (chat === null) return <UnknownChat />
  return (
    <DropZone onDrop={attach.add}>
      <Header chat={chat} />
      <MessageList
        chatId={id}
        chat={chat}
        sentCount={sentCount}
        onOpenPicture={(all, at) => setPictures({ all, at })}
      />
      <StorageBanner />
      <Composer chatId={id} attach={attach} onSent={() => setSentCount(count => count + 1)} />
      <Lightbox
        pictures={pictures?.all}
        startAt={pictures?.at ?? 0}
        onClose={() => setPictures(undefined)}
      />
    </DropZone>
  )
}
