import { useStorage } from '@relaychat/client/react'
import { HardDrive } from 'lucide-react'
import { useEffect, useState } from 'react'
import { t } from '../strings'
import { announce } from './live-region'

/** A store that recovers within this was nobody's business. */
const graceMs = 1_500

/** Says that what is written now may not outlive the page: then it should stay open. */
export function StorageBanner() {
  const isLost = useStorage() === 'lost'
  const [isShown, setIsShown] = useState(false)

  useEffect(() => {
    if (!isLost) return setIsShown(false)
    const timer = setTimeout(() => setIsShown(true), graceMs)
    return () => clearTimeout(timer)
  }, [isLost])

  useEffect(() => {
    if (isShown) announce(t.storage.warning)
  }, [isShown])

  if (!isShown) return null
  return (
    <div className="px-2 pt-1 md:px-5">
      <p className="mx-auto flex w-full max-w-3xl animate-rise items-start gap-3 rounded-2xl bg-warn-soft px-4 py-2.5 text-sm text-pretty text-warn-ink">
        <HardDrive aria-hidden className="mt-0.5 size-4.5 shrink-0" />
        {t.storage.warning}
      </p>
    </div>
  )
}
