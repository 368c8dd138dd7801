//! Messages in SQL.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, MessageId, UserId, rest::messages::ChatEvent};
use sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    members::MemberRow,
    mentions::{mentions_at, row_count},
    message_parts::Parts,
    reactions::reactions_at,
    row::{CHUNK_ROWS, damaged, row, signed, unsigned},
};
use crate::{
    domain::message::Message,
    storage::{MessageRepository, MessageWindow, OriginalTag, StorageError},
};

row! {
    /// A message without its attachments, its reactions, its mentions and what it answers. What sending leaves
    /// empty comes last.
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
        reply_to_seq: Option<i64>,
        edited_at_ms: Option<i64>,
        deleted_at_ms: Option<i64>,
        deleted_seq: Option<i64>,
        reaction_count: i64,
        later_change: Option<i64>,
        mention_count: i64,
        pinned_at_ms: Option<i64>,
        event: Option<String>,
    }
}

const TABLE: &str = MessageRow::TABLE;
const MEMBERS: &str = MemberRow::TABLE;

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
            edited_at_ms,
            deleted_at_ms,
            reply_to,
            reactions: _,
            mentions,
            pinned_at_ms,
            event,
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
            reply_to_seq: reply_to.as_ref().map(|quote| signed(quote.seq)),
            edited_at_ms: *edited_at_ms,
            deleted_at_ms: *deleted_at_ms,
            deleted_seq: deleted_at_ms.map(|_| signed(*seq)),
            reaction_count: 0,
            later_change: None,
            mention_count: row_count(mentions),
            pinned_at_ms: *pinned_at_ms,
            event: event.as_deref().map(stored_event),
        }
    }

    pub(super) fn into_message(self, parts: Parts) -> Result<Message, StorageError> {
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
            reply_to_seq: _,
            edited_at_ms,
            deleted_at_ms,
            deleted_seq: _,
            reaction_count: _,
            later_change: _,
            mention_count: _,
            pinned_at_ms,
            event,
        } = self;
        let Parts {
            attachments,
            reply_to,
            reactions,
            mentions,
        } = parts;
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
            edited_at_ms,
            deleted_at_ms,
            reply_to,
            reactions,
            mentions,
            pinned_at_ms,
            event: event.as_deref().map(read_event).transpose()?,
        })
    }
}

/// An event as a column keeps it. There is nothing in it that JSON cannot say.
fn stored_event(event: &ChatEvent) -> String {
    serde_json::to_string(event).unwrap_or_default()
}

/// An event from a column.
fn read_event(text: &str) -> Result<Box<ChatEvent>, StorageError> {
    serde_json::from_str(text).map_err(|error| damaged("read an event", error))
}

/// The messages at `places`.
pub(super) fn at(places: &[(ChatId, u64)]) -> SelectStatement {
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

/// The newest of the messages that were sent after `change`, newest first.
fn sent(chat_id: ChatId, change: u64, limit: u32) -> SelectStatement {
    MessageRow::select()
        .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id.0))
        .and_where(Expr::col((TABLE, "seq")).gt(last_before(chat_id, change)))
        .order_by((TABLE, "seq"), Order::Desc)
        .limit(u64::from(limit))
        .take()
}

/// The smallest place of a message that was sent after `change`.
fn first_sent(chat_id: ChatId, change: u64) -> SelectStatement {
    Query::select()
        .expr(Func::min(Expr::col("seq")))
        .from(TABLE)
        .and_where(Expr::col("chat_id").eq(chat_id.0))
        .and_where(Expr::col("seq").gt(last_before(chat_id, change)))
        .take()
}

/// The largest place of a message that was not sent after `change`, 0 when there is none.
///
/// Places and changes are given by the same writer, so that both grow together: what was sent after
/// a number is the end of the history. It is walked backwards as far as it goes, which is as far as
/// the answer goes; an index of changes would cost every message that is sent a page.
fn last_before(chat_id: ChatId, change: u64) -> Expr {
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

/// The messages of a chat that were updated after `change`.
fn updated(select: &mut SelectStatement, chat_id: ChatId, change: u64) -> &mut SelectStatement {
    select
        .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id.0))
        .and_where(Expr::col((TABLE, "later_change")).gt(signed(change)))
}

/// Whether a message is one of a chat's that are pinned.
fn is_pinned_in(chat_id: ChatId) -> Expr {
    let is_pinned = Expr::col((TABLE, "pinned_at_ms")).is_not_null();
    Expr::col((TABLE, "chat_id")).eq(chat_id.0).and(is_pinned)
}

/// The places of deleted messages above the read mark of a person.
fn deleted_unread(user_id: UserId, chat_ids: &[ChatId]) -> SelectStatement {
    Query::select()
        .columns([(TABLE, "chat_id"), (TABLE, "deleted_seq")])
        .from(MEMBERS)
        .inner_join(
            TABLE,
            Expr::col((TABLE, "chat_id")).equals((MEMBERS, "chat_id")),
        )
        .and_where(Expr::col((MEMBERS, "user_id")).eq(user_id.0))
        .and_where(Expr::col((MEMBERS, "chat_id")).is_in(chat_ids.iter().map(|id| id.0)))
        .and_where(Expr::col((TABLE, "deleted_seq")).gt(Expr::col((MEMBERS, "read_seq"))))
        .order_by((TABLE, "chat_id"), Order::Asc)
        .order_by((TABLE, "deleted_seq"), Order::Asc)
        .take()
}

