import { Inbox } from 'lucide-react'
import { useEffect, useState } from 'react'
import { t } from '../strings'
import { Button } from '../ui/button'
import { isLoopback, latestCode } from './dev-inbox'

/** A background job writes the mail after the request: when to look, in milliseconds between looks. */
const looksMs = [350, 500, 800, 1500, 3000, 5000]

/**
 * The code on the page itself, for whoever tries the engine on their own machine without a mail
 * server. The engine serves the inbox only then; anywhere else this card does not exist.
 */
export function InboxCard({
  email,
  since,
  onUse,
}: {
  email: string
  /** Codes older than this belong to another request. */
  since: number
  onUse: (code: string) => void
}) {
  const [code, setCode] = useState<string>()

  useEffect(() => {
    if (!isLoopback(location.hostname)) return
    const abort = new AbortController()
    const lookForCode = async () => {
      for (const pauseMs of looksMs) {
        await new Promise(resolve => setTimeout(resolve, pauseMs))
        if (abort.signal.aborted) return
        const found = await latestCode(email, since, abort.signal)
        if (found === 'no_inbox' || abort.signal.aborted) return
        if (found !== undefined) return setCode(found.code)
      }
    }
    void lookForCode()
    return () => abort.abort()
  }, [email, since])

  if (code === undefined) return null
  return (
    <section
      aria-label={t.verify.inbox}
      className="mt-5 animate-rise rounded-2xl border border-dashed border-line-strong bg-canvas p-4"
    >
      <h2 className="flex items-center gap-2 text-sm font-semibold">
        <Inbox aria-hidden className="size-4 text-accent-text" />
        {t.verify.inbox}
      </h2>
      <p className="mt-1 text-sm text-muted">{t.verify.inboxHint}</p>
      <div className="mt-3 flex items-center justify-between gap-3">
        <output
          className="font-mono text-2xl font-semibold tracking-[0.18em]"
          data-testid="inbox-code"
        >
          {code}
        </output>
        <Button look="plain" onClick={() => onUse(code)} className="text-sm">
          {t.verify.inboxUse}
        </Button>
      </div>
    </section>
  )
}
