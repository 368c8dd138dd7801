//! The index of words in SQL: what is in it, and what is not yet. How words are kept and found is
//! each database's own; it does so through [`Connection`].
//!
//! A word is kept as `number_word` with the number of its chat. So a query costs what the chats of
//! the person hold, not what the server holds, and no word of somebody else's chat is ever looked
//! at.

use std::collections::HashMap;

use async_trait::async_trait;
use relaychat_protocol::{
    ChatId, UserId,
    matching::{self, Term},
};
use sea_query::{Expr, ExprTrait, Func, JoinType, OnConflict, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    ChatRow, Connection, MemberRow, MessageRow, SqlTransaction,
    row::{CHUNK_ROWS, row, signed, unsigned},
};
use crate::{
    domain::message::Message,
    storage::{Changed, SearchRepository, StorageError, WordFilter},
};

row! {
    /// How far the messages of a chat are in the index.
    IndexedRow of "relay_search_chats" {
        chat_id: Uuid,
        number: i64,
        indexed_seq: i64,
    }
}

const TABLE: &str = IndexedRow::TABLE;
const CHATS: &str = ChatRow::TABLE;
const MEMBERS: &str = MemberRow::TABLE;
const MESSAGES: &str = MessageRow::TABLE;

/// The words of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::storage) struct Words {
    pub(in crate::storage) chat_id: Uuid,
    pub(in crate::storage) seq: i64,
    /// The change number of the sending.
    pub(in crate::storage) change: i64,
    /// With a space between them; never empty.
    pub(in crate::storage) words: String,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub(in crate::storage) struct WantedWords {
    /// For each chat what a message must have.
    pub(in crate::storage) terms: Vec<Vec<Term>>,
    pub(in crate::storage) sender_id: Option<Uuid>,
    pub(in crate::storage) before_ms: Option<i64>,
    pub(in crate::storage) since_ms: Option<i64>,
    pub(in crate::storage) up_to: i64,
    /// Not below this change number.
    pub(in crate::storage) from: i64,
    pub(in crate::storage) limit: i64,
}

/// Where something was found: chat, place and the change number of the sending.
pub(in crate::storage) type Found = (Uuid, i64, i64);

/// The words of a text in a chat; nothing when there are none.
fn words_of(number: i64, (chat_id, seq, change): Found, text: &str) -> Option<Words> {
    let words: Vec<String> = matching::terms(text)
        .iter()
        .map(|term| format!("{number}_{term}"))
        .collect();
    (!words.is_empty()).then(|| Words {
        chat_id,
        seq,
        change,
        words: words.join(" "),
    })
}

/// The part of a chat that is in the index: its place, 0 without any.
fn indexed_seq() -> Expr {
    let indexed = Expr::col((TABLE, "indexed_seq"));
    Func::coalesce([indexed, Expr::val(0_i64)]).into()
}

/// Chats with messages that are not in the index.
fn behind(limit: u32) -> SelectStatement {
    Query::select()
        .column((CHATS, "id"))
        .from(CHATS)
        .join(
            JoinType::LeftJoin,
            TABLE,
            Expr::col((TABLE, "chat_id")).equals((CHATS, "id")),
        )
        .and_where(Expr::col((CHATS, "last_seq")).gt(indexed_seq()))
        .limit(u64::from(limit))
        .take()
}

/// The next messages of a chat, oldest first.
fn next(chat_id: Uuid, after: i64, limit: u32) -> SelectStatement {
    MessageRow::select()
        .and_where(Expr::col((MESSAGES, "chat_id")).eq(chat_id))
        .and_where(Expr::col((MESSAGES, "seq")).gt(after))
        .order_by((MESSAGES, "seq"), Order::Asc)
        .limit(u64::from(limit))
        .take()
}

