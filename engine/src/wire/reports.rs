//! What people tell the host of messages and of people.

use relaychat_protocol::{
    ChatId, MessageId, UserId,
    rest::{reports as wire, webhooks::Person},
};

use super::users::person;
use crate::{
    domain::{
        report::{Decision, Evidence, EvidenceFile, Report, ReportSubject},
        user::User,
    },
    services::NewReport,
};

/// What somebody wants to report.
pub(crate) fn new_report(create: wire::CreateReport) -> NewReport {
    let wire::CreateReport {
        chat_id,
        message_id,
        user_id,
        reason,
        note,
    } = create;
    NewReport {
        chat_id,
        message_id,
        user_id,
        reason,
        note,
    }
}

/// A report as the one who made it sees it.
pub(crate) fn report_taken(report: &Report) -> wire::ReportTaken {
    wire::ReportTaken {
        id: report.id,
        created_at_ms: report.created_at_ms,
    }
}

/// What somebody reported, for handing it out to them: without the message, which is another's.
pub(crate) fn own_report(report: &Report) -> wire::CreateReport {
    let (chat_id, message_id) = place(report.subject);
    wire::CreateReport {
        chat_id,
        message_id,
        user_id: message_id.is_none().then_some(report.reported_id),
        reason: report.reason,
        note: report.note.clone(),
    }
}

/// A report as the host sees it; `people` are those whom it names.
pub(crate) fn report(report: &Report, people: &[User]) -> wire::Report {
    let Report {
        id,
        reporter_id,
        subject,
        reported_id,
        reason,
        note,
        created_at_ms,
        evidence,
        decision,
    } = report;
    let (chat_id, message_id) = place(*subject);
    let decision = decision.clone().map(|decision| {
        let Decision {
            outcome,
            note,
            closed_at_ms,
        } = decision;
        (outcome, note, closed_at_ms)
    });
    wire::Report {
        id: *id,
        status: match decision {
            None => wire::ReportStatus::Open,
            Some(_) => wire::ReportStatus::Closed,
        },
        reason: *reason,
        note: note.clone(),
        created_at_ms: *created_at_ms,
        reporter: reporter_id.map(|id| named(people, id)),
        reported: named(people, *reported_id),
        chat_id,
        message_id,
        message: evidence.as_ref().map(message),
        outcome: decision.as_ref().map(|(outcome, ..)| *outcome),
        outcome_note: decision.as_ref().and_then(|(_, note, _)| note.clone()),
        closed_at_ms: decision.as_ref().map(|(.., closed_at_ms)| *closed_at_ms),
    }
}

/// A page of reports.
pub(crate) fn report_page(
    reports: &[Report],
    people: &[User],
    next_cursor: Option<String>,
) -> wire::ReportPage {
    wire::ReportPage {
        items: reports.iter().map(|one| report(one, people)).collect(),
        next_cursor,
    }
}

fn place(subject: ReportSubject) -> (Option<ChatId>, Option<MessageId>) {
    match subject {
        ReportSubject::Message(chat_id, message_id) => (Some(chat_id), Some(message_id)),
        ReportSubject::User(_) => (None, None),
    }
}

fn named(people: &[User], id: UserId) -> Person {
    let found = people.iter().find(|user| user.id == id);
    found.map_or_else(|| super::users::nobody(id), person)
}

fn message(evidence: &Evidence) -> wire::ReportedMessage {
    let Evidence {
        text,
        sent_at_ms,
        edited_at_ms,
        files,
    } = evidence;
    wire::ReportedMessage {
        text: text.clone(),
        sent_at_ms: *sent_at_ms,
        edited_at_ms: *edited_at_ms,
        attachments: files.iter().map(file).collect(),
    }
}

fn file(file: &EvidenceFile) -> wire::ReportedFile {
    let EvidenceFile {
        id,
        content_type,
        size_bytes,
        file_name,
    } = file;
    wire::ReportedFile {
        id: *id,
        content_type: content_type.clone(),
        size_bytes: *size_bytes,
        file_name: file_name.clone(),
    }
}