impl<C: Connection> SqlTransaction<C> {
    /// Reads whole messages.
    pub(super) async fn messages(
        &mut self,
        select: &SelectStatement,
    ) -> Result<Vec<Message>, StorageError> {
        let rows = self.connection.read("find messages", select).await?;
        self.whole(rows).await
    }

    /// Reads a place, if there is one, or another number.
    async fn place(&mut self, select: &SelectStatement) -> Result<Option<u64>, StorageError> {
        let rows: Vec<(Option<i64>,)> = self.connection.read("find a place", select).await?;
        let place = rows.first().and_then(|(seq,)| *seq);
        place.map(unsigned).transpose()
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
        self.attach(messages).await?;
        self.mention(messages).await
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

    async fn update(&mut self, message: &Message) -> Result<(), StorageError> {
        let change = self.change().await?;
        self.reindex(message).await?;
        if message.deleted_at_ms.is_some() {
            self.empty(message).await?;
        }
        let row = MessageRow::new(message, change);
        let update = Query::update()
            .table(TABLE)
            .value("version", row.version)
            .value("text", row.text)
            .value("attachment_count", row.attachment_count)
            .value("reply_to_seq", row.reply_to_seq)
            .value("edited_at_ms", row.edited_at_ms)
            .value("deleted_at_ms", row.deleted_at_ms)
            .value("deleted_seq", row.deleted_seq)
            .value("reaction_count", reactions_at(row.chat_id, row.seq))
            .value("later_change", change)
            .value("mention_count", mentions_at(row.chat_id, row.seq))
            .value("pinned_at_ms", row.pinned_at_ms)
            .and_where(Expr::col("chat_id").eq(row.chat_id))
            .and_where(Expr::col("seq").eq(row.seq))
            .take();
        self.connection.write("update a message", &update).await?;
        Ok(())
    }

    async fn list_pinned(
        &mut self,
        chat_id: ChatId,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError> {
        let select = MessageRow::select()
            .and_where(is_pinned_in(chat_id))
            .order_by((TABLE, "pinned_at_ms"), Order::Desc)
            .order_by((TABLE, "seq"), Order::Desc)
            .limit(u64::from(limit))
            .take();
        let rows = self.connection.read("list pinned", &select).await?;
        self.whole(rows).await
    }

    async fn count_pinned(&mut self, chat_id: ChatId) -> Result<u64, StorageError> {
        let select = Query::select()
            .expr(Func::count(Expr::col((TABLE, "seq"))))
            .from(TABLE)
            .and_where(is_pinned_in(chat_id))
            .take();
        Ok(self.place(&select).await?.unwrap_or_default())
    }

    async fn list_sent(
        &mut self,
        chat_id: ChatId,
        change: u64,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError> {
        let mut messages = self.messages(&sent(chat_id, change, limit)).await?;
        messages.reverse();
        Ok(messages)
    }

    async fn first_sent_seq(
        &mut self,
        chat_id: ChatId,
        change: u64,
    ) -> Result<Option<u64>, StorageError> {
        self.place(&first_sent(chat_id, change)).await
    }

    async fn list_updated_chats(
        &mut self,
        chat_ids: &[ChatId],
        change: u64,
    ) -> Result<Vec<ChatId>, StorageError> {
        let mut found = Vec::new();
        for chat_ids in chat_ids.chunks(CHUNK_ROWS) {
            let select = Query::select()
                .distinct()
                .column((TABLE, "chat_id"))
                .from(TABLE)
                .and_where(Expr::col((TABLE, "chat_id")).is_in(chat_ids.iter().map(|id| id.0)))
                .and_where(Expr::col((TABLE, "later_change")).gt(signed(change)))
                .take();
            let rows = self
                .connection
                .read::<(Uuid,)>("list updated chats", &select);
            found.extend(rows.await?.into_iter().map(|(id,)| ChatId(id)));
        }
        Ok(found)
    }

    async fn list_updated(
        &mut self,
        chat_id: ChatId,
        change: u64,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError> {
        let select = updated(&mut MessageRow::select(), chat_id, change)
            .order_by((TABLE, "seq"), Order::Desc)
            .limit(u64::from(limit))
            .take();
        let mut messages = self.messages(&select).await?;
        messages.reverse();
        Ok(messages)
    }

    async fn first_updated_seq(
        &mut self,
        chat_id: ChatId,
        change: u64,
    ) -> Result<Option<u64>, StorageError> {
        let first = Func::min(Expr::col((TABLE, "seq")));
        let select = updated(Query::select().expr(first).from(TABLE), chat_id, change).take();
        self.place(&select).await
    }

    async fn list_deleted_unread(
        &mut self,
        user_id: UserId,
        chat_ids: &[ChatId],
    ) -> Result<Vec<(ChatId, u64)>, StorageError> {
        let mut found = Vec::new();
        for chat_ids in chat_ids.chunks(CHUNK_ROWS) {
            let select = deleted_unread(user_id, chat_ids);
            let rows = self.connection.read::<(Uuid, i64)>("list deleted", &select);
            for (chat_id, seq) in rows.await? {
                found.push((chat_id.into(), unsigned(seq)?));
            }
        }
        Ok(found)
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
