//! Messages in SQL.

use std::collections::HashMap;

use async_trait::async_trait;
use relaychat_protocol::{ChatId, MessageId};
use sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{CHUNK_ROWS, damaged, row, signed, unsigned},
};
use crate::{
    domain::{attachment::Attachment, message::Message},
    storage::{MessageRepository, MessageWindow, OriginalTag, StorageError},
};

row! {
    /// A message without its attachments.
    MessageRow of "relay_messages" {
        chat_id: Uuid,
        seq: i64,
        id: Uuid,
        version: i64,
        count: i64,
        sender_id: Uuid,
        sent_at_ms: i64,
        text: String,
        attachment_count: i64,
        change: i64,
    }
}

const TABLE: &str = MessageRow::TABLE;

row! {
    /// What stands for what a client sent.
    OriginalTagRow of "relay_original_tags" {
        message_id: Uuid,
        tag: Vec<u8>,
    }
}

impl MessageRow {
    pub(super) fn new(message: &Message, change: i64) -> Self {
        let Message {
            id,
            chat_id,
            seq,
            version,
            count,
            sender_id,
            sent_at_ms,
            text,
            attachments,
        } = message;
        Self {
            chat_id: chat_id.0,
            seq: signed(*seq),
            id: id.0,
            version: signed(*version),
            count: signed(*count),
            sender_id: sender_id.0,
            sent_at_ms: *sent_at_ms,
            text: text.clone(),
            attachment_count: i64::try_from(attachments.len()).unwrap_or(i64::MAX),
            change,
        }
    }

    fn into_message(self, attachments: Vec<Attachment>) -> Result<Message, StorageError> {
        let Self {
            chat_id,
            seq,
            id,
            version,
            count,
            sender_id,
            sent_at_ms,
            text,
            attachment_count: _,
            change: _,
        } = self;
        Ok(Message {
            id: id.into(),
            chat_id: chat_id.into(),
            seq: unsigned(seq)?,
            version: unsigned(version)?,
            count: unsigned(count)?,
            sender_id: sender_id.into(),
            sent_at_ms,
            text,
            attachments,
        })
    }
}

/// The messages at `places`.
fn at(places: &[(ChatId, u64)]) -> SelectStatement {
    let wanted = places
        .iter()
        .map(|(chat_id, seq)| (chat_id.0, signed(*seq)));
    MessageRow::select()
        .from_values(wanted, "wanted")
        .and_where(Expr::col((TABLE, "chat_id")).equals(("wanted", "column1")))
        .and_where(Expr::col((TABLE, "seq")).equals(("wanted", "column2")))
        .take()
}

/// A part of a history. The flag tells whether it is read backwards.
fn listed(chat_id: ChatId, window: MessageWindow, limit: u32) -> (SelectStatement, bool) {
    let (bound, is_backwards) = match window {
        MessageWindow::Newest => (None, true),
        MessageWindow::Before(seq) => (Some(Expr::col((TABLE, "seq")).lt(signed(seq))), true),
        MessageWindow::After(seq) => (Some(Expr::col((TABLE, "seq")).gt(signed(seq))), false),
    };
    let order = if is_backwards {
        Order::Desc
    } else {
        Order::Asc
    };
    let select = MessageRow::select()
        .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id.0))
        .and_where_option(bound)
        .order_by((TABLE, "seq"), order)
        .limit(u64::from(limit))
        .take();
    (select, is_backwards)
}

/// The newest of the messages that changed after `change`, newest first.
fn changed(chat_id: ChatId, change: u64, limit: u32) -> SelectStatement {
    MessageRow::select()
        .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id.0))
        .and_where(Expr::col((TABLE, "seq")).gt(last_unchanged(chat_id, change)))
        .order_by((TABLE, "seq"), Order::Desc)
        .limit(u64::from(limit))
        .take()
}

/// The smallest place of a message that changed after `change`.
fn first_changed(chat_id: ChatId, change: u64) -> SelectStatement {
    Query::select()
        .expr(Func::min(Expr::col("seq")))
        .from(TABLE)
        .and_where(Expr::col("chat_id").eq(chat_id.0))
        .and_where(Expr::col("seq").gt(last_unchanged(chat_id, change)))
        .take()
}

/// The largest place of a message that did not change after `change`, 0 when there is none.
///
/// Places and changes are given by the same writer, so that both grow together: what changed after
/// a number is the end of the history. It is walked backwards as far as it goes, which is as far as
/// the answer goes; an index of changes would cost every message that is sent a page.
fn last_unchanged(chat_id: ChatId, change: u64) -> Expr {
    let last = Query::select()
        .column("seq")
        .from(TABLE)
        .and_where(Expr::col("chat_id").eq(chat_id.0))
        .and_where(Expr::col("change").lte(signed(change)))
        .order_by("seq", Order::Desc)
        .limit(1)
        .take();
    Func::coalesce([Expr::from(last), Expr::val(0_i64)]).into()
}