/// Messages of a person's present chats that are not in the index.
fn unindexed(
    (user_id, chat_id): (UserId, Option<ChatId>),
    after: Option<(ChatId, u64)>,
    limit: u32,
) -> SelectStatement {
    let place = ["chat_id", "seq"].map(|column| Expr::col((MESSAGES, column)));
    let after = after.map(|(chat_id, seq)| {
        let after = Expr::tuple([Expr::val(chat_id.0), Expr::val(signed(seq))]);
        Expr::tuple(place).gt(after)
    });
    let chat = chat_id.map(|chat_id| Expr::col((MEMBERS, "chat_id")).eq(chat_id.0));
    MessageRow::select()
        .inner_join(
            MEMBERS,
            Expr::col((MEMBERS, "chat_id")).equals((MESSAGES, "chat_id")),
        )
        .join(
            JoinType::LeftJoin,
            TABLE,
            Expr::col((TABLE, "chat_id")).equals((MEMBERS, "chat_id")),
        )
        .and_where(Expr::col((MEMBERS, "user_id")).eq(user_id.0))
        .and_where(Expr::col((MEMBERS, "has_left")).eq(false))
        .and_where_option(chat)
        .and_where(Expr::col((MESSAGES, "seq")).gt(indexed_seq()))
        .and_where_option(after)
        .order_by((MESSAGES, "chat_id"), Order::Asc)
        .order_by((MESSAGES, "seq"), Order::Asc)
        .limit(u64::from(limit))
        .take()
}

impl<C: Connection> SqlTransaction<C> {
    /// How far a chat is in the index; it gets a number when it has none.
    async fn indexed(&mut self, chat_id: ChatId) -> Result<IndexedRow, StorageError> {
        let select = IndexedRow::select()
            .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id.0))
            .take();
        let found: Vec<IndexedRow> = self.connection.read("find in the index", &select).await?;
        if let Some(found) = found.into_iter().next() {
            return Ok(found);
        }
        let newest = Query::select()
            .expr(Func::max(Expr::col("number")))
            .from(TABLE)
            .take();
        let newest: Vec<(Option<i64>,)> = self.connection.read("number a chat", &newest).await?;
        let newest = newest.first().and_then(|(number,)| *number);
        Ok(IndexedRow {
            chat_id: chat_id.0,
            number: newest.unwrap_or(0) + 1,
            indexed_seq: 0,
        })
    }

    /// Messages with the change numbers of their sending, in the order of the rows.
    async fn changed(
        &mut self,
        rows: Vec<MessageRow>,
    ) -> Result<Vec<Changed<Message>>, StorageError> {
        let changes: Vec<i64> = rows.iter().map(|row| row.change).collect();
        let messages = self.whole(rows).await?;
        let changed = |(value, change)| {
            Ok(Changed {
                change: unsigned(change)?,
                value,
            })
        };
        messages.into_iter().zip(changes).map(changed).collect()
    }

    /// Brings the words of a message that changes in step, before it changes.
    pub(super) async fn reindex(&mut self, message: &Message) -> Result<(), StorageError> {
        let place = (message.chat_id.0, signed(message.seq));
        let select = Query::select()
            .columns([(MESSAGES, "text"), (MESSAGES, "change")].map(|column| column))
            .column((TABLE, "number"))
            .from(MESSAGES)
            .inner_join(
                TABLE,
                Expr::col((TABLE, "chat_id")).equals((MESSAGES, "chat_id")),
            )
            .and_where(Expr::col((MESSAGES, "chat_id")).eq(place.0))
            .and_where(Expr::col((MESSAGES, "seq")).eq(place.1))
            .and_where(Expr::col((TABLE, "indexed_seq")).gte(place.1))
            .take();
        let found: Vec<(String, i64, i64)> = self.connection.read("find words", &select).await?;
        let Some((text, change, number)) = found.into_iter().next() else {
            return Ok(());
        };
        if text == message.text {
            return Ok(());
        }
        let place = (place.0, place.1, change);
        if let Some(words) = words_of(number, place, &text) {
            self.connection.remove_words(words).await?;
        }
        let words: Vec<Words> = words_of(number, place, &message.text).into_iter().collect();
        self.connection.add_words(words).await
    }

    /// The numbers of chats in the index, and what is wanted of each.
    async fn wanted(&mut self, filter: &WordFilter) -> Result<WantedWords, StorageError> {
        let mut terms = Vec::with_capacity(filter.chat_ids.len());
        for chat_ids in filter.chat_ids.chunks(CHUNK_ROWS) {
            let select = IndexedRow::select()
                .and_where(Expr::col((TABLE, "chat_id")).is_in(chat_ids.iter().map(|id| id.0)))
                .take();
            let rows: Vec<IndexedRow> = self.connection.read("find in the index", &select).await?;
            terms.extend(rows.iter().map(|row| numbered(row.number, &filter.terms)));
        }
        Ok(WantedWords {
            terms,
            sender_id: filter.sender_id.map(|id| id.0),
            before_ms: filter.before_ms,
            since_ms: filter.since_ms,
            up_to: filter.up_to.map_or(i64::MAX >> PLACE_BITS, signed),
            from: 0,
            limit: i64::from(filter.limit),
        })
    }
}

