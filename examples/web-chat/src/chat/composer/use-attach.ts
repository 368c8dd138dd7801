import { useComposer, useLimits } from '@relaychat/client/react'
import { useState } from 'react'
import { defaultLimits, selectFiles } from './attachments'

export interface Attach {
  readonly add: (files: readonly File[]) => void
  /** Why files were left out, until the next choice. */
  readonly problems: readonly string[]
  readonly clearProblems: () => void
}

/** Files from the button, the clipboard or a drop: looked at here, then part of the draft. */
export function useAttach(chatId: string): Attach {
  const { attachments, addAttachments } = useComposer(chatId)
  const limits = useLimits() ?? defaultLimits
  const [problems, setProblems] = useState<readonly string[]>([])
  return {
    problems,
    add: files => {
      const selection = selectFiles(files, attachments.length, limits)
      setProblems(selection.problems)
      if (selection.accepted.length > 0) addAttachments(selection.accepted)
    },
    clearProblems: () => setProblems([]),
  }
}
