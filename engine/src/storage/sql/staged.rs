//! Messages that wait to be sent, in SQL.

use async_trait::async_trait;
use relaychat_protocol::MessageId;
use sea_query::{Expr, ExprTrait, InsertStatement, Order, Query};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, row},
};
use crate::{
    domain::{
        host_key::HostKey,
        staged::{StagedMessage, StagedTarget},
    },
    storage::{StagedRepository, StorageError},
};

row! {
    /// A message that waits, without its place: the database gives it.
    StagedRow of "relay_staged_messages" {
        message_id: Uuid,
        chat_id: Option<Uuid>,
        host_key: Option<String>,
        chat_name: Option<String>,
        sender: String,
        text: String,
        attachment_ids: Vec<u8>,
        is_judged: bool,
        staged_at_ms: i64,
    }
}

const TABLE: &str = StagedRow::TABLE;

/// The statement that adds a message, in this schema or where the search path leads.
pub(in crate::storage) fn insert(schema: Option<&str>, message: &StagedMessage) -> InsertStatement {
    let mut insert = StagedRow::insert([StagedRow::from(message)]);
    if let Some(schema) = schema {
        insert.into_table((schema.to_owned(), TABLE));
    }
    insert
}

impl From<&StagedMessage> for StagedRow {
    fn from(message: &StagedMessage) -> Self {
        let StagedMessage {
            id,
            target,
            sender,
            text,
            attachment_ids,
            is_judged,
            staged_at_ms,
        } = message;
        let (chat_id, host_key, chat_name) = match target {
            StagedTarget::Chat(id) => (Some(id.0), None, None),
            StagedTarget::Object { key, name } => {
                (None, Some(key.as_str().to_owned()), name.clone())
            }
        };
        Self {
            message_id: id.0,
            chat_id,
            host_key,
            chat_name,
            sender: sender.clone(),
            text: text.clone(),
            attachment_ids: (attachment_ids.iter())
                .flat_map(|id| *id.0.as_bytes())
                .collect(),
            is_judged: *is_judged,
            staged_at_ms: *staged_at_ms,
        }
    }
}

/// A row with its place, the column after all others.
struct Placed {
    row: StagedRow,
    place: i64,
}

impl<'r, R> sqlx::FromRow<'r, R> for Placed
where
    R: sqlx::Row,
    StagedRow: sqlx::FromRow<'r, R>,
    usize: sqlx::ColumnIndex<R>,
    i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        Ok(Self {
            row: StagedRow::from_row(row)?,
            place: row.try_get(StagedRow::COLUMNS.len())?,
        })
    }
}

impl TryFrom<Placed> for (i64, StagedMessage) {
    type Error = StorageError;

    fn try_from(placed: Placed) -> Result<Self, StorageError> {
        let Placed { row, place } = placed;
        let StagedRow {
            message_id,
            chat_id,
            host_key,
            chat_name,
            sender,
            text,
            attachment_ids,
            is_judged,
            staged_at_ms,
        } = row;
        let key = host_key.as_deref().map(HostKey::parse);
        let target = match (chat_id, key) {
            (Some(id), None) => StagedTarget::Chat(id.into()),
            (None, Some(Some(key))) => StagedTarget::Object {
                key,
                name: chat_name,
            },
            _ => return Err(row::damaged("read a staged message", "no target")),
        };
        let (ids, rest) = attachment_ids.as_chunks::<16>();
        if !rest.is_empty() {
            return Err(row::damaged("read a staged message", "broken ids"));
        }
        let message = StagedMessage {
            id: message_id.into(),
            target,
            sender,
            text,
            attachment_ids: ids.iter().map(|id| Uuid::from_bytes(*id).into()).collect(),
            is_judged,
            staged_at_ms,
        };
        Ok((place, message))
    }
}

#[async_trait]
impl<C: Connection> StagedRepository for SqlTransaction<C> {
    async fn insert(&mut self, message: &StagedMessage) -> Result<(), StorageError> {
        let insert = insert(None, message);
        self.connection.write("stage a message", &insert).await?;
        Ok(())
    }

    async fn list(
        &mut self,
        after_place: i64,
        limit: u32,
    ) -> Result<Vec<(i64, StagedMessage)>, StorageError> {
        let select = StagedRow::select()
            .column((TABLE, "place"))
            .and_where(Expr::col((TABLE, "place")).gt(after_place))
            .order_by((TABLE, "place"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows = self
            .connection
            .read::<Placed>("list staged messages", &select);
        row::all(rows.await?)
    }

    async fn is_waiting(&mut self, id: MessageId) -> Result<bool, StorageError> {
        let select = Query::select()
            .column("place")
            .from(TABLE)
            .and_where(Expr::col("message_id").eq(id.0))
            .limit(1)
            .take();
        let rows = self
            .connection
            .read::<(i64,)>("find a staged message", &select);
        Ok(!rows.await?.is_empty())
    }

    async fn remove(&mut self, staged: &[(i64, MessageId)]) -> Result<u64, StorageError> {
        let mut removed = 0;
        for staged in staged.chunks(row::CHUNK_ROWS) {
            let place = ["place", "message_id"].map(Expr::col);
            let wanted = staged
                .iter()
                .map(|(place, id)| Expr::tuple([Expr::val(*place), Expr::val(id.0)]));
            let delete = Query::delete()
                .from_table(TABLE)
                .and_where(Expr::tuple(place).is_in(wanted))
                .take();
            removed += self
                .connection
                .write("remove staged messages", &delete)
                .await?;
        }
        Ok(removed)
    }
}
