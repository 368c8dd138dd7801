//! What services tell the rest of the engine after a commit.

use relaychat_protocol::{ChatId, SessionId, UserId};

use super::{
    chat::Chat, chat_settings::ChatSettings, member::Member, message::Message, user::User,
};

/// Something durable has happened. Carries everything that is needed to tell the clients, so that
/// delivery reads nothing from storage.
#[derive(Clone, Debug)]
pub enum Event {
    /// A message was sent, and moved the watermarks of its sender.
    MessageSent {
        /// The message.
        message: Message,
        /// The sender's membership after it.
        sender: Member,
    },
    /// A line tells of a change that the events before it brought. It moves nobody's watermarks.
    LineWritten {
        /// The line: its version is that of the chat.
        line: Message,
    },
    /// A message was edited, deleted, pinned or reacted to.
    MessageUpdated {
        /// The message after it: its version is that of the chat.
        message: Message,
    },
    /// A member's watermarks moved.
    WatermarksMoved {
        /// The member after it.
        member: Member,
        /// Whether what was delivered moved. Otherwise only what was read did.
        is_delivered: bool,
    },
    /// A member changed what they have set for themselves: nobody else is told.
    SettingsChanged {
        /// The settings after it.
        settings: ChatSettings,
    },
    /// Somebody blocked somebody, or took it back: the devices of the blocker are told, nobody else.
    BlockChanged {
        /// Who blocks.
        blocker_id: UserId,
        /// Whom.
        blocked_id: UserId,
        /// Whether either of the two blocks the other after it.
        is_apart: bool,
    },
    /// Somebody changed what others are told of them: their own devices are told.
    PrivacyChanged {
        /// The person after it.
        user: User,
    },
    /// A chat was made, or people were added to it. Those in `added` now see the whole chat.
    MembersAdded {
        /// The chat after it.
        chat: Chat,
        /// Who was added, with the chat's version for each step in the same order.
        added: Vec<(Member, User, u64)>,
        /// The first members of the chat after it (with the added ones), as far as the wire shows
        /// them.
        members: Vec<Member>,
        /// The people those members are.
        users: Vec<User>,
        /// The newest message of the chat, if there is one.
        last_message: Option<Message>,
    },
    /// Somebody left or was removed.
    MemberRemoved {
        /// The chat after it.
        chat: Chat,
        /// Who.
        user_id: UserId,
    },
    /// The role of a member changed.
    RoleChanged {
        /// The chat after it.
        chat: Chat,
        /// The member after it.
        member: Member,
        /// Who they are.
        user: User,
    },
    /// Settings of a chat changed.
    ChatUpdated {
        /// The chat after it.
        chat: Chat,
    },
    /// A profile changed.
    UserUpdated {
        /// The person after it.
        user: User,
        /// Every chat they are or were in: its members are told.
        chat_ids: Vec<ChatId>,
    },
    /// A session was revoked or has expired: its sockets close.
    SessionEnded {
        /// The session.
        session_id: SessionId,
    },
}

/// Events of one commit, in the order in which they happened.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The storage's change number after the commit: whoever has been told everything up to here
    /// may resume from here.
    pub change: u64,
    /// What happened.
    pub events: Vec<Event>,
}
