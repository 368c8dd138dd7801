import { useComposer } from '@relaychat/client/react'
import { useEffect, useRef } from 'react'
import { readStored, watchStored, writeStored } from '../../platform/stored'

/** Writing on every keystroke would be waste; a reload within this time loses a few letters. */
const savePauseMs = 250

const nameOf = (chatId: string) => `draft.${chatId}`

/** Keeps what is written but not sent over a reload. */
export function useDraft(chatId: string): void {
  const { text, setText, stopTyping } = useComposer(chatId)
  const isRestored = useRef(false)
  const isFinding = useRef(false)
  const latest = useRef(text)
  latest.current = text
  /** What this page and the storage last agreed on. */
  const saved = useRef(text)

  useEffect(() => {
    if (isRestored.current) return
    isRestored.current = true
    const stored = readStored(nameOf(chatId))
    if (stored === undefined || latest.current !== '') return
    saved.current = stored
    isFinding.current = true
    setText(stored)
    // Finding a draft again is not typing.
    stopTyping()
  }, [chatId, setText, stopTyping])

  useEffect(() => {
    const save = () => {
      saved.current = text
      writeStored(nameOf(chatId), text === '' ? undefined : text)
    }
    if (text === '') {
      // What was found again is shown with the next render: it is not emptied by this one.
      const isOnItsWay = saved.current !== '' && isFinding.current
      if (isRestored.current && !isOnItsWay) save()
      return
    }
    isFinding.current = false
    const timer = setTimeout(save, savePauseMs)
    return () => clearTimeout(timer)
  }, [chatId, text])

  // What is written in another tab is here too, unless something else is being written here.
  useEffect(
    () =>
      watchStored(nameOf(chatId), () => {
        const stored = readStored(nameOf(chatId)) ?? ''
        if (latest.current !== saved.current) return
        saved.current = stored
        setText(stored)
        stopTyping()
      }),
    [chatId, setText, stopTyping],
  )

  useEffect(() => {
    const save = () => {
      if (latest.current !== '') writeStored(nameOf(chatId), latest.current)
    }
    window.addEventListener('pagehide', save)
    return () => {
      window.removeEventListener('pagehide', save)
      save()
    }
  }, [chatId])
}
