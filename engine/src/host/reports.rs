//! Reports, as the host works them off.

use relaychat_protocol::{
    ErrorCode, ReportId,
    rest::reports::{CloseReport, Report, ReportPage, ReportStatus},
};

use crate::{Engine, HostError, wire};

/// The reports that people made. Made by [`Engine::reports`].
#[derive(Clone, Debug)]
pub struct Reports(pub(super) Engine);

impl Reports {
    /// A page of reports, oldest first: with [`ReportStatus::Open`] the queue to work off. An open
    /// report of a message has a copy of it, even when the message was deleted since.
    ///
    /// # Errors
    /// `validation_failed`: the cursor is none, or the page has not 1 to 100 reports.
    pub async fn list(
        &self,
        status: Option<ReportStatus>,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<ReportPage, HostError> {
        let services = self.0.services();
        let listed = services.list_reports(status, cursor, Some(limit)).await;
        let (reports, users, next_cursor) = listed?;
        Ok(wire::report_page(&reports, &users, next_cursor))
    }

    /// A report, if there is one.
    ///
    /// # Errors
    /// Only those of storage.
    pub async fn find(&self, report_id: ReportId) -> Result<Option<Report>, HostError> {
        match self.0.services().find_report(report_id).await {
            Ok((report, users)) => Ok(Some(wire::report(&report, &users))),
            Err(error) if error.code == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Closes a report: its copy of the message and the reporter's note are gone for good. The same
    /// outcome again changes nothing. Nothing else happens: deleting the message or disabling the
    /// person is the host's own step.
    ///
    /// # Errors
    /// `not_found`: there is no such report. `report_closed`: it was closed with another outcome.
    /// `validation_failed`: the note is too long.
    pub async fn close(
        &self,
        report_id: ReportId,
        decision: CloseReport,
    ) -> Result<Report, HostError> {
        let CloseReport { outcome, note } = decision;
        let services = self.0.services();
        let (report, users) = services.close_report(report_id, outcome, note).await?;
        Ok(wire::report(&report, &users))
    }
}
