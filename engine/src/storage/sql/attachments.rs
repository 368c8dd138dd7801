//! Rows of uploaded files in SQL.

use async_trait::async_trait;
use relaychat_protocol::{AttachmentId, ChatId, MessageId, UserId};
use sea_query::{Expr, ExprTrait, IntoIden, Order, Query, TableRef};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, CHUNK_ROWS, row, signed, small, unsigned},
};
use crate::{
    domain::{
        attachment::{Attachment, Kind, Usage},
        message::Message,
    },
    storage::{AttachmentPosition, AttachmentRepository, StorageError},
};

row! {
    /// An uploaded file.
    AttachmentRow of "relay_attachments" {
        id: Uuid,
        owner_id: Uuid,
        kind: i16,
        usage: i16,
        chat_id: Option<Uuid>,
        message_id: Option<Uuid>,
        seq: Option<i64>,
        position: i64,
        content_type: String,
        size_bytes: i64,
        width: i64,
        height: i64,
        thumb_hash: Option<Vec<u8>>,
        file_name: Option<String>,
        created_at_ms: i64,
    }
}

const TABLE: &str = AttachmentRow::TABLE;
/// How [`Usage`] is written.
const UNUSED: i16 = 0;
const IN_MESSAGE: i16 = 1;
const AVATAR: i16 = 2;

/// How [`Kind`] is written.
const IMAGE: i16 = 0;
const FILE: i16 = 1;

pub(super) fn kind_column(kind: Kind) -> i16 {
    match kind {
        Kind::Image => IMAGE,
        Kind::File => FILE,
    }
}

pub(super) fn kind_of(column: i16) -> Result<Kind, StorageError> {
    match column {
        IMAGE => Ok(Kind::Image),
        FILE => Ok(Kind::File),
        _ => Err(row::damaged("read an attachment", "unknown kind")),
    }
}

/// The three columns of a [`Usage`]. What was in a deleted message is unused and still names it.
fn usage_columns(usage: Usage) -> (i16, Option<Uuid>, Option<Uuid>) {
    match usage {
        Usage::Unused => (UNUSED, None, None),
        Usage::Message(chat_id, message_id) => (IN_MESSAGE, Some(chat_id.0), Some(message_id.0)),
        Usage::Avatar => (AVATAR, None, None),
        Usage::Deleted(message_id) => (UNUSED, None, Some(message_id.0)),
    }
}

impl From<&Attachment> for AttachmentRow {
    fn from(attachment: &Attachment) -> Self {
        let Attachment {
            id,
            owner_id,
            kind,
            usage,
            content_type,
            size_bytes,
            width,
            height,
            thumb_hash,
            file_name,
            created_at_ms,
        } = attachment;
        let (usage, chat_id, message_id) = usage_columns(*usage);
        Self {
            id: id.0,
            owner_id: owner_id.0,
            kind: kind_column(*kind),
            usage,
            chat_id,
            message_id,
            seq: None,
            position: 0,
            content_type: content_type.clone(),
            size_bytes: signed(*size_bytes),
            width: i64::from(*width),
            height: i64::from(*height),
            thumb_hash: thumb_hash.clone(),
            file_name: file_name.clone(),
            created_at_ms: *created_at_ms,
        }
    }
}

impl TryFrom<AttachmentRow> for Attachment {
    type Error = StorageError;

    fn try_from(row: AttachmentRow) -> Result<Self, StorageError> {
        let AttachmentRow {
            id,
            owner_id,
            kind,
            usage,
            chat_id,
            message_id,
            seq: _,
            position: _,
            content_type,
            size_bytes,
            width,
            height,
            thumb_hash,
            file_name,
            created_at_ms,
        } = row;
        Ok(Self {
            id: id.into(),
            owner_id: owner_id.into(),
            kind: kind_of(kind)?,
            usage: match (usage, chat_id, message_id) {
                (UNUSED, _, None) => Usage::Unused,
                (UNUSED, None, Some(id)) => Usage::Deleted(id.into()),
                (IN_MESSAGE, Some(chat), Some(id)) => Usage::Message(chat.into(), id.into()),
                (AVATAR, ..) => Usage::Avatar,
                _ => return Err(row::damaged("read an attachment", "unknown usage")),
            },
            content_type,
            size_bytes: unsigned(size_bytes)?,
            width: small(width)?,
            height: small(height)?,
            thumb_hash,
            file_name,
            created_at_ms,
        })
    }
}

