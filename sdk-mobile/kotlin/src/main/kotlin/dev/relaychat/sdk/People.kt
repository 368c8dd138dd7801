package dev.relaychat.sdk

import kotlinx.coroutines.flow.StateFlow

/** Finds people, watches whether they are there, blocks and reports them. */
public class People internal constructor(
    private val client: RelayClient,
) {
    /** Everybody whom the caller blocks, on any device, while somebody collects it; `null` until it is known. */
    public val blocked: StateFlow<List<User>?> =
        client.scope.watchedWhileCollected(null) { emit ->
            client.core.watchBlocked(
                object : BlockedListener {
                    override fun onChange(value: List<User>?) = emit(value)
                },
            )
        }

    /** People by name, or by exact address. Pass the page's cursor back to read on. */
    public suspend fun list(
        query: String? = null,
        cursor: String? = null,
    ): UserPage = client.core.listPeople(query, cursor)

    /** One person. */
    public suspend fun get(userId: String): User = client.core.getPerson(userId)

    /** Whether a person is there, while somebody collects it; `null` until it is known. */
    public fun presence(userId: String): StateFlow<Presence?> =
        client.scope.watchedWhileCollected(null) { emit ->
            client.core.watchPresence(
                userId,
                object : PresenceListener {
                    override fun onChange(value: Presence?) = emit(value)
                },
            )
        }

    /**
     * Blocks a person, who is not told: in the one-to-one chat with them nobody can say anything new,
     * and neither sees the other be online or type. What the caller sends there fails with
     * `blocked_by_you`, what the other sends with `unreachable`.
     */
    public suspend fun block(userId: String): Unit = client.core.block(userId)

    /** Takes a block back. */
    public suspend fun unblock(userId: String): Unit = client.core.unblock(userId)

    /** Reports a person to the host, as [Chat.report] does a message. Oneself fails with `not_reportable`. */
    public suspend fun report(
        userId: String,
        reason: ReportReason,
        note: String? = null,
    ): Unit = client.core.reportUser(userId, reason, note)
}
