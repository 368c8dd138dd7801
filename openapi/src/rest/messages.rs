//! Messages and history, and what can be done to a message that was sent.

use serde::{Deserialize, Serialize};

use crate::{
    AttachmentId, ChatId, MessageId, UserId, rest::attachments::Attachment, rest::chats::Role,
    rest::users::User,
};

/// A message in its latest state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Message {
    /// Made by the sender.
    pub id: MessageId,
    /// Where it was sent.
    pub chat_id: ChatId,
    /// Place in the chat: 1, 2, 3, … in commit order.
    pub seq: u64,
    /// The chat's `version` when this message last changed.
    pub version: u64,
    /// How many messages the chat had with this one: unread counts come from it.
    pub count: u64,
    /// Who sent it.
    pub sender_id: UserId,
    /// When the server took it. Order never comes from this.
    pub sent_at_ms: i64,
    /// What was written, possibly empty when there are attachments. Plain text, never markup.
    pub text: String,
    /// What was attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// When the text was last edited, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at_ms: Option<i64>,
    /// When it was deleted for everyone, if it was. Nothing is left of such a message but its
    /// place: the text is empty, and there is nothing else in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at_ms: Option<i64>,
    /// The message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Box<Quote>>,
    /// How people reacted, by emoji, the one that came first in front.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Whom it is meant for in particular, if anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Mentions>,
    /// When it was pinned, if it is: then it stands among what the chat keeps at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned_at_ms: Option<i64>,
    /// What this line tells of, if it is one: a change of the group, by `sender_id`. A line has a
    /// place in the history and nothing else of a message: its text is empty, `count` is that of
    /// the message before it, and nothing can be done to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Box<ChatEvent>>,
}

/// What a system line tells of. What a kind does not name is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChatEvent {
    /// What happened.
    pub kind: ChatEventKind,
    /// Who was added or removed, or whose role changed: at most 50 people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 50))]
    pub user_ids: Vec<UserId>,
    /// How many people were added, also where that is more than `user_ids` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_count: Option<u64>,
    /// The role that they have now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The name that the group has now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A kind of change that a system line tells of. The list grows: a client shows a kind that it does
/// not know as nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChatEventKind {
    /// The sender added `member_count` people, the first of whom are `user_ids`.
    MembersAdded,
    /// The sender joined by a link.
    MemberJoined,
    /// The sender left.
    MemberLeft,
    /// The sender removed `user_ids`.
    MemberRemoved,
    /// The sender gave `user_ids` the role `role`. A new owner takes the place of the sender.
    RoleChanged,
    /// The sender gave the group the name `name`.
    Renamed,
    /// The sender changed or removed the description.
    Described,
    /// The sender changed or removed the picture.
    PictureChanged,
    /// One that this build does not know (sent by a newer server).
    #[serde(other)]
    Unknown,
}

impl ChatEvent {
    /// One that names nobody and nothing yet.
    #[must_use]
    pub fn new(kind: ChatEventKind) -> Self {
        Self {
            kind,
            user_ids: Vec::new(),
            member_count: None,
            role: None,
            name: None,
        }
    }
}

/// Whom a message is meant for in particular: they hear of it also where the rest is muted, and
/// count such messages apart. How a mention looks is a matter of the text, which says `@Ann` or
/// anything else; a name that changes later changes neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Mentions {
    /// People, each once, at most 50. Whoever is not in the chat hears nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 50))]
    pub user_ids: Vec<UserId>,
    /// All members of the chat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_everyone: bool,
}

/// The message that another one answers, as it was when the answer was read. Who holds the message
/// itself shows that instead: it follows edits and deletion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Quote {
    /// The message.
    pub message_id: MessageId,
    /// Its place in the same chat.
    pub seq: u64,
    /// Who sent it.
    pub sender_id: UserId,
    /// The beginning of its text, at most 200 characters.
    pub text: String,
    /// How many attachments it has.
    pub attachment_count: u64,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How many people reacted with it.
    pub count: u64,
    /// The first 50 of them, in the order in which they did. The rest is paged.
    pub user_ids: Vec<UserId>,
}

/// `POST /v1/chats/{chat_id}/messages`: send a message.
///
/// Repeating it with the same `message_id` and content returns the first result, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SendMessage {
    /// A new UUIDv7 made by the client.
    pub message_id: MessageId,
    /// At most 16 KiB of UTF-8; may be empty when there are attachments.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(example = "Hello!", max_length = 16384))]
    pub text: String,
    /// Files the caller has uploaded and not yet sent, at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 10))]
    pub attachment_ids: Vec<AttachmentId>,
    /// The message of the same chat that this one answers. Not a deleted one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_id: Option<MessageId>,
    /// Whom it is meant for in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Mentions>,
}

/// `PATCH /v1/chats/{chat_id}/messages/{message_id}`: edit a message of the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EditMessage {
    /// The new text, under the same rules as when sending.
    #[cfg_attr(
        feature = "schema",
        schema(example = "Hello, all!", max_length = 16384)
    )]
    pub text: String,
    /// Whom it is meant for in particular from now on; absent: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Mentions>,
}

/// `GET /v1/chats/{chat_id}/messages/{message_id}/reactions/{emoji}`: who reacted with it, in the
/// order in which they did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReactionPage {
    /// Reactions, each by one person.
    pub items: Vec<UserReaction>,
    /// The people.
    pub users: Vec<User>,
    /// Opaque place to read on from; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// How one person reacted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UserReaction {
    /// Who.
    pub user_id: UserId,
    /// When.
    pub reacted_at_ms: i64,
}

/// `GET /v1/chats/{chat_id}/pins`: what is pinned in a chat, at most 100 messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PinList {
    /// The messages, the one that was pinned last in front.
    pub items: Vec<Message>,
    /// The people who sent them.
    pub users: Vec<User>,
}

/// `GET /v1/chats/{chat_id}/messages`: a part of the history, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MessagePage {
    /// The messages, ascending by `seq`, without holes.
    pub items: Vec<Message>,
    /// The people who sent them.
    pub users: Vec<User>,
    /// Whether there are older ones.
    pub has_before: bool,
    /// Whether there are newer ones.
    pub has_after: bool,
}