impl<C: Connection> SqlTransaction<C> {
    /// The attachments of messages, in the sender's order.
    pub(super) async fn attachments_of(
        &mut self,
        message_ids: &[Uuid],
    ) -> Result<Vec<(MessageId, Attachment)>, StorageError> {
        let mut found = Vec::new();
        for ids in message_ids.chunks(CHUNK_ROWS) {
            let is_wanted = Expr::col((TABLE, "message_id")).is_in(ids.iter().copied());
            let select = AttachmentRow::select()
                .and_where(is_wanted)
                .order_by((TABLE, "message_id"), Order::Asc)
                .order_by((TABLE, "position"), Order::Asc)
                .take();
            let rows = self.connection.read("find attachments", &select);
            let rows: Vec<AttachmentRow> = rows.await?;
            for row in rows {
                if let Some(message_id) = row.message_id {
                    found.push((message_id.into(), Attachment::try_from(row)?));
                }
            }
        }
        Ok(found)
    }

    /// The message of the attachments is deleted.
    pub(super) async fn detach(&mut self, message_id: MessageId) -> Result<(), StorageError> {
        let (usage, chat_id, message) = usage_columns(Usage::Deleted(message_id));
        let update = Query::update()
            .table(TABLE)
            .value("usage", usage)
            .value("chat_id", chat_id)
            .value("message_id", message)
            .value("seq", None::<i64>)
            .and_where(Expr::col("message_id").eq(message_id.0))
            .take();
        self.connection.write("free attachments", &update).await?;
        Ok(())
    }

