//! Reporting a message or a person to the host.
//!
//! A report of a message keeps a copy of it, because its sender may delete it: what was deleted is
//! gone for everybody and everywhere, but for an open report, which only the host reads, and only
//! until it is closed. Nobody but the host ever learns of a report: not who is reported, and not
//! whether others have reported the same.

use relaychat_protocol::{
    ChatId, ErrorCode, MessageId, ReportId, UserId, rest::reports::ReportReason,
};

use super::{Caller, Rate, ServiceError, Services, load, outbox::Happened, validate};
use crate::{
    domain::{
        message::Message,
        report::{Evidence, Report, ReportSubject},
        user::UserStatus,
    },
    storage::Transaction,
};

/// What somebody wants to report.
#[derive(Clone, Debug)]
pub(crate) struct NewReport {
    pub(crate) chat_id: Option<ChatId>,
    pub(crate) message_id: Option<MessageId>,
    pub(crate) user_id: Option<UserId>,
    pub(crate) reason: ReportReason,
    pub(crate) note: Option<String>,
}

impl NewReport {
    /// Either a message or a person.
    fn subject(&self) -> Result<ReportSubject, ServiceError> {
        match (self.chat_id, self.message_id, self.user_id) {
            (Some(chat_id), Some(message_id), None) => {
                Ok(ReportSubject::Message(chat_id, message_id))
            }
            (None, None, Some(user_id)) => Ok(ReportSubject::User(user_id)),
            _ => Err(ServiceError::invalid(
                "message_id",
                "Name either a message, with its chat, or a person.",
            )),
        }
    }
}

impl Services {
    /// Reports something that the caller sees, and whether that was new: while a report is open, the
    /// same by the same person is that report, with its first reason and note.
    pub(crate) async fn create_report(
        &self,
        caller: Caller,
        new: NewReport,
    ) -> Result<(Report, bool), ServiceError> {
        let subject = new.subject()?;
        let note = validate::report_note(new.note)?;
        self.check_rate(Rate::Send, caller.user_id).await?;
        self.check_visible(caller, subject).await?;
        let mut transaction = self.storage.begin().await?;
        let message = message_of(&mut *transaction, caller, subject).await?;
        if message.as_ref().is_some_and(|one| one.event.is_some()) {
            return Err(ServiceError::new(ErrorCode::MessageIsEvent));
        }
        let reported_id = match (&message, subject) {
            (Some(message), _) => message.sender_id,
            (None, ReportSubject::User(user_id)) => user_id,
            (None, ReportSubject::Message(..)) => return Err(ServiceError::not_found()),
        };
        if reported_id == caller.user_id {
            return Err(ServiceError::new(ErrorCode::NotReportable));
        }
        let open = transaction.reports().find_open(caller.user_id, subject);
        if let Some(open) = open.await? {
            return Ok((open, false));
        }
        if message
            .as_ref()
            .is_some_and(|one| one.deleted_at_ms.is_some())
        {
            return Err(ServiceError::new(ErrorCode::MessageDeleted));
        }
        let report = Report {
            id: ReportId(self.new_id()),
            reporter_id: Some(caller.user_id),
            subject,
            reported_id,
            reason: new.reason,
            note,
            created_at_ms: self.now_ms(),
            evidence: message.as_ref().map(Evidence::of),
            decision: None,
        };
        self.save_report(transaction, caller, report).await
    }

    /// Fails as for what does not exist where the caller does not see it.
    async fn check_visible(
        &self,
        caller: Caller,
        subject: ReportSubject,
    ) -> Result<(), ServiceError> {
        match subject {
            ReportSubject::Message(chat_id, _) => self.keep_membership_fresh(chat_id).await,
            ReportSubject::User(user_id) => {
                let user = self.get_user(caller, user_id).await?;
                match user.status {
                    UserStatus::Deleted => Err(ServiceError::not_found()),
                    UserStatus::Active | UserStatus::Disabled => Ok(()),
                }
            }
        }
    }

    async fn save_report(
        &self,
        mut transaction: Box<dyn Transaction>,
        caller: Caller,
        report: Report,
    ) -> Result<(Report, bool), ServiceError> {
        transaction.reports().insert(&report).await?;
        let happened = Happened::Reported {
            report: report.clone(),
            reporter_id: caller.user_id,
        };
        let noted = self
            .outbox
            .note(&mut *transaction, vec![happened], report.created_at_ms);
        let is_heard = noted.await?;
        self.commit(transaction, Vec::new()).await?;
        if is_heard {
            self.outbox.wake();
        }
        Ok((report, true))
    }
}

/// The message that is reported, in a chat that the caller is in; nothing where a person is.
async fn message_of(
    transaction: &mut dyn Transaction,
    caller: Caller,
    subject: ReportSubject,
) -> Result<Option<Message>, ServiceError> {
    let ReportSubject::Message(chat_id, message_id) = subject else {
        return Ok(None);
    };
    load::membership(transaction, chat_id, caller.user_id).await?;
    let found = transaction.messages().find_many(&[message_id]).await?;
    let message = found.into_iter().find(|message| message.chat_id == chat_id);
    Ok(Some(message.ok_or_else(ServiceError::not_found)?))
}
