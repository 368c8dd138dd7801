//! Reactions in SQL.

use std::collections::HashMap;

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};
use sea_query::{
    Alias, Expr, ExprTrait, Func, OnConflict, Order, OverStatement, Query, SelectStatement,
    WindowStatement,
};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{CHUNK_ROWS, row, signed, unsigned},
};
use crate::{
    domain::message::{Reaction, UserReaction},
    limits::USERS_PER_REACTION,
    storage::{Changed, ReactionRepository, StorageError},
};

row! {
    /// How one person reacted to a message.
    ReactionRow of "relay_reactions" {
        chat_id: Uuid,
        seq: i64,
        emoji: String,
        user_id: Uuid,
        reacted_at_ms: i64,
        change: i64,
    }
}

const TABLE: &str = ReactionRow::TABLE;
/// The columns that a person is named by, of those who reacted first with an emoji.
const FIRST: &str = "first";

/// How many reactions there are to a message.
pub(super) fn reactions_at(chat_id: Uuid, seq: i64) -> Expr {
    let count = Query::select()
        .expr(Func::count(Expr::col((TABLE, "user_id"))))
        .from(TABLE)
        .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id))
        .and_where(Expr::col((TABLE, "seq")).eq(seq))
        .take();
    Expr::from(count)
}

/// The first people for each emoji under some messages, with the number of all of them.
fn firsts(places: &[(Uuid, i64)]) -> SelectStatement {
    let emoji = || {
        WindowStatement::new()
            .partition_by((TABLE, "chat_id"))
            .partition_by((TABLE, "seq"))
            .partition_by((TABLE, "emoji"))
            .take()
    };
    let in_order = emoji()
        .order_by((TABLE, "change"), Order::Asc)
        .order_by((TABLE, "user_id"), Order::Asc)
        .take();
    let all = Query::select()
        .columns(["chat_id", "seq", "emoji", "user_id", "change"].map(|name| (TABLE, name)))
        .expr_window_as(Func::cust("ROW_NUMBER"), in_order, Alias::new("place"))
        .expr_window_as(
            Func::count(Expr::col((TABLE, "user_id"))),
            emoji(),
            Alias::new("total"),
        )
        .from(TABLE)
        .from_values(places.to_vec(), "wanted")
        .and_where(Expr::col((TABLE, "chat_id")).equals(("wanted", "column1")))
        .and_where(Expr::col((TABLE, "seq")).equals(("wanted", "column2")))
        .take();
    Query::select()
        .columns(["chat_id", "seq", "emoji", "user_id", "total"].map(|name| (FIRST, name)))
        .from_subquery(all, FIRST)
        .and_where(Expr::col((FIRST, "place")).lte(USERS_PER_REACTION as i64))
        .order_by((FIRST, "change"), Order::Asc)
        .order_by((FIRST, "user_id"), Order::Asc)
        .order_by((FIRST, "emoji"), Order::Asc)
        .take()
}

/// Adds a person to the reactions of a message, of whom those come first that reacted first.
fn add(reactions: &mut Vec<Reaction>, emoji: String, user_id: UserId, count: u64) {
    match reactions.iter_mut().find(|known| known.emoji == emoji) {
        Some(known) => known.user_ids.push(user_id),
        None => reactions.push(Reaction {
            emoji,
            count,
            user_ids: vec![user_id],
        }),
    }
}

impl<C: Connection> SqlTransaction<C> {
    /// The reactions to messages, by their places.
    pub(super) async fn reactions_of(
        &mut self,
        places: &[(Uuid, i64)],
    ) -> Result<HashMap<(Uuid, i64), Vec<Reaction>>, StorageError> {
        let mut reactions: HashMap<_, Vec<Reaction>> = HashMap::new();
        for places in places.chunks(CHUNK_ROWS) {
            let select = firsts(places);
            let rows = self
                .connection
                .read::<(Uuid, i64, String, Uuid, i64)>("find reactions", &select);
            for (chat_id, seq, emoji, user_id, total) in rows.await? {
                let here = reactions.entry((chat_id, seq)).or_default();
                add(here, emoji, user_id.into(), unsigned(total)?);
            }
        }
        Ok(reactions)
    }

    pub(super) async fn remove_reactions(
        &mut self,
        chat_id: ChatId,
        seq: u64,
    ) -> Result<(), StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("chat_id").eq(chat_id.0))
            .and_where(Expr::col("seq").eq(signed(seq)))
            .take();
        self.connection.write("remove reactions", &delete).await?;
        Ok(())
    }
}

#[async_trait]
impl<C: Connection> ReactionRepository for SqlTransaction<C> {
    async fn insert(
        &mut self,
        place: (ChatId, u64),
        reaction: &UserReaction,
    ) -> Result<bool, StorageError> {
        let UserReaction {
            emoji,
            user_id,
            reacted_at_ms,
        } = reaction.clone();
        let change = self.change().await?;
        let row = ReactionRow {
            chat_id: place.0.0,
            seq: signed(place.1),
            emoji,
            user_id: user_id.0,
            reacted_at_ms,
            change,
        };
        let known = OnConflict::columns(["chat_id", "seq", "emoji", "user_id"])
            .do_nothing()
            .to_owned();
        let insert = ReactionRow::insert([row]).on_conflict(known).to_owned();
        Ok(self.connection.write("insert a reaction", &insert).await? > 0)
    }

    async fn remove(
        &mut self,
        place: (ChatId, u64),
        emoji: &str,
        user_id: UserId,
    ) -> Result<bool, StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("chat_id").eq(place.0.0))
            .and_where(Expr::col("seq").eq(signed(place.1)))
            .and_where(Expr::col("emoji").eq(emoji))
            .and_where(Expr::col("user_id").eq(user_id.0))
            .take();
        Ok(self.connection.write("remove a reaction", &delete).await? > 0)
    }

    async fn list(
        &mut self,
        place: (ChatId, u64),
        emoji: &str,
        after: Option<(u64, UserId)>,
        limit: u32,
    ) -> Result<Vec<Changed<UserReaction>>, StorageError> {
        let mut select = ReactionRow::select()
            .and_where(Expr::col((TABLE, "chat_id")).eq(place.0.0))
            .and_where(Expr::col((TABLE, "seq")).eq(signed(place.1)))
            .and_where(Expr::col((TABLE, "emoji")).eq(emoji))
            .order_by((TABLE, "change"), Order::Asc)
            .order_by((TABLE, "user_id"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        if let Some((change, user_id)) = after {
            let place = ["change", "user_id"].map(|column| Expr::col((TABLE, column)));
            let after = Expr::tuple([Expr::val(signed(change)), Expr::val(user_id.0)]);
            select.and_where(Expr::tuple(place).gt(after));
        }
        let rows = self
            .connection
            .read::<ReactionRow>("list reactions", &select);
        let reaction = |row: ReactionRow| {
            let ReactionRow {
                chat_id: _,
                seq: _,
                emoji,
                user_id,
                reacted_at_ms,
                change,
            } = row;
            let value = UserReaction {
                emoji,
                user_id: user_id.into(),
                reacted_at_ms,
            };
            let change = unsigned(change)?;
            Ok(Changed { change, value })
        };
        rows.await?.into_iter().map(reaction).collect()
    }
}
