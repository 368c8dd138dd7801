//! What people told the host, in SQL.

use async_trait::async_trait;
use relaychat_protocol::{
    AttachmentId, ReportId, UserId,
    rest::reports::{ReportOutcome, ReportReason, ReportStatus},
};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, damaged, row},
};
use crate::{
    domain::report::{Decision, Evidence, EvidenceFile, Report, ReportSubject},
    storage::{ReportFilter, ReportRepository, StorageError},
};

row! {
    /// A report.
    ReportRow of "relay_reports" {
        id: Uuid,
        reporter_id: Option<Uuid>,
        reported_id: Uuid,
        chat_id: Option<Uuid>,
        message_id: Option<Uuid>,
        reason: i16,
        note: Option<String>,
        created_at_ms: i64,
        text: Option<String>,
        sent_at_ms: Option<i64>,
        edited_at_ms: Option<i64>,
        files: Option<String>,
        outcome: Option<i16>,
        outcome_note: Option<String>,
        closed_at_ms: Option<i64>,
    }
}

const TABLE: &str = ReportRow::TABLE;

/// How reasons are written: by their place here.
const REASONS: [ReportReason; 6] = [
    ReportReason::Spam,
    ReportReason::Harassment,
    ReportReason::Violence,
    ReportReason::SelfHarm,
    ReportReason::Illegal,
    ReportReason::Other,
];
/// The same for outcomes.
const OUTCOMES: [ReportOutcome; 2] = [ReportOutcome::Dismissed, ReportOutcome::Acted];

/// How one of a list is written.
fn place_of<T: PartialEq>(list: &[T], one: &T) -> i16 {
    let place = list.iter().position(|listed| listed == one);
    i16::try_from(place.unwrap_or_default()).unwrap_or_default()
}

/// Reads [`place_of`].
fn at_place<T: Copy>(list: &[T], place: i16) -> Result<T, StorageError> {
    let found = usize::try_from(place).ok().and_then(|at| list.get(at));
    let found = found.copied();
    found.ok_or_else(|| damaged("read a report", "neither a reason nor an outcome"))
}

/// A file as it is written.
type FileColumns = (Uuid, String, u64, Option<String>);

fn file_columns(file: &EvidenceFile) -> FileColumns {
    let EvidenceFile {
        id,
        content_type,
        size_bytes,
        file_name,
    } = file;
    (id.0, content_type.clone(), *size_bytes, file_name.clone())
}

fn file((id, content_type, size_bytes, file_name): FileColumns) -> EvidenceFile {
    EvidenceFile {
        id: AttachmentId(id),
        content_type,
        size_bytes,
        file_name,
    }
}

impl From<&Report> for ReportRow {
    fn from(report: &Report) -> Self {
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
        let (chat_id, message_id) = match subject {
            ReportSubject::Message(chat_id, message_id) => (Some(chat_id.0), Some(message_id.0)),
            ReportSubject::User(_) => (None, None),
        };
        let evidence = evidence.as_ref();
        let files = evidence.map(|evidence| {
            let files: Vec<_> = evidence.files.iter().map(file_columns).collect();
            serde_json::to_string(&files).expect("files have only strings and numbers")
        });
        Self {
            id: id.0,
            reporter_id: reporter_id.map(|id| id.0),
            reported_id: reported_id.0,
            chat_id,
            message_id,
            reason: place_of(&REASONS, reason),
            note: note.clone(),
            created_at_ms: *created_at_ms,
            text: evidence.map(|evidence| evidence.text.clone()),
            sent_at_ms: evidence.map(|evidence| evidence.sent_at_ms),
            edited_at_ms: evidence.and_then(|evidence| evidence.edited_at_ms),
            files,
            outcome: decision
                .as_ref()
                .map(|one| place_of(&OUTCOMES, &one.outcome)),
            outcome_note: decision.as_ref().and_then(|one| one.note.clone()),
            closed_at_ms: decision.as_ref().map(|one| one.closed_at_ms),
        }
    }
}

impl TryFrom<ReportRow> for Report {
    type Error = StorageError;

    fn try_from(row: ReportRow) -> Result<Self, StorageError> {
        let ReportRow {
            id,
            reporter_id,
            reported_id,
            chat_id,
            message_id,
            reason,
            note,
            created_at_ms,
            text,
            sent_at_ms,
            edited_at_ms,
            files,
            outcome,
            outcome_note,
            closed_at_ms,
        } = row;
        let subject = match (chat_id, message_id) {
            (Some(chat_id), Some(message_id)) => {
                ReportSubject::Message(chat_id.into(), message_id.into())
            }
            _ => ReportSubject::User(reported_id.into()),
        };
        let evidence = match (text, sent_at_ms) {
            (Some(text), Some(sent_at_ms)) => Some(Evidence {
                text,
                sent_at_ms,
                edited_at_ms,
                files: read_files(files.as_deref())?,
            }),
            _ => None,
        };
        let decision = match (outcome, closed_at_ms) {
            (Some(outcome), Some(closed_at_ms)) => Some(Decision {
                outcome: at_place(&OUTCOMES, outcome)?,
                note: outcome_note,
                closed_at_ms,
            }),
            _ => None,
        };
        Ok(Self {
            id: id.into(),
            reporter_id: reporter_id.map(UserId),
            subject,
            reported_id: reported_id.into(),
            reason: at_place(&REASONS, reason)?,
            note,
            created_at_ms,
            evidence,
            decision,
        })
    }
}

