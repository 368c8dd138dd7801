import type { ComponentProps } from 'react'
import { useState } from 'react'
import { t } from '../strings'
import { Button } from './button'
import { announce } from './live-region'

/** An address on the clipboard, for somebody who is to come here: without another one that of the page. */
export function CopyAddress({
  address = location.origin,
  label = t.sidebar.emptyPeopleAction,
  ...rest
}: Pick<ComponentProps<typeof Button>, 'look' | 'className'> & {
  address?: string
  label?: string
}) {
  const [isCopied, setIsCopied] = useState(false)
  const copy = () => {
    navigator.clipboard?.writeText(address).then(
      () => {
        setIsCopied(true)
        announce(t.sidebar.copied)
      },
      () => {},
    )
  }
  return (
    <Button {...rest} onClick={copy}>
      {isCopied ? t.sidebar.copied : label}
    </Button>
  )
}
