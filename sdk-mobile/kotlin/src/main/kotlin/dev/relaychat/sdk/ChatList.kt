package dev.relaychat.sdk

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/** The caller's chats. */
public class ChatList internal constructor(
    client: RelayClient,
) {
    private val core = client.core
    private val mutableItems = MutableStateFlow(emptyList<ChatSummary>())
    private val mutableStatus = MutableStateFlow(core.chatsStatus())

    /** The chats, newest activity first. A chat that has not changed is the same object as before. */
    public val items: StateFlow<List<ChatSummary>> = mutableItems.asStateFlow()

    /** Whether they are loading, whether there are more, and how much is unread. */
    public val status: StateFlow<ChatListStatus> = mutableStatus.asStateFlow()

    init {
        val listener =
            object : ChatListListener {
                private val list = mutableListOf<ChatSummary>()

                override fun onChange(value: ChatListUpdate) {
                    value.splices.forEach { list.splice(it.index, it.removedCount, it.inserted) }
                    mutableItems.value = list.toList()
                    mutableStatus.value = value.status
                }
            }
        client.scope.follow(core.watchChats(listener))
    }

    /** Loads the next page of older chats, if there is one. */
    public suspend fun loadMore(): Unit = core.loadMoreChats()

    /**
     * Unread messages over all chats that are neither muted nor archived, also those that are not
     * loaded: for a badge. Asked of the server.
     */
    public suspend fun unreadTotal(): UnreadTotal = core.unreadTotal()

    /** The one-to-one chat with a person, made if it does not exist. Gives its id. */
    public suspend fun openDirect(userId: String): String = core.openDirect(userId)

    /** A new group of these people and the caller. Gives its id. */
    public suspend fun createGroup(
        name: String,
        userIds: List<String>,
    ): String = core.createGroup(name, userIds)
}