fn read_files(text: Option<&str>) -> Result<Vec<EvidenceFile>, StorageError> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let files: Vec<FileColumns> =
        serde_json::from_str(text).map_err(|error| damaged("read the files of a report", error))?;
    Ok(files.into_iter().map(file).collect())
}

fn column(name: &'static str) -> Expr {
    Expr::col((TABLE, name))
}

/// Oldest first, those of one moment by id.
fn in_order(select: &mut SelectStatement) -> SelectStatement {
    select
        .order_by((TABLE, "created_at_ms"), Order::Asc)
        .order_by((TABLE, "id"), Order::Asc)
        .take()
}

#[async_trait]
impl<C: Connection> ReportRepository for SqlTransaction<C> {
    async fn insert(&mut self, report: &Report) -> Result<(), StorageError> {
        let insert = ReportRow::insert([ReportRow::from(report)]);
        self.connection.write("insert a report", &insert).await?;
        Ok(())
    }

    async fn update(&mut self, report: &Report) -> Result<(), StorageError> {
        let row = ReportRow::from(report);
        let id = row.id;
        let columns = ReportRow::COLUMNS.iter().copied();
        let values = columns.zip(row.values().into_iter().map(Expr::from));
        let update = Query::update()
            .table(TABLE)
            .values(values)
            .and_where(Expr::col("id").eq(id))
            .take();
        self.connection.write("update a report", &update).await?;
        Ok(())
    }

    async fn find(&mut self, id: ReportId) -> Result<Option<Report>, StorageError> {
        let select = ReportRow::select().and_where(column("id").eq(id.0)).take();
        let rows = self.connection.read::<ReportRow>("find a report", &select);
        Ok(row::all::<_, Report>(rows.await?)?.pop())
    }

    async fn find_open(
        &mut self,
        reporter_id: UserId,
        subject: ReportSubject,
    ) -> Result<Option<Report>, StorageError> {
        let is_subject = match subject {
            ReportSubject::Message(_, message_id) => column("message_id").eq(message_id.0),
            ReportSubject::User(user_id) => column("message_id")
                .is_null()
                .and(column("reported_id").eq(user_id.0)),
        };
        let select = ReportRow::select()
            .and_where(column("reporter_id").eq(reporter_id.0))
            .and_where(is_subject)
            .and_where(column("closed_at_ms").is_null())
            .take();
        let rows = self
            .connection
            .read::<ReportRow>("find an open report", &select);
        Ok(row::all::<_, Report>(rows.await?)?.pop())
    }

    async fn list(&mut self, filter: ReportFilter) -> Result<Vec<Report>, StorageError> {
        let ReportFilter {
            status,
            after,
            limit,
        } = filter;
        let closed = || column("closed_at_ms");
        let is_as_wanted = status.map(|status| match status {
            ReportStatus::Open => closed().is_null(),
            ReportStatus::Closed => closed().is_not_null(),
        });
        let is_after = after.map(|(created_at_ms, id)| {
            let place = Expr::tuple([column("created_at_ms"), column("id")]);
            place.gt(Expr::tuple([Expr::val(created_at_ms), Expr::val(id.0)]))
        });
        let mut select = ReportRow::select()
            .and_where_option(is_as_wanted)
            .and_where_option(is_after)
            .limit(u64::from(limit))
            .take();
        let select = in_order(&mut select);
        let rows = self.connection.read::<ReportRow>("list reports", &select);
        row::all(rows.await?)
    }

    async fn list_of(&mut self, reporter_id: UserId) -> Result<Vec<Report>, StorageError> {
        let is_theirs = column("reporter_id").eq(reporter_id.0);
        let select = in_order(ReportRow::select().and_where(is_theirs));
        let rows = self
            .connection
            .read::<ReportRow>("list the reports of a person", &select);
        row::all(rows.await?)
    }

    async fn remove_reporter(&mut self, reporter_id: UserId) -> Result<(), StorageError> {
        let nobody: Option<Uuid> = None;
        let nothing: Option<String> = None;
        let update = Query::update()
            .table(TABLE)
            .value("reporter_id", nobody)
            .value("note", nothing)
            .and_where(Expr::col("reporter_id").eq(reporter_id.0))
            .take();
        self.connection.write("forget a reporter", &update).await?;
        Ok(())
    }
}
