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

    /**
     * What is pinned, the message that was pinned last in front, while somebody collects it; `null` until
     * something of it is known.
     */
    public val pinned: StateFlow<List<Message>?> by lazy {
        client.scope.watchedWhileCollected(null) { emit ->
            core.watchPinned(
                object : PinnedListener {
                    override fun onChange(value: List<Message>?) = emit(value)
                },
            )
        }
    }

    /** What was typed and not sent, as any view of this client or another device has left it. */
    public val typed: StateFlow<String> by lazy {
        client.scope.watchedWhileCollected(core.draft()) { emit ->
            core.watchDraft(
                object : DraftListener {
                    override fun onChange(value: String) = emit(value)
                },
            )
        }
    }

    /** Keeps what is typed, and tells the other devices after a pause. An empty text forgets it. */
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

    /** Sends what is meant for some people in particular, perhaps as an answer to a message of this chat. */
    public fun send(
        draft: Draft,
        mentions: Mentions,
        replyTo: String? = null,
    ): Outgoing = Outgoing(client, core.mention(draft, mentions, replyTo))

    /** Sends an answer to a message of this chat, which is quoted above it. */
    public fun reply(
        messageId: String,
        draft: Draft,
    ): Outgoing = Outgoing(client, core.reply(messageId, draft))

    /** Answers with a text. */
    public fun reply(
        messageId: String,
        text: String,
    ): Outgoing = reply(messageId, Draft(text))

    /**
     * Changes a group: its name, its picture, who is in it and who may what. Everybody in it sees
     * it; on return the caller does too.
     */
    public suspend fun change(change: ChatChange): Unit = core.change(change)

    /**
     * Makes a link with which people join the group by themselves, for those who add people. What it
     * carries is its token; the address around it is the application's.
     */
    public suspend fun createInvite(terms: InviteTerms = InviteTerms()): Invite = core.createInvite(terms)

    /** The links with which people can join now, newest first. For those who add people. */
    public suspend fun invites(): List<Invite> = core.invites()

    /** Takes a link back, one's own or as an admin anybody's: nobody joins with it any more. Who has joined stays. */
    public suspend fun revokeInvite(inviteId: String): Unit = core.revokeInvite(inviteId)

    /** Everybody who reacted to a message with an emoji. Pass the page's cursor back to read on. */
    public suspend fun reactions(
        messageId: String,
        emoji: String,
        cursor: String? = null,
    ): ReactionPage = core.reactions(messageId, emoji, cursor)

    /** A message that is on its way, also one of an earlier run of the program. */
    public fun outgoing(messageId: String): Outgoing? = core.outgoing(messageId)?.let { Outgoing(client, it) }

    /** Tries a failed message again, or what the server refused to do with a sent one. */
    public fun retry(messageId: String): Unit = core.retry(messageId)

    /**
     * Gives an own message another text, and other mentions if they are given: shown at once, told to
     * the server as soon as it can be asked. What it refuses is in [Message.pending].
     */
    public fun edit(
        messageId: String,
        text: String,
        mentions: Mentions? = null,
    ): Unit = core.edit(messageId, text, mentions)

    /** Deletes a message for everyone, in the same way. One that was not sent is taken back. */
    public fun delete(messageId: String): Unit = core.delete(messageId)

    /** Reacts to a message with an emoji, or takes that back, in the same way. */
    public fun react(
        messageId: String,
        emoji: String,
        isOn: Boolean = true,
    ): Unit = core.react(messageId, emoji, isOn)

    /**
     * Pins a message for everyone in the chat, or unpins it, in the same way. For both people of a
     * one-to-one chat, and in a group for whom it lets.
     */
    public fun pin(
        messageId: String,
        isPinned: Boolean = true,
    ): Unit = core.pin(messageId, isPinned)

    /**
     * Reports a message to the host, which gets a copy of it as it is now. Asked at once, not queued;
     * nobody else learns of it. One's own fails with `not_reportable`.
     */
    public suspend fun report(
        messageId: String,
        reason: ReportReason,
        note: String? = null,
    ): Unit = core.report(messageId, reason, note)

    /** Takes a message back; removes a failed one. Of a sent one it drops what the server refused. */
    public fun cancel(messageId: String): Unit = core.cancel(messageId)

    /** Sets something for the person alone, on all their devices; the last wish holds. */
    public fun set(settings: ChatSettings): Unit = core.set(settings)

    /** Everything up to [seq] has been seen by the person. Never moves backwards. */
    public fun markRead(seq: ULong): Unit = core.markRead(seq)

    /** For every keystroke; throttled, and ended by itself. `false` ends it at once. */
    public fun setTyping(isTyping: Boolean): Unit = core.setTyping(isTyping)
}
