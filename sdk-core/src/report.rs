//! Reporting a message or a person to the host.

use relaychat_protocol::{
    ChatId, ErrorCode, MessageId, UserId,
    rest::reports::{CreateReport, ReportReason},
};

use crate::{Chat, People, RelayError};

/// Why something is reported, and what the host should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Why.
    pub reason: ReportReason,
    /// At most 1,000 characters.
    pub note: Option<String>,
}

impl From<ReportReason> for Report {
    /// Without a note.
    fn from(reason: ReportReason) -> Self {
        Self { reason, note: None }
    }
}

impl Report {
    /// As it travels: of a message of a chat, or of a person.
    fn about(
        self,
        message: Option<(ChatId, MessageId)>,
        user_id: Option<UserId>,
    ) -> Result<String, RelayError> {
        let Self { reason, note } = self;
        let report = CreateReport {
            chat_id: message.map(|(chat_id, _)| chat_id),
            message_id: message.map(|(_, message_id)| message_id),
            user_id,
            reason,
            note,
        };
        let refused = |_| RelayError::of(ErrorCode::ValidationFailed, "that is no report");
        serde_json::to_string(&report).map_err(refused)
    }
}

impl Chat {
    /// Reports a message to the host, which gets a copy of it as it is now. Asked at once, not
    /// queued. Nobody else learns of it, and while the host has not decided, the same again changes
    /// nothing.
    ///
    /// # Errors
    /// `not_found` when there is no such message, `not_reportable` for one's own, `message_deleted`,
    /// `validation_failed` for a note that is too long, or what the network says.
    pub async fn report(
        &self,
        message_id: MessageId,
        report: impl Into<Report>,
    ) -> Result<(), RelayError> {
        let report = report.into().about(Some((self.id, message_id)), None)?;
        self.runtime.api().create_report(report).await
    }
}

impl People {
    /// Reports a person to the host, as [`Chat::report`] does a message.
    ///
    /// # Errors
    /// `not_found` when there is no such person, `not_reportable` for oneself, `validation_failed`
    /// for a note that is too long, or what the network says.
    pub async fn report(
        &self,
        user_id: UserId,
        report: impl Into<Report>,
    ) -> Result<(), RelayError> {
        let report = report.into().about(None, Some(user_id))?;
        self.runtime.api().create_report(report).await
    }
}
