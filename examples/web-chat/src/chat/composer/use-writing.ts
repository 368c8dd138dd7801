import type { Mentions } from '@relaychat/client'
import { useClient, useComposer } from '@relaychat/client/react'
import { useState } from 'react'
import type { Subject } from './subject'

export interface Writing {
  readonly text: string
  readonly attachments: readonly Blob[]
  readonly canSend: boolean
  readonly isEmpty: boolean
  readonly setText: (text: string) => void
  readonly removeAttachment: (file: Blob) => void
  readonly stopTyping: () => void
  /** Whether that made a message, and did not only change one. */
  readonly send: (meant: { mentions?: Mentions }) => boolean
}

const noFiles: readonly Blob[] = []
const nobody: Mentions = { userIds: [], isEveryone: false }

/** What is in the field: the draft of the chat, or the text of the message that is being changed. */
export function useWriting(chatId: string, subject: Subject | undefined): Writing {
  const composer = useComposer(chatId)
  const chat = useClient().chat(chatId)
  const edit = useEdit(subject)
  const { message } = subject ?? {}

  if (subject?.kind === 'edit' && message !== undefined) {
    const wanted = edit.text.trim()
    return {
      text: edit.text,
      attachments: noFiles,
      // A message with pictures may go without words.
      canSend: wanted !== '' || message.attachments.length > 0,
      isEmpty: false,
      setText: edit.setText,
      removeAttachment: () => {},
      stopTyping: () => {},
      send: ({ mentions = nobody }) => {
        if (wanted !== message.text) chat.edit(message.id, wanted, mentions)
        return false
      },
    }
  }
  return {
    ...composer,
    isEmpty: composer.text === '' && composer.attachments.length === 0,
    send: meant => {
      const more = message === undefined ? meant : { ...meant, replyTo: message.id }
      const outgoing = composer.send(more)
      // The bubble shows what went wrong; here it would only be an unhandled rejection.
      outgoing?.delivered.catch(() => {})
      return outgoing !== undefined
    },
  }
}

/** The text of a message while it is changed. The draft of the chat waits meanwhile. */
function useEdit(subject: Subject | undefined) {
  const [text, setText] = useState('')
  const [of, setOf] = useState<Subject>()
  if (subject !== of) {
    setOf(subject)
    setText(subject?.kind === 'edit' ? subject.message.text : '')
  }
  return { text: subject === of ? text : (subject?.message.text ?? ''), setText }
}