/// Bits of a place in SQLite's index beside the change number.
pub(in crate::storage) const PLACE_BITS: u32 = 16;

/// Terms within a chat.
fn numbered(number: i64, terms: &[Term]) -> Vec<Term> {
    let numbered = |term: &Term| Term {
        text: format!("{number}_{}", term.text),
        is_prefix: term.is_prefix,
    };
    terms.iter().map(numbered).collect()
}

#[async_trait]
impl<C: Connection> SearchRepository for SqlTransaction<C> {
    async fn list_behind(&mut self, limit: u32) -> Result<Vec<ChatId>, StorageError> {
        let rows: Vec<(Uuid,)> = self.connection.read("list chats", &behind(limit)).await?;
        Ok(rows.into_iter().map(|(id,)| id.into()).collect())
    }

    async fn index_next(&mut self, chat_id: ChatId, limit: u32) -> Result<u32, StorageError> {
        let mut indexed = self.indexed(chat_id).await?;
        let select = next(chat_id.0, indexed.indexed_seq, limit);
        let rows: Vec<MessageRow> = self.connection.read("find messages", &select).await?;
        let Some(last) = rows.last() else {
            return Ok(0);
        };
        indexed.indexed_seq = last.seq;
        let words = |row: &MessageRow| {
            words_of(
                indexed.number,
                (row.chat_id, row.seq, row.change),
                &row.text,
            )
        };
        let words: Vec<Words> = rows.iter().filter_map(words).collect();
        self.connection.add_words(words).await?;
        let upsert = IndexedRow::insert([indexed])
            .on_conflict(
                OnConflict::column("chat_id")
                    .update_column("indexed_seq")
                    .to_owned(),
            )
            .take();
        self.connection
            .write("note what is indexed", &upsert)
            .await?;
        Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }

    async fn find(&mut self, filter: &WordFilter) -> Result<Vec<Changed<Message>>, StorageError> {
        let mut wanted = self.wanted(filter).await?;
        if wanted.terms.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = self.connection.find_words(&wanted).await?;
        if let Some(&(_, _, last)) = found
            .last()
            .filter(|_| found.len() == filter.limit as usize)
        {
            // All of the last number: its own list, which replaces the part of it.
            (wanted.up_to, wanted.from, wanted.limit) = (last, last, i64::MAX);
            let whole = self.connection.find_words(&wanted).await?;
            found.retain(|(_, _, change)| *change > last);
            found.extend(whole);
        }
        let order: HashMap<(Uuid, i64), usize> = found
            .iter()
            .enumerate()
            .map(|(index, (chat_id, seq, _))| ((*chat_id, *seq), index))
            .collect();
        let mut rows: Vec<MessageRow> = Vec::with_capacity(found.len());
        for found in found.chunks(CHUNK_ROWS) {
            let places: Result<Vec<_>, StorageError> = found
                .iter()
                .map(|(chat_id, seq, _)| Ok((ChatId(*chat_id), unsigned(*seq)?)))
                .collect();
            let select = super::messages::at(&places?);
            rows.extend(
                self.connection
                    .read::<MessageRow>("find messages", &select)
                    .await?,
            );
        }
        rows.sort_by_key(|row| order.get(&(row.chat_id, row.seq)).copied());
        self.changed(rows).await
    }

    async fn list_unindexed(
        &mut self,
        whose: (UserId, Option<ChatId>),
        after: Option<(ChatId, u64)>,
        limit: u32,
    ) -> Result<Vec<Changed<Message>>, StorageError> {
        let select = unindexed(whose, after, limit);
        let rows: Vec<MessageRow> = self.connection.read("find messages", &select).await?;
        self.changed(rows).await
    }

    async fn clear(&mut self) -> Result<(), StorageError> {
        self.connection.clear_words().await?;
        let remove = Query::delete().from_table(TABLE).take();
        self.connection.write("empty the index", &remove).await?;
        Ok(())
    }
}
