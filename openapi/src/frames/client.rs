//! What a client sends.

use serde::{Deserialize, Serialize};

use crate::{
    ChatId, MessageId, ProtocolRange, UserId,
    rest::chat_settings::UpdateChatSettings,
    rest::chats::Mark,
    rest::messages::{Mentions, SendMessage},
};

/// A frame from a client. A frame with an `id` is answered by one `ack` or `error` with that `id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame: who is there, and where to resume. Answered by `ready`.
    Hello(Hello),
    /// Prolong the socket with a new access token of the same session, before the old one expires.
    Authenticate {
        /// Answered with this.
        id: String,
        /// The new access token.
        token: String,
    },
    /// Send a message. The ack means that it is durable.
    SendMessage {
        /// Answered with this.
        id: String,
        /// Where to send it.
        chat_id: ChatId,
        /// The message.
        #[serde(flatten)]
        message: SendMessage,
    },
    /// Edit a message of the caller.
    EditMessage {
        /// Answered with this.
        id: String,
        /// Where it was sent.
        chat_id: ChatId,
        /// The message.
        message_id: MessageId,
        /// The new text.
        text: String,
        /// Whom it is meant for in particular from now on; absent: nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mentions: Option<Mentions>,
    },
    /// Delete a message for everyone.
    DeleteMessage {
        /// Answered with this.
        id: String,
        /// Where it was sent.
        chat_id: ChatId,
        /// The message.
        message_id: MessageId,
    },
    /// React to a message, or take a reaction back.
    React {
        /// Answered with this.
        id: String,
        /// Where it was sent.
        chat_id: ChatId,
        /// The message.
        message_id: MessageId,
        /// One emoji.
        emoji: String,
        /// `false` takes it back.
        is_set: bool,
    },
    /// Pin a message for everyone in the chat, or unpin it.
    PinMessage {
        /// Answered with this.
        id: String,
        /// Where it was sent.
        chat_id: ChatId,
        /// The message.
        message_id: MessageId,
        /// `false` unpins it.
        is_pinned: bool,
    },
    /// Move the caller's own watermarks forward.
    Mark {
        /// Answered with this.
        id: String,
        /// In which chat.
        chat_id: ChatId,
        /// How far.
        #[serde(flatten)]
        mark: Mark,
    },
    /// Change what the caller has set for a chat for themselves.
    UpdateChatSettings {
        /// Answered with this.
        id: String,
        /// For which chat.
        chat_id: ChatId,
        /// What to change.
        #[serde(flatten)]
        change: UpdateChatSettings,
    },
    /// Tell the others that the caller is typing, or has stopped. Never answered; more often than
    /// `typing_throttle_ms` it is dropped.
    Typing {
        /// In which chat.
        chat_id: ChatId,
        /// `false` ends it before it expires.
        is_typing: bool,
    },
    /// Watch the presence of these people and no others. Their present state follows as
    /// `presence` events; people who share no chat with the caller are ignored.
    WatchPresence {
        /// Answered with this.
        id: String,
        /// Whom to watch, at most `watched_users`.
        user_ids: Vec<UserId>,
    },
    /// Ask for a `pong`. For clients that cannot see the server's WebSocket pings.
    Ping {
        /// Answered with this.
        id: String,
    },
}

/// The first frame of a socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Hello {
    /// Protocol versions the client speaks.
    pub protocol: ProtocolRange,
    /// The access token. Absent when the upgrade request carried it in `Authorization`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The newest sync token, to receive what was missed; absent for a snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}
