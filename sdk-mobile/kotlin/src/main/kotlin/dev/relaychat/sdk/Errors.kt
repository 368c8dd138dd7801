package dev.relaychat.sdk

/** A stable word for what went wrong: decide by it, never by the text. */
public val RelayException.code: String
    get() =
        when (this) {
            is RelayException.Network -> "network"
            is RelayException.SignedOut -> code
            is RelayException.Refused -> failure.code
            is RelayException.Cancelled -> "cancelled"
            is RelayException.Closed -> "closed"
            is RelayException.AlreadySent -> "already_sent"
            is RelayException.Internal -> "internal"
        }

/** Whether the same call may succeed later without being changed. */
public val RelayException.isRetryable: Boolean
    get() =
        when (this) {
            is RelayException.Network -> true
            is RelayException.Refused -> failure.isRetryable
            else -> false
        }
