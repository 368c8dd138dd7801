//! Reports: what a person tells the host of a message or of somebody, and the queue in which the
//! host works them off.

use serde::{Deserialize, Serialize};

use crate::{AttachmentId, ChatId, MessageId, ReportId, UserId, rest::webhooks::Person};

/// Why something is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportReason {
    /// Advertising, fraud, or the same again and again.
    Spam,
    /// Insults, threats, pestering.
    Harassment,
    /// Violence, or a call for it.
    Violence,
    /// Somebody may harm themselves.
    SelfHarm,
    /// Against the law.
    Illegal,
    /// Anything else; the note says what.
    Other,
}

/// `POST /v1/reports`: report a message (`chat_id` and `message_id`) or a person (`user_id`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreateReport {
    /// The chat of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<ChatId>,
    /// The message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// The person, where no message is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// Why.
    pub reason: ReportReason,
    /// What the host should know, in at most 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 1000))]
    pub note: Option<String>,
}

/// A report as the one who made it sees it: that it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportTaken {
    /// Names the report; the same for a repeat.
    pub id: ReportId,
    /// When it was made first.
    pub created_at_ms: i64,
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    /// Nobody has decided yet.
    Open,
    /// The host has decided.
    Closed,
}

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportOutcome {
    /// Nothing had to be done.
    Dismissed,
    /// The host did something about it.
    Acted,
}

/// `POST /v1/server/reports/{report_id}/close`: decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CloseReport {
    /// What came of it.
    pub outcome: ReportOutcome,
    /// The host's own words about it, in at most 1,000 characters. They stay with the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 1000))]
    pub note: Option<String>,
}

/// A report, as the host sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Report {
    /// Names it.
    pub id: ReportId,
    /// Where it stands.
    pub status: ReportStatus,
    /// Why it was made.
    pub reason: ReportReason,
    /// What the reporter wrote; gone when it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When it was made.
    pub created_at_ms: i64,
    /// Who made it; absent when the host has deleted them since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<Person>,
    /// Who is reported: for a message, its sender.
    pub reported: Person,
    /// The chat of the message, if a message is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<ChatId>,
    /// The message, if one is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// The message as it was when it was reported, whatever became of it since; gone when the
    /// report is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<ReportedMessage>,
    /// What came of it, once it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ReportOutcome>,
    /// The host's own words about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome_note: Option<String>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at_ms: Option<i64>,
}

/// A message as it was when it was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportedMessage {
    /// Its text.
    pub text: String,
    /// When it was sent.
    pub sent_at_ms: i64,
    /// When its text was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at_ms: Option<i64>,
    /// What was attached. The files themselves are not kept: they go with the message.
    pub attachments: Vec<ReportedFile>,
}

/// A file of a reported message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportedFile {
    /// Names the file, as long as it is there.
    pub id: AttachmentId,
    /// Its type; of a file that is no picture what its sender said.
    pub content_type: String,
    /// Its size.
    pub size_bytes: u64,
    /// The name it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

/// `GET /v1/server/reports`: a page of reports, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportPage {
    /// The reports.
    pub items: Vec<Report>,
    /// Opaque place to read on from; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
