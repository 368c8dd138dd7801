//! What somebody tells the host of a message or of a person.

use relaychat_protocol::{
    AttachmentId, ChatId, MessageId, ReportId, UserId,
    rest::reports::{ReportOutcome, ReportReason},
};

use super::message::Message;

/// A report. It is open until the host closes it, and until then a report of a message has a copy
/// of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Who made it; `None`: somebody who is deleted.
    pub reporter_id: Option<UserId>,
    /// What is reported.
    pub subject: ReportSubject,
    /// Who is reported: for a message, its sender.
    pub reported_id: UserId,
    /// Why.
    pub reason: ReportReason,
    /// What the reporter wrote.
    pub note: Option<String>,
    /// When it was made.
    pub created_at_ms: i64,
    /// The message as it was then.
    pub evidence: Option<Evidence>,
    /// What came of it; `None`: it is open.
    pub decision: Option<Decision>,
}

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportSubject {
    /// A message of a chat.
    Message(ChatId, MessageId),
    /// A person.
    User(UserId),
}

/// A message as it was when it was reported. Its sender is the one who is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its text.
    pub text: String,
    /// When it was sent.
    pub sent_at_ms: i64,
    /// When its text was last edited.
    pub edited_at_ms: Option<i64>,
    /// What was attached.
    pub files: Vec<EvidenceFile>,
}

/// What a report keeps of a file: not its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFile {
    /// The file.
    pub id: AttachmentId,
    /// Its type.
    pub content_type: String,
    /// Its size.
    pub size_bytes: u64,
    /// The name it had.
    pub file_name: Option<String>,
}

/// What came of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What.
    pub outcome: ReportOutcome,
    /// The host's words about it.
    pub note: Option<String>,
    /// When.
    pub closed_at_ms: i64,
}

impl Evidence {
    /// A copy of a message.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let files = message.attachments.iter().map(|file| EvidenceFile {
            id: file.id,
            content_type: file.content_type.clone(),
            size_bytes: file.size_bytes,
            file_name: file.file_name.clone(),
        });
        Self {
            text: message.text.clone(),
            sent_at_ms: message.sent_at_ms,
            edited_at_ms: message.edited_at_ms,
            files: files.collect(),
        }
    }
}

impl Report {
    /// What is left of it when it is closed: who reported whom, for what reason, and what came of
    /// it. The copy goes, and the note, which may quote it.
    #[must_use]
    pub fn closed(self, decision: Decision) -> Self {
        Self {
            note: None,
            evidence: None,
            decision: Some(decision),
            ..self
        }
    }
}
