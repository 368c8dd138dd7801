import { useState } from 'react'
import { t } from '../strings'
import { Button } from './button'

/** The address of the page on the clipboard, for somebody who is to come here. */
export function CopyAddress() {
  const [isCopied, setIsCopied] = useState(false)
  const copy = () => {
    navigator.clipboard?.writeText(location.origin).then(
      () => setIsCopied(true),
      () => {},
    )
  }
  return <Button onClick={copy}>{isCopied ? t.sidebar.copied : t.sidebar.emptyPeopleAction}</Button>
}
