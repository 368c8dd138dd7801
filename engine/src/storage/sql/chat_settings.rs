//! What members set for themselves, in SQL.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, CHUNK_ROWS, row, signed, unsigned},
};
use crate::{
    domain::{chat_settings::ChatSettings, member::Member},
    storage::{ChatSettingsRepository, StorageError},
};

row! {
    /// What one member set for one chat.
    ChatSettingsRow of "relay_chat_settings" {
        user_id: Uuid,
        chat_id: Uuid,
        revision: i64,
        pinned_at_ms: Option<i64>,
        is_archived: bool,
        is_marked_unread: bool,
        muted_until_ms: Option<i64>,
        draft: Option<String>,
        change: i64,
    }
}

const TABLE: &str = ChatSettingsRow::TABLE;

impl TryFrom<ChatSettingsRow> for ChatSettings {
    type Error = StorageError;

    fn try_from(row: ChatSettingsRow) -> Result<Self, StorageError> {
        let ChatSettingsRow {
            user_id,
            chat_id,
            revision,
            pinned_at_ms,
            is_archived,
            is_marked_unread,
            muted_until_ms,
            draft,
            change: _,
        } = row;
        Ok(Self {
            user_id: user_id.into(),
            chat_id: chat_id.into(),
            revision: unsigned(revision)?,
            pinned_at_ms,
            is_archived,
            is_marked_unread,
            muted_until_ms,
            draft,
        })
    }
}

/// Everything a person set.
fn of(user_id: UserId) -> SelectStatement {
    ChatSettingsRow::select()
        .and_where(Expr::col((TABLE, "user_id")).eq(user_id.0))
        .take()
}

/// What a person set and changed after `since`.
pub(super) fn changed_settings(user_id: UserId, since: u64) -> SelectStatement {
    of(user_id)
        .and_where(Expr::col((TABLE, "change")).gt(signed(since)))
        .take()
}

impl<C: Connection> SqlTransaction<C> {
    /// Forgets what those set who have left. Nobody is told: they are told to forget the chat.
    pub(super) async fn forget_settings_of_former(
        &mut self,
        members: &[Member],
    ) -> Result<(), StorageError> {
        let former = members.iter().filter(|member| member.has_left);
        let former: Vec<_> = former.map(|one| (one.user_id.0, one.chat_id.0)).collect();
        for pairs in former.chunks(CHUNK_ROWS) {
            let wanted = pairs
                .iter()
                .map(|(user_id, chat_id)| Expr::tuple([Expr::val(*user_id), Expr::val(*chat_id)]));
            let place = Expr::tuple(["user_id", "chat_id"].map(Expr::col));
            let delete = Query::delete()
                .from_table(TABLE)
                .and_where(place.is_in(wanted))
                .take();
            self.connection.write("forget settings", &delete).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl<C: Connection> ChatSettingsRepository for SqlTransaction<C> {
    async fn upsert(&mut self, settings: &ChatSettings) -> Result<(), StorageError> {
        let ChatSettings {
            user_id,
            chat_id,
            revision,
            pinned_at_ms,
            is_archived,
            is_marked_unread,
            muted_until_ms,
            draft,
        } = settings;
        let row = ChatSettingsRow {
            user_id: user_id.0,
            chat_id: chat_id.0,
            revision: signed(*revision),
            pinned_at_ms: *pinned_at_ms,
            is_archived: *is_archived,
            is_marked_unread: *is_marked_unread,
            muted_until_ms: *muted_until_ms,
            draft: draft.clone(),
            change: self.change().await?,
        };
        let replace = OnConflict::columns(["user_id", "chat_id"])
            .update_columns(ChatSettingsRow::COLUMNS.iter().skip(2).copied())
            .to_owned();
        let upsert = ChatSettingsRow::insert([row])
            .on_conflict(replace)
            .to_owned();
        self.connection.write("upsert settings", &upsert).await?;
        Ok(())
    }

    async fn find_many(
        &mut self,
        user_id: UserId,
        chat_ids: &[ChatId],
    ) -> Result<Vec<ChatSettings>, StorageError> {
        let mut found = Vec::new();
        for chat_ids in chat_ids.chunks(CHUNK_ROWS) {
            let ids = chat_ids.iter().map(|id| id.0);
            let select = of(user_id)
                .and_where(Expr::col((TABLE, "chat_id")).is_in(ids))
                .take();
            let rows = self
                .connection
                .read::<ChatSettingsRow>("find settings", &select);
            found.extend(row::all::<_, ChatSettings>(rows.await?)?);
        }
        Ok(found)
    }

    async fn list(
        &mut self,
        user_id: UserId,
        after: Option<ChatId>,
        limit: u32,
    ) -> Result<Vec<ChatSettings>, StorageError> {
        let place = || Expr::col((TABLE, "chat_id"));
        let select = of(user_id)
            .and_where_option(after.map(|chat_id| place().gt(chat_id.0)))
            .order_by((TABLE, "chat_id"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows = self
            .connection
            .read::<ChatSettingsRow>("list settings", &select);
        row::all(rows.await?)
    }

    async fn list_pinned(&mut self, user_id: UserId) -> Result<Vec<ChatId>, StorageError> {
        let select = Query::select()
            .column("chat_id")
            .from(TABLE)
            .and_where(Expr::col("user_id").eq(user_id.0))
            .and_where(Expr::col("pinned_at_ms").is_not_null())
            .take();
        let rows: Vec<(Uuid,)> = self.connection.read("list pinned chats", &select).await?;
        Ok(rows.into_iter().map(|(id,)| ChatId(id)).collect())
    }

    async fn remove_all(&mut self, user_id: UserId) -> Result<(), StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("user_id").eq(user_id.0))
            .take();
        self.connection.write("remove settings", &delete).await?;
        Ok(())
    }
}