impl<C: Connection> SqlTransaction<C> {
    /// Reads messages with their attachments.
    pub(super) async fn messages(
        &mut self,
        select: &SelectStatement,
    ) -> Result<Vec<Message>, StorageError> {
        let rows = self.connection.read("find messages", select).await?;
        self.with_attachments(rows).await
    }

    /// Messages from their rows.
    pub(super) async fn with_attachments(
        &mut self,
        rows: Vec<MessageRow>,
    ) -> Result<Vec<Message>, StorageError> {
        let have_attachments = rows.iter().filter(|row| row.attachment_count > 0);
        let message_ids: Vec<_> = have_attachments.map(|row| row.id).collect();
        let mut attachments: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
        for (message_id, attachment) in self.attachments_of(&message_ids).await? {
            attachments.entry(message_id).or_default().push(attachment);
        }
        let with_attachments = |row: MessageRow| {
            let attachments = attachments.remove(&row.id.into()).unwrap_or_default();
            row.into_message(attachments)
        };
        rows.into_iter().map(with_attachments).collect()
    }
}

#[async_trait]
impl<C: Connection> MessageRepository for SqlTransaction<C> {
    async fn insert_many(&mut self, messages: &[Message]) -> Result<(), StorageError> {
        if messages.is_empty() {
            return Ok(());
        }
        let change = self.change().await?;
        for messages in messages.chunks(CHUNK_ROWS) {
            let rows = messages
                .iter()
                .map(|message| MessageRow::new(message, change));
            let insert = MessageRow::insert(rows);
            self.connection.write("insert messages", &insert).await?;
        }
        self.attach(messages).await
    }

    async fn find_many(&mut self, ids: &[MessageId]) -> Result<Vec<Message>, StorageError> {
        let mut found = Vec::new();
        for ids in ids.chunks(CHUNK_ROWS) {
            let is_wanted = Expr::col((TABLE, "id")).is_in(ids.iter().map(|id| id.0));
            let select = MessageRow::select().and_where(is_wanted).take();
            found.extend(self.messages(&select).await?);
        }
        Ok(found)
    }

    async fn find_at(&mut self, places: &[(ChatId, u64)]) -> Result<Vec<Message>, StorageError> {
        let mut found = Vec::new();
        for places in places.chunks(CHUNK_ROWS) {
            found.extend(self.messages(&at(places)).await?);
        }
        Ok(found)
    }

    async fn list(
        &mut self,
        chat_id: ChatId,
        window: MessageWindow,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError> {
        let (select, is_backwards) = listed(chat_id, window, limit);
        let mut messages = self.messages(&select).await?;
        if is_backwards {
            messages.reverse();
        }
        Ok(messages)
    }

    async fn list_changed(
        &mut self,
        chat_id: ChatId,
        change: u64,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError> {
        let mut messages = self.messages(&changed(chat_id, change, limit)).await?;
        messages.reverse();
        Ok(messages)
    }

    async fn first_changed_seq(
        &mut self,
        chat_id: ChatId,
        change: u64,
    ) -> Result<Option<u64>, StorageError> {
        let select = first_changed(chat_id, change);
        let rows: Vec<(Option<i64>,)> = self.connection.read("find a change", &select).await?;
        let first = rows.first().and_then(|(seq,)| *seq);
        first.map(unsigned).transpose()
    }

    async fn insert_original_tags(
        &mut self,
        tags: &[(MessageId, OriginalTag)],
    ) -> Result<(), StorageError> {
        for tags in tags.chunks(CHUNK_ROWS) {
            let rows = tags.iter().map(|(message_id, tag)| OriginalTagRow {
                message_id: message_id.0,
                tag: tag.to_vec(),
            });
            let insert = OriginalTagRow::insert(rows);
            self.connection.write("insert tags", &insert).await?;
        }
        Ok(())
    }

    async fn find_original_tags(
        &mut self,
        ids: &[MessageId],
    ) -> Result<Vec<(MessageId, OriginalTag)>, StorageError> {
        let mut found = Vec::new();
        for ids in ids.chunks(CHUNK_ROWS) {
            let is_wanted = Expr::col("message_id").is_in(ids.iter().map(|id| id.0));
            let select = OriginalTagRow::select().and_where(is_wanted).take();
            let rows: Vec<OriginalTagRow> = self.connection.read("find tags", &select).await?;
            for OriginalTagRow { message_id, tag } in rows {
                let tag = tag.try_into().map_err(|_| damaged("a tag", "its length"))?;
                found.push((message_id.into(), tag));
            }
        }
        Ok(found)
    }
}
