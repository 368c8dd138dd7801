//! Repository of what people told the host of messages and of people.

use async_trait::async_trait;
use relaychat_protocol::{ReportId, UserId, rest::reports::ReportStatus};

use super::StorageError;
use crate::domain::report::{Report, ReportSubject};

/// Which reports to list.
#[derive(Clone, Copy, Debug)]
pub struct ReportFilter {
    /// Where they stand; `None`: anywhere.
    pub status: Option<ReportStatus>,
    /// Only those after this time and id.
    pub after: Option<(i64, ReportId)>,
    /// At most so many.
    pub limit: u32,
}

/// What people told the host.
#[async_trait]
pub trait ReportRepository: Send {
    /// Adds a report. A second open one of the same thing by the same person is a conflict.
    async fn insert(&mut self, report: &Report) -> Result<(), StorageError>;
    /// Replaces a report.
    async fn update(&mut self, report: &Report) -> Result<(), StorageError>;
    /// The report, if there is one.
    async fn find(&mut self, id: ReportId) -> Result<Option<Report>, StorageError>;
    /// The open report of this thing by this person, if there is one.
    async fn find_open(
        &mut self,
        reporter_id: UserId,
        subject: ReportSubject,
    ) -> Result<Option<Report>, StorageError>;
    /// Reports, oldest first.
    async fn list(&mut self, filter: ReportFilter) -> Result<Vec<Report>, StorageError>;
    /// All reports of one person, oldest first.
    async fn list_of(&mut self, reporter_id: UserId) -> Result<Vec<Report>, StorageError>;
    /// Forgets who made the reports of a person who is gone, and what they wrote. The reports stay.
    async fn remove_reporter(&mut self, reporter_id: UserId) -> Result<(), StorageError>;
}
