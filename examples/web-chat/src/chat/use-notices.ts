import type { ChatSummary } from '@relaychat/client'
import { useChats } from '@relaychat/client/react'
import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { showNotice } from '../platform/notices'
import { t } from '../strings'
import { lineOf } from './message-text'
import { type Known, known, newsIn } from './news'

/** More at once is a page that comes back after a while: one notice says how many. */
const singleMax = 3

/** Tells what arrives while nobody looks at the page, if that is wanted. */
export function useNotices(): void {
  const { items, isLoading } = useChats()
  const [, navigate] = useLocation()
  const before = useRef<Known>(undefined)

  useEffect(() => {
    if (isLoading) return
    const news = before.current === undefined ? [] : newsIn(items, before.current)
    before.current = known(items)
    if (news.length === 0 || document.hasFocus()) return
    if (news.length > singleMax) {
      const count = news.reduce((sum, chat) => sum + chat.unreadCount, 0)
      const body = t.conversation.newMessages(count)
      return showNotice({ title: t.product, body, tag: 'news' }, () => navigate('/'))
    }
    for (const chat of news) {
      const notice = { title: chat.title, body: bodyOf(chat), tag: chat.id }
      showNotice(notice, () => navigate(`/chat/${chat.id}`))
    }
  }, [items, isLoading, navigate])
}

function bodyOf({ kind, lastMessage }: ChatSummary): string {
  if (lastMessage === undefined) return ''
  const { sender } = lastMessage
  const said = lineOf(lastMessage)
  return kind === 'group' ? t.conversation.newMessageFrom(sender.name, said) : said
}
