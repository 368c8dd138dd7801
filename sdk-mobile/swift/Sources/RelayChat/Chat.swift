import RelayChatCore

/// One chat.
public final class Chat: Sendable, Identifiable {
    let core: CoreChat
    let client: RelayClient

    init(core: CoreChat, client: RelayClient) {
        self.core = core
        self.client = client
    }

    /// Names the chat.
    public var id: String { core.id() }

    /// The chat as a list shows it, with who is typing. It is looked up when it is not in the list.
    public var summary: Observed<SummaryState> {
        Observed(of: client) { [core] in
            core.summary()
        } watch: { [core] sink in
            core.watchSummary(listener: Forwarder(sink))
        }
    }

    /// The members, the caller among them.
    public var members: Observed<[Member]> {
        Observed(of: client) { [core] in
            core.members()
        } watch: { [core] sink in
            core.watchMembers(listener: Forwarder(sink))
        }
    }

    /// Opens the timeline: the messages, and how to move in them. The unread divider is fixed when it
    /// opens.
    public func timeline() -> Timeline {
        Timeline(core: core.timeline(), client: client)
    }

    /// Sends at once: the echo is in the timeline when this returns.
    @discardableResult
    public func send(_ draft: Draft) -> Outgoing {
        Outgoing(core: core.send(draft: draft), client: client)
    }

    /// Sends what is meant for some people in particular, perhaps as an answer to a message of this chat.
    ///
    /// - Throws: ``RelayError`` when a text is no id.
    @discardableResult
    public func send(_ draft: Draft, mentions: Mentions, replyTo: String? = nil) throws -> Outgoing {
        let sent = try core.mention(draft: draft, mentions: mentions, replyTo: replyTo)
        return Outgoing(core: sent, client: client)
    }

    /// Sends an answer to a message of this chat, which is quoted above it.
    ///
    /// - Throws: ``RelayError`` when the text is no id.
    @discardableResult
    public func reply(to messageID: String, _ draft: Draft) throws -> Outgoing {
        Outgoing(core: try core.reply(messageId: messageID, draft: draft), client: client)
    }

    /// Gives an own message another text, and other mentions if they are given: shown at once, told to
    /// the server as soon as it can be asked. What it refuses is in ``Message/pending``.
    ///
    /// - Throws: ``RelayError`` when the text leaves nothing of the message, or the id is none.
    public func edit(_ messageID: String, _ text: String, mentions: Mentions? = nil) throws {
        try core.edit(messageId: messageID, text: text, mentions: mentions)
    }

    /// Deletes a message for everyone, in the same way. One that was not sent is taken back.
    ///
    /// - Throws: ``RelayError`` when the text is no id.
    public func delete(_ messageID: String) throws {
        try core.delete(messageId: messageID)
    }

    /// Reacts to a message with an emoji, or takes that back, in the same way.
    ///
    /// - Throws: ``RelayError`` when the text is no id.
    public func react(_ messageID: String, _ emoji: String, isOn: Bool = true) throws {
        try core.react(messageId: messageID, emoji: emoji, isOn: isOn)
    }

    /// Pins a message for everyone in the chat, or unpins it, in the same way. For both people of a
    /// one-to-one chat, and in a group for whom it lets.
    ///
    /// - Throws: ``RelayError`` when the text is no id.
    public func pin(_ messageID: String, isPinned: Bool = true) throws {
        try core.pin(messageId: messageID, isPinned: isPinned)
    }

    /// What is pinned, the message that was pinned last in front; `nil` until something of it is known.
    public var pinned: Observed<[Message]?> {
        Observed(of: client) { [core] in
            core.pinned()
        } watch: { [core] sink in
            core.watchPinned(listener: Forwarder(sink))
        }
    }

    /// Reports a message to the host, which gets a copy of it as it is now. Asked at once, not queued;
    /// nobody else learns of it.
    ///
    /// - Throws: ``RelayError`` such as `not_reportable` for one's own.
    public func report(_ messageID: String, _ reason: ReportReason, note: String? = nil) async throws {
        try await cancellable {
            try await core.report(messageId: messageID, reason: reason, note: note, cancel: $0)
        }
    }

    /// Tries a failed message again, or what the server refused to do with a sent one.
    ///
    /// - Throws: ``RelayError`` when the text is no id.
    public func retry(_ messageID: String) throws {
        try core.retry(messageId: messageID)
    }

    /// Takes a message back that was not sent. Of a sent one it drops what the server refused.
    ///
    /// - Throws: ``RelayError`` when the text is no id.
    public func cancel(_ messageID: String) throws {
        try core.cancel(messageId: messageID)
    }

    /// Changes a group: its name, its picture, who is in it and who may what. Everybody in it sees
    /// it; on return the caller does too.
    ///
    /// - Throws: ``RelayError`` such as `forbidden` when the caller's role does not allow it.
    public func change(_ change: ChatChange) async throws {
        try await cancellable { try await core.change(change: change, cancel: $0) }
    }

    /// Makes a link with which people join the group by themselves, for those who add people. What it
    /// carries is its token; the address around it is the application's.
    ///
    /// - Throws: ``RelayError`` such as `forbidden` when the caller may not add people.
    public func createInvite(_ terms: InviteTerms = InviteTerms()) async throws -> Invite {
        try await cancellable { try await core.createInvite(terms: terms, cancel: $0) }
    }

    /// The links with which people can join now, newest first. For those who add people.
    public func invites() async throws -> [Invite] {
        try await cancellable { try await core.invites(cancel: $0) }
    }

    /// Takes a link back, one's own or as an admin anybody's: nobody joins with it any more. Who has joined stays.
    public func revokeInvite(_ inviteID: String) async throws {
        try await cancellable { try await core.revokeInvite(inviteId: inviteID, cancel: $0) }
    }

    /// Everybody who reacted to a message with an emoji. A page: pass its cursor back to read on.
    public func reactions(
        to messageID: String, _ emoji: String, after cursor: String? = nil
    ) async throws -> ReactionPage {
        try await cancellable {
            try await core.reactions(messageId: messageID, emoji: emoji, cursor: cursor, cancel: $0)
        }
    }

    /// A message that is on its way, also one of an earlier run of the program.
    ///
    /// - Throws: ``RelayError`` when the text is no id.
    public func outgoing(_ messageID: String) throws -> Outgoing? {
        try core.outgoing(messageId: messageID).map { Outgoing(core: $0, client: client) }
    }

    /// What was typed and not sent, here or on another device; empty if nothing was.
    public var draft: Observed<String> {
        Observed(of: client) { [core] in
            core.draft()
        } watch: { [core] sink in
            core.watchDraft(listener: Forwarder(sink))
        }
    }

    /// Keeps what is typed, and tells the other devices after a pause. An empty text forgets it.
    public func setDraft(_ text: String) { core.setDraft(text: text) }

    /// Sets something for the person alone, on all their devices; the last wish holds.
    public func set(_ settings: ChatSettings) { core.set(settings: settings) }

    /// Everything up to `seq` has been seen by the person. Never moves backwards.
    public func markRead(upTo seq: UInt64) { core.markRead(seq: seq) }

    /// For every keystroke; throttled, and ended by itself. `false` ends it at once.
    public func setTyping(_ isTyping: Bool) { core.setTyping(isTyping: isTyping) }
}
