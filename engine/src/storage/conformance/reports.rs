//! Checks of the repository of reports.

use std::sync::Arc;

use relaychat_protocol::{
    UserId,
    rest::reports::{ReportOutcome, ReportReason, ReportStatus},
};

use super::{
    begin, commit, ok, refused,
    samples::{id, message},
    snapshot,
};
use crate::{
    domain::report::{Decision, Evidence, EvidenceFile, Report, ReportSubject},
    storage::{ReportFilter, Storage, StorageErrorKind},
};

/// The words of a report: of the message, of its file, of the reporter.
pub(in crate::storage) const WORDS: [&str; 3] = ["quokkatext", "quokkafile", "quokkanote"];

/// By person 1, of the message with this number by person 2.
pub(in crate::storage) fn of_message(number: u32) -> Report {
    let [text, file_name, note] = WORDS;
    Report {
        id: id(number),
        reporter_id: Some(id(1)),
        subject: ReportSubject::Message(id(1), message(1, number).id),
        reported_id: id(2),
        reason: ReportReason::SelfHarm,
        note: Some(note.to_owned()),
        created_at_ms: 1_000,
        evidence: Some(Evidence {
            text: text.to_owned(),
            sent_at_ms: 900,
            edited_at_ms: Some(950),
            files: vec![EvidenceFile {
                id: id(number),
                content_type: "text/plain".to_owned(),
                size_bytes: 7,
                file_name: Some(file_name.to_owned()),
            }],
        }),
        decision: None,
    }
}

/// By person 1, of person 2.
fn of_user(number: u32) -> Report {
    Report {
        subject: ReportSubject::User(id(2)),
        reason: ReportReason::Other,
        note: None,
        evidence: None,
        ..of_message(number)
    }
}

/// What came of it.
pub(in crate::storage) fn decision() -> Decision {
    Decision {
        outcome: ReportOutcome::Acted,
        note: Some("Warned".to_owned()),
        closed_at_ms: 2_000,
    }
}

async fn add(storage: &Arc<dyn Storage>, reports: &[Report]) {
    let mut transaction = begin(storage).await;
    for report in reports {
        ok(transaction.reports().insert(report).await);
    }
    commit(transaction).await;
}

pub(super) async fn a_report_comes_back_as_inserted_and_as_closed(storage: Arc<dyn Storage>) {
    let reports = [of_message(1), of_user(2)];
    add(&storage, &reports).await;
    let mut reading = snapshot(&storage).await;
    for report in &reports {
        let found = ok(reading.reports().find(report.id).await);
        assert_eq!(found.as_ref(), Some(report));
    }
    assert_eq!(ok(reading.reports().find(id(3)).await), None);
    drop(reading);
    let closed = of_message(1).closed(decision());
    let mut transaction = begin(&storage).await;
    ok(transaction.reports().update(&closed).await);
    commit(transaction).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.reports().find(closed.id).await), Some(closed));
    let other = ok(reading.reports().find(id(2)).await);
    assert_eq!(other, Some(of_user(2)), "is left alone");
}

pub(super) async fn one_report_of_a_thing_by_a_person_is_open(storage: Arc<dyn Storage>) {
    let (sent, person) = (of_message(1), of_user(2));
    let by_other = Report {
        reporter_id: Some(id(3)),
        ..of_message(1)
    };
    let by_other = Report {
        id: id(4),
        ..by_other
    };
    add(&storage, &[sent.clone(), person.clone(), by_other]).await;
    for again in [&sent, &person] {
        let again = Report {
            id: id(5),
            ..again.clone()
        };
        let mut transaction = begin(&storage).await;
        let inserted = transaction.reports().insert(&again).await;
        refused(inserted, StorageErrorKind::Conflict);
    }
    let mut transaction = begin(&storage).await;
    for open in [&sent, &person] {
        let found = transaction.reports().find_open(id(1), open.subject);
        assert_eq!(ok(found.await).as_ref(), Some(open));
    }
    let elsewhere = of_message(9).subject;
    let found = transaction.reports().find_open(id(1), elsewhere).await;
    assert_eq!(ok(found), None);
    let closed = sent.clone().closed(decision());
    ok(transaction.reports().update(&closed).await);
    let found = transaction.reports().find_open(id(1), sent.subject).await;
    assert_eq!(ok(found), None);
    let again = Report { id: id(5), ..sent };
    ok(transaction.reports().insert(&again).await);
    commit(transaction).await;
}

pub(super) async fn pages_of_reports_have_no_holes_and_no_repeats(storage: Arc<dyn Storage>) {
    let mut reports: Vec<_> = (1..=7)
        .map(|number| Report {
            created_at_ms: 1_000 + i64::from(number / 3),
            ..of_message(number)
        })
        .collect();
    for report in &mut reports[2..4] {
        *report = report.clone().closed(decision());
    }
    add(&storage, &reports).await;
    reports.sort_by_key(|report| (report.created_at_ms, report.id));
    let mut reading = snapshot(&storage).await;
    for status in [None, Some(ReportStatus::Open), Some(ReportStatus::Closed)] {
        let is_wanted = |report: &&Report| match status {
            None => true,
            Some(status) => report.decision.is_none() == (status == ReportStatus::Open),
        };
        let expected: Vec<_> = reports.iter().filter(is_wanted).cloned().collect();
        let mut listed: Vec<Report> = Vec::new();
        loop {
            let filter = ReportFilter {
                status,
                after: listed.last().map(|last| (last.created_at_ms, last.id)),
                limit: 2,
            };
            let page = ok(reading.reports().list(filter).await);
            if page.is_empty() {
                break;
            }
            listed.extend(page);
        }
        assert_eq!(listed, expected, "{status:?}");
    }
}

pub(super) async fn a_reporter_who_is_gone_is_forgotten(storage: Arc<dyn Storage>) {
    let by_other = Report {
        reporter_id: Some(id(3)),
        ..of_message(2)
    };
    add(&storage, &[of_message(1), by_other.clone(), of_user(3)]).await;
    let mut transaction = begin(&storage).await;
    let theirs = ok(transaction.reports().list_of(id(1)).await);
    assert_eq!(theirs.len(), 2);
    ok(transaction.reports().remove_reporter(id(1)).await);
    commit(transaction).await;
    let mut reading = snapshot(&storage).await;
    let nobody: UserId = id(1);
    assert_eq!(ok(reading.reports().list_of(nobody).await), []);
    let expected = Report {
        reporter_id: None,
        note: None,
        ..of_message(1)
    };
    assert_eq!(ok(reading.reports().find(id(1)).await), Some(expected));
    let others = ok(reading.reports().list_of(id(3)).await);
    assert_eq!(others, [by_other]);
}
