package dev.relaychat.sdk

import kotlinx.coroutines.flow.StateFlow

/** Finds people and watches whether they are there. */
public class People internal constructor(
    private val client: RelayClient,
) {
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
}
