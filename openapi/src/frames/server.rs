//! What the server sends.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    ChatId, Problem, SessionId, UserId,
    rest::{
        chat_settings::ChatSettings,
        chats::{Chat, ChatInfo, Member},
        limits::Limits,
        messages::Message,
        sync::{Receipt, SyncAnswer},
        users::User,
    },
};

/// Gives the enum a second reader, [`ServerFrame::from_variant`], made of the same lines.
macro_rules! with_reader_of_variants {
    ($(#[$attribute:meta])* pub enum ServerFrame { $($variants:tt)* }) => {
        $(#[$attribute])*
        pub enum ServerFrame { $($variants)* }

        #[derive(Deserialize)]
        #[serde(remote = "ServerFrame", rename_all = "snake_case")]
        enum Variant { $($variants)* }
    };
}

with_reader_of_variants! {
/// A frame from the server. Clients ignore a `type` they do not know.
///
/// Events that carry a `version` are durable changes of a chat: one that is not the local version
/// plus one means that something was missed, and the client syncs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// Answer to `hello`: the socket is live. Events follow from here on.
    Ready(Box<Ready>),
    /// A command succeeded.
    Ack {
        /// The command's `id`.
        id: String,
        /// For `send_message`: the message as it was stored. For `edit_message`,
        /// `delete_message` and `react`: as it is now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<Box<Message>>,
        /// For `mark`: the caller's watermarks as they are now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Receipt>,
        /// For `update_chat_settings`: what is set now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settings: Option<ChatSettings>,
    },
    /// A command failed and changed nothing.
    Error {
        /// The command's `id`; absent when the frame could not be read that far.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Why.
        error: Problem,
    },
    /// Answer to `ping`.
    Pong {
        /// The ping's `id`.
        id: String,
    },
    /// Everything sent before this frame is covered by this sync token: keep it for the next
    /// `hello`.
    Token {
        /// The token.
        token: String,
    },
    /// A new message.
    Message {
        /// The chat's version with it.
        version: u64,
        /// The message.
        message: Box<Message>,
    },
    /// A message was edited, deleted, pinned or reacted to.
    MessageUpdated {
        /// The chat's version with it.
        version: u64,
        /// The message as it is now: of two states, the one with the higher `version` holds.
        message: Box<Message>,
    },
    /// Watermarks of a member moved. Not a step of `version`.
    Receipt(Receipt),
    /// The caller has set something for a chat, on this device or another. Not a step of `version`.
    ChatSettings(ChatSettings),
    /// The caller is now in this chat (it was made, or they were added).
    ChatAdded {
        /// The chat as the caller sees it.
        chat: Box<Chat>,
        /// The people named in it.
        users: Vec<User>,
    },
    /// The caller is no longer in this chat: forget it.
    ChatRemoved {
        /// The chat.
        chat_id: ChatId,
    },
    /// Settings of a chat changed.
    ChatUpdated {
        /// The chat's version with it.
        version: u64,
        /// The part that is the same for all members.
        chat: Box<ChatInfo>,
    },
    /// Somebody joined, or their role changed.
    MemberUpdated {
        /// The chat's version with it.
        version: u64,
        /// The chat.
        chat_id: ChatId,
        /// The member as they are now.
        member: Member,
        /// Who they are.
        user: User,
        /// How many members the chat has now.
        member_count: u64,
    },
    /// Somebody left or was removed.
    MemberRemoved {
        /// The chat's version with it.
        version: u64,
        /// The chat.
        chat_id: ChatId,
        /// Who.
        user_id: UserId,
        /// How many members the chat has now.
        member_count: u64,
    },
    /// A person's profile changed. Sent to those who share a chat with them, and to themselves.
    UserUpdated {
        /// The person as they are now.
        user: User,
    },
    /// Somebody is typing, or has stopped. Ephemeral.
    Typing {
        /// In which chat.
        chat_id: ChatId,
        /// Who.
        user_id: UserId,
        /// How long to show it unless another one comes; 0 ends it at once. In milliseconds.
        expires_in_ms: u64,
    },
    /// Presence of a watched person. Ephemeral.
    Presence {
        /// Who.
        user_id: UserId,
        /// Whether at least one of their devices is connected.
        is_online: bool,
        /// When they were last connected, if they are not now and it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_seen_at_ms: Option<i64>,
    },
    /// Something may have been missed: sync with the token that is held, as after a `version` that
    /// is not the next one. `token` frames do not cover what came before this frame until then.
    CatchUp,
    /// The reader has blocked somebody, or unblocked them, maybe on another device: what was read of
    /// `GET /v1/me/blocks` is no longer true.
    BlocksChanged,
    /// A frame this build does not know: ignore it.
    #[serde(other)]
    Unknown,
}
}

impl ServerFrame {
    /// Reads a frame from a source that has taken its `type` out and gives it as the variant of an
    /// enum.
    ///
    /// To find a `type` that can be anywhere in a frame, the derived reader buffers all of it, and
    /// then reads every type from that buffer: in a web page that would be a fifth of the client.
    ///
    /// # Errors
    /// What the source says, or what it gives is no frame.
    pub fn from_variant<'de, D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        Variant::deserialize(source)
    }
}

/// The socket is live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Ready {
    /// The protocol version that is spoken from here on.
    pub protocol: u32,
    /// The session that is connected.
    pub session_id: SessionId,
    /// When the socket closes with 4401 unless it is prolonged, in milliseconds from now.
    pub token_expires_in_ms: u64,
    /// The server's clock, to show times rightly on devices with a wrong one.
    pub server_time_ms: i64,
    /// The limits in force.
    pub limits: Limits,
    /// What was missed since the `hello`'s token, or the first snapshot.
    pub sync: SyncAnswer,
}
