import type { ChatSummary, Message } from '@relaychat/client'
import { useClient, useLimits, useMe, useMembers } from '@relaychat/client/react'
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react'
import { t } from '../../strings'
import type { AnchorBox } from '../../ui/anchor-box'
import { EmojiPopover } from '../../ui/emoji/emoji-popover'
import { announce } from '../../ui/live-region'
import type { Subject } from '../composer/subject'
import { ForwardDialog } from '../forward/forward-dialog'
import { askToReport } from '../reports/asked'
import { type MessageActions, MessageActionsContext, type Target } from './actions'
import { DeleteDialog } from './delete-dialog'
import { type MenuChoice, MessageMenu } from './message-menu'
import { QuickReactions } from './quick-reactions'
import { ReactionsDialog } from './reactions-dialog'
import { ReceiptsDialog } from './receipts-dialog'
import { rightsOn } from './rights'

interface Open {
  readonly what: 'menu' | 'quick' | 'emoji' | 'forward' | 'delete' | 'reactions' | 'receipts'
  readonly message: Message
  readonly anchor?: AnchorBox
  readonly emoji?: string
}

/** The one menu of a conversation, its dialogs, and what the rows need to open them. */
export function MessageActionsProvider({
  chatId,
  chat,
  mayWrite,
  onSubject,
  onGoTo,
  children,
}: {
  chatId: string
  chat: ChatSummary | undefined
  mayWrite: boolean
  onSubject: (subject: Subject) => void
  onGoTo: (target: Target) => void
  children: ReactNode
}) {
  const handle = useClient().chat(chatId)
  const [open, setOpen] = useState<Open>()
  const rights = useRights(chatId, chat, mayWrite)

  // Stable, so that no row is drawn anew because something has opened.
  const actions = useMemo<MessageActions>(() => {
    const react: MessageActions['react'] = (message, emoji, isOn) =>
      handle.react(message.id, emoji, isOn)
    return {
      rightsOn: rights,
      reply: message => onSubject({ kind: 'reply', message }),
      react,
      openMenu: (message, anchor) => setOpen({ what: 'menu', message, anchor }),
      openQuick: (message, anchor) => setOpen({ what: 'quick', message, anchor }),
      showReactions: (message, emoji) =>
        setOpen({ what: 'reactions', message, ...(emoji === undefined ? {} : { emoji }) }),
      goTo: onGoTo,
    }
  }, [handle, rights, onSubject, onGoTo])

  // What a menu leads to is open before the menu says that it has closed.
  const closing = (what: Open['what']) => () =>
    setOpen(now => (now?.what === what ? undefined : now))
  const of = (what: Open['what']) => (open?.what === what ? open : undefined)
  const choose = (message: Message, choice: MenuChoice, anchor: AnchorBox | undefined) => {
    if (choice === 'copy') void copy(message.text)
    if (choice === 'pin' || choice === 'unpin') {
      handle[choice](message.id)
      announce(choice === 'pin' ? t.pins.pinned : t.pins.unpinned)
    }
    if (choice === 'report') {
      askToReport({ user: message.sender, message, offersBlock: chat?.kind === 'direct' })
    }
    if (choice === 'reply' || choice === 'edit') onSubject({ kind: choice, message })
    const leadsOn = {
      emoji: 'emoji',
      forward: 'forward',
      delete: 'delete',
      reactions: 'reactions',
      receipts: 'receipts',
    }
    const what = leadsOn[choice as keyof typeof leadsOn] as Open['what'] | undefined
    setOpen(what && { what, message, ...(anchor === undefined ? {} : { anchor }) })
  }

  return (
    <MessageActionsContext value={actions}>
      {children}
      <MessageMenu
        target={of('menu')}
        rightsOn={rights}
        onReact={actions.react}
        onChoose={choose}
        onClose={closing('menu')}
      />
      <QuickReactions
        target={of('quick')}
        onReact={actions.react}
        onMore={(message, anchor) => setOpen({ what: 'emoji', message, anchor })}
        onClose={closing('quick')}
      />
      <EmojiPopover
        anchor={of('emoji')?.anchor}
        onPick={emoji => {
          if (open !== undefined) actions.react(open.message, emoji, true)
          setOpen(undefined)
        }}
        onClose={closing('emoji')}
      />
      <ForwardDialog message={of('forward')?.message} onClose={closing('forward')} />
      <DeleteDialog message={of('delete')?.message} chatId={chatId} onClose={closing('delete')} />
      <ReactionsDialog
        message={of('reactions')?.message}
        emoji={of('reactions')?.emoji}
        chatId={chatId}
        onClose={closing('reactions')}
      />
      <ReceiptsDialog
        message={of('receipts')?.message}
        chatId={chatId}
        onClose={closing('receipts')}
      />
    </MessageActionsContext>
  )
}

/** Asked when something opens, so that it need not change whenever somebody's place in the chat does. */
function useRights(
  chatId: string,
  chat: ChatSummary | undefined,
  mayWrite: boolean,
): MessageActions['rightsOn'] {
  const me = useMe()
  const editWindowMs = useLimits()?.editWindowMs
  const members = useMembers(chatId)
  const role = members.find(({ user }) => user.id === me?.id)?.role
  const { kind = 'direct', pinRole = 'admin' } = chat ?? {}
  const now = { kind, role, pinRole, editWindowMs, mayWrite }
  const known = useRef(now)
  known.current = now
  return useCallback(message => rightsOn(message, { ...known.current, nowMs: Date.now() }), [])
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    announce(t.actions.copied)
  } catch {
    // A browser that does not let us: the text can still be selected.
  }
}
