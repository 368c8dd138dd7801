//! Mentions in SQL: a row for each person, and one with the nil id for everyone.

use std::collections::HashMap;

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};
use sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement, UnionType};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    members::MemberRow,
    row::{CHUNK_ROWS, row, signed, unsigned},
};
use crate::{
    domain::message::{Mentions, Message},
    storage::{MentionRepository, StorageError},
};

row! {
    /// Somebody whom a message mentions.
    MentionRow of "relay_mentions" {
        chat_id: Uuid,
        seq: i64,
        user_id: Uuid,
    }
}

const TABLE: &str = MentionRow::TABLE;
const MEMBERS: &str = MemberRow::TABLE;
/// Stands for all members; no person has it.
const EVERYONE: Uuid = Uuid::nil();

/// How many rows the mentions of a message are.
pub(super) fn row_count(mentions: &Mentions) -> i64 {
    let people = i64::try_from(mentions.user_ids.len()).unwrap_or(i64::MAX);
    people + i64::from(mentions.is_everyone)
}

fn rows_of((chat_id, seq): (ChatId, u64), mentions: &Mentions) -> Vec<MentionRow> {
    let Mentions {
        user_ids,
        is_everyone,
    } = mentions;
    let everyone = is_everyone.then_some(EVERYONE);
    let people = user_ids.iter().map(|id| id.0);
    let row = |user_id| MentionRow {
        chat_id: chat_id.0,
        seq: signed(seq),
        user_id,
    };
    people.chain(everyone).map(row).collect()
}

/// The places of messages above the read mark of a person that mention the person or everyone.
fn unread(user_id: UserId, chat_ids: &[ChatId]) -> SelectStatement {
    // Two questions: an index is read along each of them, and along one with a list seldom.
    unread_of(user_id, chat_ids, user_id.0)
        .union(UnionType::Distinct, unread_of(user_id, chat_ids, EVERYONE))
        .take()
}

fn unread_of(reader: UserId, chat_ids: &[ChatId], mentioned: Uuid) -> SelectStatement {
    Query::select()
        .columns([(TABLE, "chat_id"), (TABLE, "seq")])
        .from(MEMBERS)
        .inner_join(
            TABLE,
            Expr::col((TABLE, "chat_id")).equals((MEMBERS, "chat_id")),
        )
        .and_where(Expr::col((MEMBERS, "user_id")).eq(reader.0))
        .and_where(Expr::col((MEMBERS, "chat_id")).is_in(chat_ids.iter().map(|id| id.0)))
        .and_where(Expr::col((TABLE, "user_id")).eq(mentioned))
        .and_where(Expr::col((TABLE, "seq")).gt(Expr::col((MEMBERS, "read_seq"))))
        .take()
}

/// How many rows there are for a message.
pub(super) fn mentions_at(chat_id: Uuid, seq: i64) -> Expr {
    let count = Query::select()
        .expr(Func::count(Expr::col((TABLE, "user_id"))))
        .from(TABLE)
        .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id))
        .and_where(Expr::col((TABLE, "seq")).eq(seq))
        .take();
    Expr::from(count)
}

impl<C: Connection> SqlTransaction<C> {
    /// Writes whom new messages mention.
    pub(super) async fn mention(&mut self, messages: &[Message]) -> Result<(), StorageError> {
        let rows = messages
            .iter()
            .flat_map(|one| rows_of((one.chat_id, one.seq), &one.mentions));
        self.insert_mentions(rows.collect()).await
    }

    async fn insert_mentions(&mut self, mut rows: Vec<MentionRow>) -> Result<(), StorageError> {
        while !rows.is_empty() {
            let chunk = rows.drain(..rows.len().min(CHUNK_ROWS));
            let insert = MentionRow::insert(chunk);
            self.connection.write("insert mentions", &insert).await?;
        }
        Ok(())
    }

    /// The mentions of messages, by their places.
    pub(super) async fn mentions_of(
        &mut self,
        places: &[(Uuid, i64)],
    ) -> Result<HashMap<(Uuid, i64), Mentions>, StorageError> {
        let mut found: HashMap<_, Mentions> = HashMap::new();
        for places in places.chunks(CHUNK_ROWS) {
            let select = MentionRow::select()
                .from_values(places.to_vec(), "wanted")
                .and_where(Expr::col((TABLE, "chat_id")).equals(("wanted", "column1")))
                .and_where(Expr::col((TABLE, "seq")).equals(("wanted", "column2")))
                .order_by((TABLE, "user_id"), Order::Asc)
                .take();
            let rows: Vec<MentionRow> = self.connection.read("find mentions", &select).await?;
            for row in rows {
                let mentions = found.entry((row.chat_id, row.seq)).or_default();
                match row.user_id {
                    EVERYONE => mentions.is_everyone = true,
                    user_id => mentions.user_ids.push(user_id.into()),
                }
            }
        }
        Ok(found)
    }

    pub(super) async fn remove_mentions(
        &mut self,
        (chat_id, seq): (ChatId, u64),
    ) -> Result<(), StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("chat_id").eq(chat_id.0))
            .and_where(Expr::col("seq").eq(signed(seq)))
            .take();
        self.connection.write("remove mentions", &delete).await?;
        Ok(())
    }
}

#[async_trait]
impl<C: Connection> MentionRepository for SqlTransaction<C> {
    async fn replace(
        &mut self,
        place: (ChatId, u64),
        mentions: &Mentions,
    ) -> Result<(), StorageError> {
        self.remove_mentions(place).await?;
        self.insert_mentions(rows_of(place, mentions)).await
    }

    async fn list_unread(
        &mut self,
        user_id: UserId,
        chat_ids: &[ChatId],
    ) -> Result<Vec<(ChatId, u64)>, StorageError> {
        let mut found = Vec::new();
        for chat_ids in chat_ids.chunks(CHUNK_ROWS) {
            let select = unread(user_id, chat_ids);
            let rows = self
                .connection
                .read::<(Uuid, i64)>("list unread mentions", &select);
            for (chat_id, seq) in rows.await? {
                found.push((chat_id.into(), unsigned(seq)?));
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}
