//! Links to groups, in SQL.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, InviteId};
use sea_query::{Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, CHUNK_ROWS, row, signed, unsigned},
};
use crate::{
    domain::invite::Invite,
    storage::{InviteRepository, StorageError},
};

row! {
    /// A link to a group.
    InviteRow of "relay_invites" {
        id: Uuid,
        chat_id: Uuid,
        created_by: Uuid,
        created_at_ms: i64,
        expires_at_ms: Option<i64>,
        max_uses: Option<i64>,
        uses: i64,
    }
}

const TABLE: &str = InviteRow::TABLE;

impl From<&Invite> for InviteRow {
    fn from(invite: &Invite) -> Self {
        let Invite {
            id,
            chat_id,
            created_by,
            created_at_ms,
            expires_at_ms,
            max_uses,
            uses,
        } = invite;
        Self {
            id: id.0,
            chat_id: chat_id.0,
            created_by: created_by.0,
            created_at_ms: *created_at_ms,
            expires_at_ms: *expires_at_ms,
            max_uses: max_uses.map(signed),
            uses: signed(*uses),
        }
    }
}

impl TryFrom<InviteRow> for Invite {
    type Error = StorageError;

    fn try_from(row: InviteRow) -> Result<Self, StorageError> {
        let InviteRow {
            id,
            chat_id,
            created_by,
            created_at_ms,
            expires_at_ms,
            max_uses,
            uses,
        } = row;
        Ok(Self {
            id: id.into(),
            chat_id: chat_id.into(),
            created_by: created_by.into(),
            created_at_ms,
            expires_at_ms,
            max_uses: max_uses.map(unsigned).transpose()?,
            uses: unsigned(uses)?,
        })
    }
}

#[async_trait]
impl<C: Connection> InviteRepository for SqlTransaction<C> {
    async fn insert(&mut self, invite: &Invite) -> Result<(), StorageError> {
        let insert = InviteRow::insert([InviteRow::from(invite)]);
        self.connection.write("insert an invite", &insert).await?;
        Ok(())
    }

    async fn update_uses(&mut self, id: InviteId, uses: u64) -> Result<(), StorageError> {
        let update = Query::update()
            .table(TABLE)
            .value("uses", signed(uses))
            .and_where(Expr::col("id").eq(id.0))
            .take();
        self.connection.write("use an invite", &update).await?;
        Ok(())
    }

    async fn find(&mut self, id: InviteId) -> Result<Option<Invite>, StorageError> {
        let select = InviteRow::select()
            .and_where(Expr::col((TABLE, "id")).eq(id.0))
            .take();
        let rows = self.connection.read::<InviteRow>("find an invite", &select);
        Ok(row::all::<_, Invite>(rows.await?)?.pop())
    }

    async fn list(&mut self, chat_id: ChatId) -> Result<Vec<Invite>, StorageError> {
        let select = InviteRow::select()
            .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id.0))
            .order_by((TABLE, "id"), Order::Desc)
            .take();
        let rows = self.connection.read::<InviteRow>("list invites", &select);
        row::all(rows.await?)
    }

    async fn remove(&mut self, ids: &[InviteId]) -> Result<(), StorageError> {
        for ids in ids.chunks(CHUNK_ROWS) {
            let delete = Query::delete()
                .from_table(TABLE)
                .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.0)))
                .take();
            self.connection.write("remove invites", &delete).await?;
        }
        Ok(())
    }
}
