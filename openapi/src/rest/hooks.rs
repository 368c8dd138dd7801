//! Hooks over HTTP: what the engine asks a server of the host before something happens.
//!
//! `webhooks.md` beside this crate tells how a question is signed and what becomes of an answer that
//! does not come.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    AttachmentId, ChatId, MessageId, SessionId, UserId,
    rest::{attachments::AttachmentKind, chats::ChatKind, webhooks::Person},
};

/// What is about to happen, and waits for the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookQuestion {
    /// Names the question, for logs.
    pub id: Uuid,
    /// When it was asked.
    pub at_ms: i64,
    /// What is about to happen.
    #[serde(flatten)]
    pub what: HookQuestionKind,
}

/// What is about to happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum HookQuestionKind {
    /// A message is about to be stored.
    BeforeSend(BeforeSend),
    /// A session is about to begin, with a code or a link that proved to be right.
    BeforeLogin(BeforeLogin),
    /// A person is about to make a chat.
    BeforeChat(BeforeChat),
    /// A file has arrived and is about to be stored.
    BeforeUpload(BeforeUpload),
    /// A socket is about to go live.
    BeforeConnect(BeforeConnect),
}

/// A message that is about to be stored, or a new text of one. Its sender may write to the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeSend {
    /// Who sends it.
    pub sender: Person,
    /// Where they are logged in; absent when the host itself sends in their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// Where to.
    pub chat_id: ChatId,
    /// The message.
    pub message_id: MessageId,
    /// Plain text.
    pub text: String,
    /// Uploads of the sender.
    pub attachment_ids: Vec<AttachmentId>,
    /// Whether the message is there already and gets this text. Its attachments stay as they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_edit: bool,
}

/// Somebody who is about to be logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeLogin {
    /// The address that proved to be theirs.
    pub email: String,
    /// Who they are; absent for an account that would be made now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Person>,
    /// What their device calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_name: Option<String>,
}

/// A chat that is about to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeChat {
    /// Who makes it.
    pub creator: Person,
    /// A group, or a one-to-one chat.
    pub kind: ChatKind,
    /// With whom, beside the creator.
    pub user_ids: Vec<UserId>,
    /// The name; one-to-one chats have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A file that is about to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeUpload {
    /// Who uploads it.
    pub owner: Person,
    /// What kind of file it is.
    pub kind: AttachmentKind,
    /// Its type.
    pub content_type: String,
    /// Its size as it will be stored.
    pub size_bytes: u64,
    /// Its width, in pixels; 0 for what is no image.
    pub width: u32,
    /// Its height, in pixels; 0 for what is no image.
    pub height: u32,
    /// The name it had, without any path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

/// A socket that is about to go live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeConnect {
    /// Whose it is.
    pub user: Person,
    /// Where they are logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
}

/// What the host's server answers. An answer without a body allows what was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum HookAnswer {
    /// It may happen.
    Allow(Changes),
    /// It may not.
    Reject {
        /// A short word for programs, such as `spam`: `reason` of the error that the client gets.
        reason: String,
        /// A sentence for the person: `detail` of that error.
        detail: String,
    },
}

/// What the host changes about what it allows. Absent fields stay as they are; fields that the
/// question does not have mean nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// What a message says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The uploads that a message has: some of those it was sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_ids: Option<Vec<AttachmentId>>,
    /// The name of a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