    /// Marks the attachments of messages as used by them, in the sender's order.
    pub(super) async fn attach(&mut self, messages: &[Message]) -> Result<(), StorageError> {
        let uses: Vec<_> = messages
            .iter()
            .flat_map(|message| {
                (message.attachments.iter().zip(0_i64..)).map(move |used| (message, used))
            })
            .map(|(message, (attachment, position))| {
                let (chat_id, message_id) = (message.chat_id.0, message.id.0);
                let seq = signed(message.seq);
                vec![
                    attachment.id.0.into(),
                    chat_id.into(),
                    message_id.into(),
                    seq.into(),
                    position.into(),
                ]
            })
            .collect();
        for uses in uses.chunks(CHUNK_ROWS) {
            let new = TableRef::ValuesList(row::tuples(uses.to_vec()), "new".into_iden());
            let update = Query::update()
                .table(TABLE)
                .value("usage", IN_MESSAGE)
                .value("chat_id", Expr::col(("new", "column2")))
                .value("message_id", Expr::col(("new", "column3")))
                .value("seq", Expr::col(("new", "column4")))
                .value("position", Expr::col(("new", "column5")))
                .from(new)
                .and_where(Expr::col((TABLE, "id")).equals(("new", "column1")))
                .take();
            self.connection.write("use attachments", &update).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl<C: Connection> AttachmentRepository for SqlTransaction<C> {
    async fn insert(&mut self, attachment: &Attachment) -> Result<(), StorageError> {
        let insert = AttachmentRow::insert([AttachmentRow::from(attachment)]);
        self.connection
            .write("insert an attachment", &insert)
            .await?;
        Ok(())
    }

    async fn find_many(&mut self, ids: &[AttachmentId]) -> Result<Vec<Attachment>, StorageError> {
        let mut found = Vec::new();
        for ids in ids.chunks(CHUNK_ROWS) {
            let is_wanted = Expr::col((TABLE, "id")).is_in(ids.iter().map(|id| id.0));
            let select = AttachmentRow::select().and_where(is_wanted).take();
            let rows = self
                .connection
                .read::<AttachmentRow>("find attachments", &select);
            found.extend(row::all::<_, Attachment>(rows.await?)?);
        }
        Ok(found)
    }

    async fn list_of_chat(
        &mut self,
        (chat_id, kind): (ChatId, Kind),
        before: Option<AttachmentPosition>,
        limit: u32,
    ) -> Result<Vec<(AttachmentPosition, Attachment)>, StorageError> {
        let place = || ["seq", "position"].map(|column| Expr::col((TABLE, column)));
        let before = before.map(|AttachmentPosition { seq, position }| {
            let before = [Expr::val(signed(seq)), Expr::val(i64::from(position))];
            Expr::tuple(place()).lt(Expr::tuple(before))
        });
        let select = AttachmentRow::select()
            .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id.0))
            .and_where(Expr::col((TABLE, "kind")).eq(kind_column(kind)))
            .and_where(Expr::col((TABLE, "seq")).is_not_null())
            .and_where_option(before)
            .order_by((TABLE, "seq"), Order::Desc)
            .order_by((TABLE, "position"), Order::Desc)
            .limit(u64::from(limit))
            .take();
        let rows = self.connection.read("list attachments", &select);
        let rows: Vec<AttachmentRow> = rows.await?;
        rows.into_iter().map(placed).collect()
    }

    async fn update_usage(&mut self, id: AttachmentId, usage: Usage) -> Result<(), StorageError> {
        let (usage, chat_id, message_id) = usage_columns(usage);
        let update = Query::update()
            .table(TABLE)
            .value("usage", usage)
            .value("chat_id", chat_id)
            .value("message_id", message_id)
            .value("seq", None::<i64>)
            .value("position", 0_i64)
            .and_where(Expr::col("id").eq(id.0))
            .take();
        self.connection
            .write("update an attachment", &update)
            .await?;
        Ok(())
    }

    async fn list_unused(
        &mut self,
        before_ms: i64,
        limit: u32,
    ) -> Result<Vec<Attachment>, StorageError> {
        let select = AttachmentRow::select()
            .and_where(unused())
            .and_where(Expr::col((TABLE, "created_at_ms")).lt(before_ms))
            .order_by((TABLE, "created_at_ms"), Order::Asc)
            .order_by((TABLE, "id"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows = self
            .connection
            .read::<AttachmentRow>("list unused attachments", &select);
        row::all(rows.await?)
    }

    async fn remove_unused(&mut self, id: AttachmentId) -> Result<bool, StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("id").eq(id.0))
            .and_where(unused())
            .take();
        let removed = self
            .connection
            .write("remove an attachment", &delete)
            .await?;
        Ok(removed > 0)
    }

    async fn bytes_of(&mut self, owner_id: UserId) -> Result<u64, StorageError> {
        // PostgreSQL adds counts up to a number without bounds.
        let sum = Expr::cust("CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT)");
        let select = Query::select()
            .expr(sum)
            .from(TABLE)
            .and_where(Expr::col("owner_id").eq(owner_id.0))
            .take();
        let rows: Vec<(i64,)> = self.connection.read("add uploads up", &select).await?;
        unsigned(rows.first().map_or(0, |(bytes,)| *bytes))
    }
}

/// A file that a message carries, and where.
fn placed(row: AttachmentRow) -> Result<(AttachmentPosition, Attachment), StorageError> {
    let position = AttachmentPosition {
        seq: unsigned(row.seq.unwrap_or_default())?,
        position: small(row.position)?,
    };
    Ok((position, row.try_into()?))
}

/// The condition of the partial index of unused files: written as a constant, for a parameter
/// would hide from the database that the index fits.
fn unused() -> Expr {
    Expr::col((TABLE, "usage")).eq(Expr::cust("0"))
}
