import { useComposer } from '@relaychat/client/react'
import { useEffect, useRef } from 'react'
import { readStored, writeStored } from '../../platform/stored'

/** Writing on every keystroke would be waste; a reload within this time loses a few letters. */
const savePauseMs = 250

const nameOf = (chatId: string) => `draft.${chatId}`

/** Keeps what is written but not sent over a reload. */
export function useDraft(chatId: string): void {
  const { text, setText, stopTyping } = useComposer(chatId)
  const isRestored = useRef(false)
  const latest = useRef(text)
  latest.current = text

  useEffect(() => {
    if (isRestored.current) return
    isRestored.current = true
    const stored = readStored(nameOf(chatId))
    if (stored === undefined || latest.current !== '') return
    setText(stored)
    // Finding a draft again is not typing.
    stopTyping()
  }, [chatId, setText, stopTyping])

  useEffect(() => {
    const save = () => writeStored(nameOf(chatId), text === '' ? undefined : text)
    if (text === '') {
      if (isRestored.current && latest.current === '') save()
      return
    }
    const timer = setTimeout(save, savePauseMs)
    return () => clearTimeout(timer)
  }, [chatId, text])

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
