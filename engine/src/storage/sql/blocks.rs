//! Who blocks whom, in SQL.

use async_trait::async_trait;
use relaychat_protocol::UserId;
use sea_query::{Cond, Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, CHUNK_ROWS, row},
};
use crate::{
    domain::block::Block,
    storage::{BlockRepository, StorageError},
};

row! {
    /// One person blocks another.
    BlockRow of "relay_blocks" {
        blocker_id: Uuid,
        blocked_id: Uuid,
        created_at_ms: i64,
    }
}

const TABLE: &str = BlockRow::TABLE;

impl From<&Block> for BlockRow {
    fn from(block: &Block) -> Self {
        let Block {
            blocker_id,
            blocked_id,
            created_at_ms,
        } = block;
        Self {
            blocker_id: blocker_id.0,
            blocked_id: blocked_id.0,
            created_at_ms: *created_at_ms,
        }
    }
}

impl TryFrom<BlockRow> for Block {
    type Error = StorageError;

    fn try_from(row: BlockRow) -> Result<Self, StorageError> {
        let BlockRow {
            blocker_id,
            blocked_id,
            created_at_ms,
        } = row;
        Ok(Self {
            blocker_id: blocker_id.into(),
            blocked_id: blocked_id.into(),
            created_at_ms,
        })
    }
}

/// Those who block a person: a subquery.
pub(super) fn blockers_of(user_id: UserId) -> SelectStatement {
    Query::select()
        .column((TABLE, "blocker_id"))
        .from(TABLE)
        .and_where(Expr::col((TABLE, "blocked_id")).eq(user_id.0))
        .take()
}

#[async_trait]
impl<C: Connection> BlockRepository for SqlTransaction<C> {
    async fn insert(&mut self, block: &Block) -> Result<bool, StorageError> {
        let once = OnConflict::columns(["blocker_id", "blocked_id"])
            .do_nothing()
            .to_owned();
        let insert = BlockRow::insert([BlockRow::from(block)])
            .on_conflict(once)
            .to_owned();
        let added = self.connection.write("insert a block", &insert).await? > 0;
        if added {
            self.change().await?;
        }
        Ok(added)
    }

    async fn remove(
        &mut self,
        blocker_id: UserId,
        blocked_id: UserId,
    ) -> Result<bool, StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("blocker_id").eq(blocker_id.0))
            .and_where(Expr::col("blocked_id").eq(blocked_id.0))
            .take();
        let was_there = self.connection.write("remove a block", &delete).await? > 0;
        if was_there {
            self.change().await?;
        }
        Ok(was_there)
    }

    async fn exists(
        &mut self,
        blocker_id: UserId,
        blocked_id: UserId,
    ) -> Result<bool, StorageError> {
        let select = BlockRow::select()
            .and_where(Expr::col((TABLE, "blocker_id")).eq(blocker_id.0))
            .and_where(Expr::col((TABLE, "blocked_id")).eq(blocked_id.0))
            .take();
        let rows = self.connection.read::<BlockRow>("find a block", &select);
        Ok(!rows.await?.is_empty())
    }

    async fn list(
        &mut self,
        blocker_id: UserId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Block>, StorageError> {
        let place = || Expr::col((TABLE, "blocked_id"));
        let select = BlockRow::select()
            .and_where(Expr::col((TABLE, "blocker_id")).eq(blocker_id.0))
            .and_where_option(after.map(|user_id| place().gt(user_id.0)))
            .order_by((TABLE, "blocked_id"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows = self.connection.read::<BlockRow>("list blocks", &select);
        row::all(rows.await?)
    }

    async fn list_about(&mut self, user_ids: &[UserId]) -> Result<Vec<Block>, StorageError> {
        let mut found = Vec::new();
        for user_ids in user_ids.chunks(CHUNK_ROWS) {
            let is_one = |column: &'static str| {
                Expr::col((TABLE, column)).is_in(user_ids.iter().map(|id| id.0))
            };
            let select = BlockRow::select()
                .cond_where(
                    Cond::any()
                        .add(is_one("blocker_id"))
                        .add(is_one("blocked_id")),
                )
                .take();
            let rows = self
                .connection
                .read::<BlockRow>("list blocks about", &select);
            found.extend(row::all::<_, Block>(rows.await?)?);
        }
        Ok(found)
    }

    async fn remove_all(&mut self, user_id: UserId) -> Result<(), StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("blocker_id").eq(user_id.0))
            .take();
        self.connection.write("remove blocks", &delete).await?;
        Ok(())
    }
}
