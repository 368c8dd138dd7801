//! The queue of reports, as the host works it off.
//!
//! Closing a report takes away what it kept of the message and what the reporter wrote. What is left
//! says who reported whom, for what reason, and what came of it. What the host does about it
//! (deleting the message, disabling the person) it does by itself: a report decides nothing.

use relaychat_protocol::{
    ErrorCode, ReportId, UserId,
    rest::reports::{ReportOutcome, ReportStatus},
};

use super::{ServiceError, Services, cursor, load, validate};
use crate::{
    domain::{
        report::{Decision, Report},
        user::User,
    },
    storage::{ReportFilter, Transaction},
};

impl Services {
    /// A page of reports, oldest first, the people they name, and the next cursor.
    pub(crate) async fn list_reports(
        &self,
        status: Option<ReportStatus>,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<(Vec<Report>, Vec<User>, Option<String>), ServiceError> {
        let limit = validate::page_limit(limit)?;
        let filter = ReportFilter {
            status,
            after: cursor::to_report(after)?,
            limit: limit + 1,
        };
        let mut snapshot = self.storage.snapshot().await?;
        let mut reports = snapshot.reports().list(filter).await?;
        let has_more = reports.len() > limit as usize;
        reports.truncate(limit as usize);
        let last = reports.last().filter(|_| has_more);
        let next = last.map(|last| cursor::of_report(last.created_at_ms, last.id));
        let users = people_of(&mut *snapshot, &reports).await?;
        Ok((reports, users, next))
    }

    /// One report, and the people it names.
    pub(crate) async fn find_report(
        &self,
        id: ReportId,
    ) -> Result<(Report, Vec<User>), ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let found = snapshot.reports().find(id).await?;
        let report = found.ok_or_else(ServiceError::not_found)?;
        let users = people_of(&mut *snapshot, std::slice::from_ref(&report)).await?;
        Ok((report, users))
    }

    /// Decides a report. The same outcome again changes nothing, another one is refused.
    pub(crate) async fn close_report(
        &self,
        id: ReportId,
        outcome: ReportOutcome,
        note: Option<String>,
    ) -> Result<(Report, Vec<User>), ServiceError> {
        let note = validate::report_note(note)?;
        let mut transaction = self.storage.begin().await?;
        let found = transaction.reports().find(id).await?;
        let report = found.ok_or_else(ServiceError::not_found)?;
        let users = people_of(&mut *transaction, std::slice::from_ref(&report)).await?;
        if let Some(decision) = &report.decision {
            return match decision.outcome == outcome {
                true => Ok((report, users)),
                false => Err(ServiceError::new(ErrorCode::ReportClosed)),
            };
        }
        let report = report.closed(Decision {
            outcome,
            note,
            closed_at_ms: self.now_ms(),
        });
        transaction.reports().update(&report).await?;
        self.commit(transaction, Vec::new()).await?;
        Ok((report, users))
    }
}

/// Who made the reports, and whom they are about.
async fn people_of(
    transaction: &mut dyn Transaction,
    reports: &[Report],
) -> Result<Vec<User>, ServiceError> {
    let ids = |report: &Report| -> Vec<UserId> {
        let reported = [report.reported_id];
        report.reporter_id.into_iter().chain(reported).collect()
    };
    load::users(transaction, reports.iter().flat_map(ids)).await
}
