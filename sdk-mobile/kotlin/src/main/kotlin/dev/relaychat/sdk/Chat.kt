package dev.relaychat.sdk

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.StateFlow

/** A handle to one chat. */
public class Chat internal constructor(
    private val client: RelayClient,
    private val core: CoreChat,
) {
    /** Names the chat. */
    public val id: String = core.id()

    /** The chat as the list shows it. It is followed while somebody collects it. */
    public val summary: StateFlow<SummaryState> by lazy {
        client.scope.watchedWhileCollected(core.summary()) { emit ->
            core.watchSummary(
                object : SummaryListener {
                    override fun onChange(value: SummaryState) = emit(value)
                },
            )
        }
    }

    /** The members, the caller among them. They are followed while somebody collects them. */
    public val members: StateFlow<List<Member>> by lazy {
        client.scope.watchedWhileCollected(core.members()) { emit ->
            core.watchMembers(
                object : MembersListener {
                    override fun onChange(value: List<Member>) = emit(value)
                },
            )
        }
    }

    /** What was typed and not sent, as any view of this client has left it. */
    public val typed: StateFlow<String> by lazy {
        client.scope.watchedWhileCollected(core.draft()) { emit ->
            core.watchDraft(
                object : DraftListener {
                    override fun onChange(value: String) = emit(value)
                },
            )
        }
    }

    /** Keeps what is typed, in the store too. An empty text forgets it. */
    public fun setTyped(text: String): Unit = core.setDraft(text)

    /**
     * Opens the timeline. It is open until it is closed, or [scope] ends. The unread divider is fixed
     * when it opens.
     */
    public fun timeline(scope: CoroutineScope = client.scope): Timeline = Timeline(client, core.timeline(), scope)

    /** Sends at once: the echo is in the timeline when this returns. */
    public fun send(draft: Draft): Outgoing = Outgoing(client, core.send(draft))

    /** Sends a text. */
    public fun send(text: String): Outgoing = send(Draft(text))

    /**
     * Changes a group: its name, its picture, who is in it. Everybody in it sees it; on return the
     * caller does too.
     */
    public suspend fun change(change: ChatChange): Unit = core.change(change)

    /** A message that is on its way, also one of an earlier run of the program. */
    public fun outgoing(messageId: String): Outgoing? = core.outgoing(messageId)?.let { Outgoing(client, it) }

    /** Tries a failed message again. */
    public fun retry(messageId: String): Unit = core.retry(messageId)

    /** Gives a message another text that has not left this device. */
    public fun edit(
        messageId: String,
        text: String,
    ): Unit = core.edit(messageId, text)

    /** Takes a message back; removes a failed one. */
    public fun cancel(messageId: String): Unit = core.cancel(messageId)

    /** Everything up to [seq] has been seen by the person. Never moves backwards. */
    public fun markRead(seq: ULong): Unit = core.markRead(seq)

    /** For every keystroke; throttled, and ended by itself. `false` ends it at once. */
    public fun setTyping(isTyping: Boolean): Unit = core.setTyping(isTyping)
}
