/** The one error class of the package. */

/** How a failure is described. */
export interface ErrorReport {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
  readonly retryAfterMs?: number
  readonly field?: string
}

/** Something failed. Decide by {@link RelayError.code}, never by the message. */
export class RelayError extends Error {
  override readonly name = 'RelayError'
  /** A stable code of the protocol's glossary, or `network`, `cancelled`, `closed`, `already_sent`. */
  readonly code: string
  /** Whether the same call may succeed later without being changed. */
  readonly retryable: boolean
  /** How long to wait before that, in milliseconds, when the server said so. */
  declare readonly retryAfterMs?: number
  /** The field that was not acceptable. */
  declare readonly field?: string

  /** For a `getToken` that wants to sign out: code `unauthenticated`. */
  constructor(code: string, message: string = code, details: Partial<ErrorReport> & ErrorOptions = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    this.retryable = details.retryable ?? false
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs
    if (details.field !== undefined) this.field = details.field
  }
}

export function errorFromReport(report: ErrorReport): RelayError {
  return new RelayError(report.code, report.message, report)
}

/** What the core rejects with is the JSON of a report; anything else comes from JavaScript. */
export function toRelayError(reason: unknown): RelayError {
  if (reason instanceof RelayError) return reason
  if (typeof reason === 'string') {
    const report = parseReport(reason)
    return report === undefined ? new RelayError('internal', reason) : errorFromReport(report)
  }
  if (reason instanceof DOMException && reason.name === 'AbortError') return cancelled(reason)
  const message = reason instanceof Error ? reason.message : String(reason)
  return new RelayError('internal', message, { cause: reason })
}

export function cancelled(cause?: unknown): RelayError {
  return new RelayError('cancelled', 'The call was cancelled.', { cause })
}

export function alreadySent(): RelayError {
  return new RelayError('already_sent', 'The message has been sent already.')
}

export function closed(): RelayError {
  return new RelayError('closed', 'The client is closed.')
}

function parseReport(text: string): ErrorReport | undefined {
  try {
    const report = JSON.parse(text)
    return typeof report?.code === 'string' ? report : undefined
  } catch {
    return undefined
  }
}
