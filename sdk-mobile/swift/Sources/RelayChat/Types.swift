import Foundation
import RelayChatCore

// What is shown and sent. These are plain values that can be compared; ids are strings, and times
// are dates beside the milliseconds since 1970 of the protocol.

/// How the connection is.
public typealias ConnectionState = RelayChatCore.ConnectionState
/// How well a client keeps what it knows.
public typealias StorageState = RelayChatCore.StorageState
/// A person.
public typealias User = RelayChatCore.User
/// The caller's own profile.
public typealias Me = RelayChatCore.Me
/// A page of people.
public typealias UserPage = RelayChatCore.UserPage
/// Whether somebody is there.
public typealias Presence = RelayChatCore.Presence
/// A member of a chat, and how far messages have come there.
public typealias Member = RelayChatCore.Member
/// What a member may do.
public typealias Role = RelayChatCore.Role
/// What can be changed in a group.
public typealias ChatChange = RelayChatCore.ChatChange
/// One-to-one or group.
public typealias ChatKind = RelayChatCore.ChatKind
/// A chat as a list of chats shows it.
public typealias ChatSummary = RelayChatCore.ChatSummary
/// One chat, while it is looked up and after.
public typealias SummaryState = RelayChatCore.SummaryState
/// A message as it is shown.
public typealias Message = RelayChatCore.Message
/// The message that another one answers, as it is now.
public typealias Quote = RelayChatCore.Quote
/// One emoji under a message.
public typealias Reaction = RelayChatCore.Reaction
/// How one person reacted.
public typealias Reactor = RelayChatCore.Reactor
/// A part of those who reacted to a message with one emoji, in the order in which they did.
public typealias ReactionPage = RelayChatCore.ReactionPage
/// Why a message or a person is reported.
public typealias ReportReason = RelayChatCore.ReportReason
/// A link with which people join a group by themselves.
public typealias Invite = RelayChatCore.Invite
/// How long a new link is good, and for how many.
public typealias InviteTerms = RelayChatCore.InviteTerms
/// What somebody sees of a group before they join it.
public typealias InvitePreview = RelayChatCore.InvitePreview
/// A change of a message that the server does not have yet.
public typealias PendingChange = RelayChatCore.PendingChange
/// What is being changed of a message.
public typealias ChangeKind = RelayChatCore.ChangeKind
/// What a person sets for a chat for themselves.
public typealias ChatSettings = RelayChatCore.ChatSettings
/// What is looked for among the messages.
public typealias Search = RelayChatCore.Search
/// What a message may have beside its words.
public typealias SearchedPart = RelayChatCore.SearchedPart
/// A part of what was found.
public typealias SearchPage = RelayChatCore.SearchPage
/// A message that was found.
public typealias SearchHit = RelayChatCore.SearchHit
/// A part of a text, in units of UTF-16, as `NSString` counts.
public typealias TextRange = RelayChatCore.TextRange
/// How far an own message has come.
public typealias DeliveryState = RelayChatCore.DeliveryState
/// One entry of a timeline.
public typealias TimelineItem = RelayChatCore.TimelineItem
/// A file of a message.
public typealias Attachment = RelayChatCore.Attachment
/// What kind of file an attachment is.
public typealias AttachmentKind = RelayChatCore.AttachmentKind
/// Short-lived addresses of the bytes of an attachment.
public typealias AttachmentLinks = RelayChatCore.AttachmentLinks
/// How far a message on its way is.
public typealias OutgoingState = RelayChatCore.OutgoingState
/// Why something failed, as a part of what is shown.
public typealias Failure = RelayChatCore.Failure
/// A code is on its way.
public typealias CodeRequested = RelayChatCore.CodeRequested
/// One login of the caller on one device.
public typealias Session = RelayChatCore.Session
/// What the server accepts, as far as a person who writes can meet it.
public typealias Limits = RelayChatCore.Limits
public typealias UnreadTotal = RelayChatCore.UnreadTotal
/// Under what name a push service knows this device.
public typealias PushToken = RelayChatCore.PushToken
/// Which service wakes this device.
public typealias PushService = RelayChatCore.PushService
/// Why a token is asked for.
public typealias TokenReason = RelayChatCore.TokenReason
/// Why there is no token: only ``TokenError/Unauthorized(detail:)`` signs the client out.
public typealias TokenError = RelayChatCore.TokenError
/// Keeps the session of an e-mail login between two runs of the program.
public typealias SessionStore = RelayChatCore.SessionStore
/// How much a line of the log matters.
public typealias LogLevel = RelayChatCore.LogLevel
/// A line of the log.
public typealias LogRecord = RelayChatCore.LogRecord

extension User: Identifiable {}
extension Session: Identifiable {}
extension ChatSummary: Identifiable {}
extension Message: Identifiable {}
extension Attachment: Identifiable {}
extension Invite: Identifiable {}

extension Invite {
    /// When it was made.
    public var createdAt: Date { Date(sinceEpoch: createdAtMs) }

    /// Until when people can join with it; `nil`: until it is revoked.
    public var expiresAt: Date? { expiresAtMs.map(Date.init(sinceEpoch:)) }
}

extension Reactor: Identifiable {
    public var id: String { user.id }

    /// When they reacted.
    public var reactedAt: Date { Date(sinceEpoch: reactedAtMs) }
}

extension Member: Identifiable {
    public var id: String { user.id }

    /// When they joined.
    public var joinedAt: Date { Date(sinceEpoch: joinedAtMs) }
}

extension TimelineItem: Identifiable {
    /// Never changes, also not when the server acknowledges the message.
    public var id: String {
        switch self {
        case .start(let key), .dateDivider(let key, _), .unreadDivider(let key, _),
            .posted(let key, _), .told(let key, _):
            key
        }
    }

    /// The message, if it is one.
    public var message: Message? {
        guard case .posted(_, let message) = self else { return nil }
        return message
    }
}

extension Message {
    /// When the server took it, or, until then, when it was sent.
    public var sentAt: Date { Date(sinceEpoch: sentAtMs) }

    /// While it is uploading, from 0 to 1.
    public var uploadProgress: Double? { uploadPermille.map { Double($0) / 1000 } }
}

extension ChatSummary {
    /// When somebody last wrote.
    public var lastActivityAt: Date { Date(sinceEpoch: lastActivityAtMs) }
}

extension SummaryState {
    /// The chat, if it was found.
    public var found: ChatSummary? {
        guard case .found(let summary) = self else { return nil }
        return summary
    }
}

extension Presence {
    /// When they were last connected, if they are not now and it is known.
    public var lastSeenAt: Date? { lastSeenAtMs.map(Date.init(sinceEpoch:)) }
}

extension OutgoingState {
    /// How much of its files is uploaded, from 0 to 1.
    public var progress: Double {
        totalBytes == 0 ? 1 : Double(loadedBytes) / Double(totalBytes)
    }
}

extension CodeRequested {
    /// How long the code is valid.
    public var expiresIn: Duration { .milliseconds(expiresInMs) }

    /// How long until another mail to this address is possible.
    public var resendAfter: Duration { .milliseconds(resendAfterMs) }
}

extension Session {
    public var createdAt: Date { Date(sinceEpoch: createdAtMs) }
    public var lastUsedAt: Date { Date(sinceEpoch: lastUsedAtMs) }
    public var expiresAt: Date { Date(sinceEpoch: expiresAtMs) }
}

extension AttachmentLinks {
    /// When both stop working.
    public var expiresAt: Date { Date(sinceEpoch: expiresAtMs) }
}

extension Date {
    init(sinceEpoch milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
