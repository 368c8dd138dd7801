//! Webhooks: what the engine tells servers of the host, and how they are managed.
//!
//! `webhooks.md` beside this crate tells the whole story: signatures, repeats, order.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    ChatId, MessageId, ReportId, SessionId, UserId,
    rest::{attachments::Attachment, chats::ChatInfo, messages::Message, reports::ReportReason},
};

/// What has happened: the body of a webhook. Receivers ignore a `type` they do not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HostEvent {
    /// Names the event. The same in each repeat: what was seen before is to be ignored.
    pub id: Uuid,
    /// When it happened.
    pub at_ms: i64,
    /// What happened.
    #[serde(flatten)]
    pub what: HostEventKind,
}

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "data")]
pub enum HostEventKind {
    /// A message was sent.
    #[serde(rename = "message.sent")]
    MessageSent(MessageSent),
    /// A message was edited, deleted, pinned or reacted to.
    #[serde(rename = "message.updated")]
    MessageUpdated(MessageUpdated),
    /// A chat was made.
    #[serde(rename = "chat.created")]
    ChatCreated(ChatCreated),
    /// Somebody logged in with a code or a link.
    #[serde(rename = "user.logged_in")]
    UserLoggedIn(UserLoggedIn),
    /// A file was uploaded. No message names it yet.
    #[serde(rename = "attachment.uploaded")]
    AttachmentUploaded(AttachmentUploaded),
    /// Somebody reported a message or a person.
    #[serde(rename = "report.created")]
    ReportCreated(ReportCreated),
    /// A kind this build does not know.
    #[serde(other, rename = "unknown")]
    Unknown,
}

impl HostEventKind {
    /// The names of all kinds.
    pub const NAMES: &'static [&'static str] = &[
        "message.sent",
        "message.updated",
        "chat.created",
        "user.logged_in",
        "attachment.uploaded",
        "report.created",
    ];

    /// The name of this kind.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MessageSent(_) => "message.sent",
            Self::MessageUpdated(_) => "message.updated",
            Self::ChatCreated(_) => "chat.created",
            Self::UserLoggedIn(_) => "user.logged_in",
            Self::AttachmentUploaded(_) => "attachment.uploaded",
            Self::ReportCreated(_) => "report.created",
            Self::Unknown => "unknown",
        }
    }
}

/// A person, as the host is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Person {
    /// The engine's id.
    pub id: UserId,
    /// What the host calls them, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Their name at the time.
    pub name: String,
}

/// A message was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MessageSent {
    /// The message.
    pub message: Message,
    /// Who sent it.
    pub sender: Person,
}

/// A message was edited, deleted, pinned or reacted to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MessageUpdated {
    /// The message as it was then.
    pub message: Message,
    /// Who sent it.
    pub sender: Person,
}

/// A chat was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChatCreated {
    /// The chat.
    pub chat: ChatInfo,
    /// Who made it.
    pub creator: Person,
    /// Who is in it, the creator included.
    pub members: Vec<Person>,
}

/// Somebody logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UserLoggedIn {
    /// Who.
    pub user: Person,
    /// The session that began.
    pub session_id: SessionId,
}

/// A file was uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AttachmentUploaded {
    /// The file.
    pub attachment: Attachment,
    /// Who uploaded it.
    pub owner: Person,
}

/// Somebody reported a message or a person. Without the words of either: those are at
/// `GET /v1/server/reports/{report_id}`, as long as the report is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportCreated {
    /// The report.
    pub report_id: ReportId,
    /// Why it was made.
    pub reason: ReportReason,
    /// Who made it.
    pub reporter: Person,
    /// Who is reported: for a message, its sender.
    pub reported: Person,
    /// The chat of the message, if a message is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<ChatId>,
    /// The message, if one is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
}

/// `POST /v1/server/webhooks`: tell a server of the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreateWebhook {
    /// Where to: an `https` address of at most 2,048 bytes, without a password.
    #[cfg_attr(
        feature = "schema",
        schema(max_length = 2048, example = "https://shop.example/hooks/chat")
    )]
    pub url: String,
    /// What to tell of: `message.sent`, `message.updated`, `chat.created`, `user.logged_in`,
    /// `attachment.uploaded`, `report.created`.
    #[cfg_attr(feature = "schema", schema(min_items = 1))]
    pub kinds: Vec<String>,
}

/// `PATCH /v1/server/webhooks/{webhook_id}`: change it. Absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UpdateWebhook {
    /// Where to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 2048))]
    pub url: Option<String>,
    /// What to tell of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<String>>,
    /// Switches it on or off. What happens while it is off is held back, for a week at most, and
    /// told when it is switched on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_enabled: Option<bool>,
}

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// Names it.
    pub id: Uuid,
    /// Where to.
    pub url: String,
    /// What it is told of.
    pub kinds: Vec<String>,
    /// Whether it is switched on.
    pub is_enabled: bool,
    /// Why it is switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_because: Option<String>,
    /// When it first failed since it last took something; absent while all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since_ms: Option<i64>,
    /// When it was made.
    pub created_at_ms: i64,
}

/// A webhook with its secret, which is shown when it is made and when it is changed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WebhookWithSecret {
    /// The webhook.
    pub webhook: Webhook,
    /// Verifies signatures: `whsec_` and Base64.
    pub secret: String,
}

impl std::fmt::Debug for WebhookWithSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookWithSecret")
            .field("webhook", &self.webhook)
            .finish_non_exhaustive()
    }
}

/// All webhooks, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WebhookList {
    /// The webhooks.
    pub items: Vec<Webhook>,
}

/// One event on its way to one webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    /// Its place among the deliveries: pass the last one of a page as `before` to read on.
    pub number: u64,
    /// The event.
    pub event_id: Uuid,
    /// Its kind.
    pub kind: String,
    /// `waiting`, `delivered`, `given_up` or `held`.
    pub state: String,
    /// Failed and successful attempts so far.
    pub attempts: u32,
    /// When the event happened.
    pub created_at_ms: i64,
    /// When it is tried again, if it is waiting after a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at_ms: Option<i64>,
    /// When it was last tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at_ms: Option<i64>,
    /// What came of it, such as `200` or `timed out`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// Deliveries of the last week, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WebhookDeliveryList {
    /// The deliveries.
    pub items: Vec<WebhookDelivery>,
}

/// `POST /v1/server/webhooks/{webhook_id}/replay`: tell again. Give exactly one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReplayWebhook {
    /// One event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schema(pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
    )]
    pub event_id: Option<Uuid>,
    /// Everything that happened since.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::whole_number::read_ms"
    )]
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9007199254740991i64))]
    pub since_ms: Option<i64>,
}

/// How many are told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Replayed {
    /// Deliveries that were put back.
    pub count: u64,
}
