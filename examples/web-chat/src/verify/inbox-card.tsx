import { Inbox } from 'lucide-react'
import { useEffect, useState } from 'react'
import { t } from '../strings'
import { Button } from '../ui/button'
import { isComplete } from './otp'
import { codeOf, isLoopback } from './dev-inbox'

/** How often to look, and for how long: the mail is written by a background job after the request. */
const lookEveryMs = 700
const looks = 12

/**
 * The code on the page itself, for whoever tries the engine on their own machine without a mail
 * server. The engine serves the inbox only then; anywhere else this card does not exist.
 */
export function InboxCard({ email, onUse }: { email: string; onUse: (code: string) => void }) {
  const [code, setCode] = useState<string>()

  useEffect(() => {
    if (!isLoopback(location.hostname)) return
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async (left: number) => {
      const found = await latestCode(email, abort.signal)
      if (abort.signal.aborted) return
      if (found !== undefined) setCode(found)
      else if (left > 1) timer = setTimeout(look, lookEveryMs, left - 1)
    }
    void look(looks)
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [email])

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
        <output className="font-mono text-2xl font-semibold tracking-[0.18em]" data-testid="inbox-code">
          {code}
        </output>
        <Button look="plain" onClick={() => onUse(code)} className="text-sm">
          {t.verify.inboxUse}
        </Button>
      </div>
    </section>
  )
}

async function latestCode(email: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(`/_/inbox/latest.json?email=${encodeURIComponent(email)}`, {
      signal,
      headers: { accept: 'application/json' },
    })
    if (!response.ok) return undefined
    const code = codeOf(await response.json())
    return code !== undefined && isComplete(code) ? code : undefined
  } catch {
    return undefined
  }
}
