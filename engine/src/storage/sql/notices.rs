//! Notices in SQL.

use async_trait::async_trait;
use relaychat_protocol::ChatId;
use sea_query::{Expr, ExprTrait, Func, Order, Query};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, CHUNK_ROWS, damaged, read_row, signed, small, unsigned},
};
use crate::{
    domain::notice::{Notice, NoticeState},
    storage::{DueNotices, NoticeRepository, Retold, StorageError},
};

read_row! {
    /// A notice.
    NoticeRow of "relay_notices" {
        number: i64,
        event_id: Uuid,
        listener: String,
        kind: String,
        chat_id: Option<Uuid>,
        state: i64,
        attempts: i64,
        due_at_ms: i64,
        claimed_until_ms: i64,
        created_at_ms: i64,
        outcome: Option<String>,
        tried_at_ms: Option<i64>,
        body: String,
    }
}

const TABLE: &str = NoticeRow::TABLE;

const fn state_number(state: NoticeState) -> i64 {
    match state {
        NoticeState::Waiting => 0,
        NoticeState::Told => 1,
        NoticeState::GivenUp => 2,
        NoticeState::Held => 3,
    }
}

fn state_of(number: i64) -> Result<NoticeState, StorageError> {
    match number {
        0 => Ok(NoticeState::Waiting),
        1 => Ok(NoticeState::Told),
        2 => Ok(NoticeState::GivenUp),
        3 => Ok(NoticeState::Held),
        _ => Err(damaged("read a notice", "no state has this number")),
    }
}

/// The values of a new notice in the order of the columns, without the number, which the database
/// gives.
fn new_values(notice: &Notice) -> [sea_query::Value; 12] {
    let Notice {
        number: _,
        event_id,
        listener,
        kind,
        chat_id,
        state,
        attempts,
        due_at_ms,
        claimed_until_ms,
        created_at_ms,
        outcome,
        tried_at_ms,
        body,
    } = notice;
    [
        (*event_id).into(),
        listener.clone().into(),
        kind.clone().into(),
        chat_id.map(|id| id.0).into(),
        state_number(*state).into(),
        i64::from(*attempts).into(),
        (*due_at_ms).into(),
        (*claimed_until_ms).into(),
        (*created_at_ms).into(),
        outcome.clone().into(),
        (*tried_at_ms).into(),
        body.clone().into(),
    ]
}

impl TryFrom<NoticeRow> for Notice {
    type Error = StorageError;

    fn try_from(row: NoticeRow) -> Result<Self, StorageError> {
        let NoticeRow {
            number,
            event_id,
            listener,
            kind,
            chat_id,
            state,
            attempts,
            due_at_ms,
            claimed_until_ms,
            created_at_ms,
            outcome,
            tried_at_ms,
            body,
        } = row;
        Ok(Self {
            number: unsigned(number)?,
            event_id,
            listener,
            kind,
            chat_id: chat_id.map(ChatId),
            state: state_of(state)?,
            attempts: small(attempts)?,
            due_at_ms,
            claimed_until_ms,
            created_at_ms,
            outcome,
            tried_at_ms,
            body,
        })
    }
}

/// The waiting notices of a listener.
fn waiting(listener: &str) -> Expr {
    let is_theirs = Expr::col((TABLE, "listener")).eq(listener);
    // Written out, for the index of the waiting ones to be used.
    is_theirs.and(Expr::col((TABLE, "state")).eq(Expr::cust("0")))
}

/// What makes notices as if they had not been tried.
fn renewed(state: NoticeState) -> sea_query::UpdateStatement {
    Query::update()
        .table(TABLE)
        .value("state", state_number(state))
        .value("attempts", 0_i64)
        .value("due_at_ms", 0_i64)
        .value("claimed_until_ms", 0_i64)
        .take()
}

#[async_trait]
impl<C: Connection> NoticeRepository for SqlTransaction<C> {
    async fn insert_many(&mut self, notices: &[Notice]) -> Result<(), StorageError> {
        for notices in notices.chunks(CHUNK_ROWS) {
            let mut insert = Query::insert()
                .into_table(TABLE)
                .columns(NoticeRow::COLUMNS[1..].iter().copied())
                .take();
            for notice in notices {
                insert.values_panic(new_values(notice).map(Expr::from));
            }
            self.connection.write("insert notices", &insert).await?;
        }
        Ok(())
    }

    async fn list_due(
        &mut self,
        listener: &str,
        which: DueNotices,
        limit: u32,
    ) -> Result<Vec<Notice>, StorageError> {
        let due_at_ms = || Expr::col((TABLE, "due_at_ms"));
        let is_due = match which {
            DueNotices::New => due_at_ms().eq(0),
            DueNotices::Again(now_ms) => due_at_ms().gt(0).and(due_at_ms().lte(now_ms)),
        };
        let select = NoticeRow::select()
            .and_where(waiting(listener))
            .and_where(is_due)
            .order_by((TABLE, "due_at_ms"), Order::Asc)
            .order_by((TABLE, "number"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows = self.connection.read::<NoticeRow>("list notices", &select);
        row::all(rows.await?)
    }

    async fn list_claimed_chats(
        &mut self,
        listener: &str,
        now_ms: i64,
    ) -> Result<Vec<ChatId>, StorageError> {
        let select = Query::select()
            .distinct()
            .column((TABLE, "chat_id"))
            .from(TABLE)
            .and_where(waiting(listener))
            // A claim moves the due time as well: the index finds it.
            .and_where(Expr::col((TABLE, "due_at_ms")).gt(now_ms))
            .and_where(Expr::col((TABLE, "claimed_until_ms")).gt(now_ms))
            .and_where(Expr::col((TABLE, "chat_id")).is_not_null())
            .take();
        let rows = self.connection.read::<(Uuid,)>("list claimed", &select);
        Ok(rows.await?.into_iter().map(|(id,)| ChatId(id)).collect())
    }

    async fn next_due_at_ms(&mut self, listener: &str) -> Result<Option<i64>, StorageError> {
        let select = Query::select()
            .expr(Func::min(Expr::col((TABLE, "due_at_ms"))))
            .from(TABLE)
            .and_where(waiting(listener))
            .take();
        let rows = self
            .connection
            .read::<(Option<i64>,)>("find a due time", &select);
        Ok(rows.await?.pop().and_then(|(due_at_ms,)| due_at_ms))
    }

    async fn update(&mut self, notice: &Notice) -> Result<(), StorageError> {
        let update = Query::update()
            .table(TABLE)
            .value("state", state_number(notice.state))
            .value("attempts", i64::from(notice.attempts))
            .value("due_at_ms", notice.due_at_ms)
            .value("claimed_until_ms", notice.claimed_until_ms)
            .value("outcome", notice.outcome.clone())
            .value("tried_at_ms", notice.tried_at_ms)
            .and_where(Expr::col("number").eq(signed(notice.number)))
            .take();
        self.connection.write("update a notice", &update).await?;
        Ok(())
    }

    async fn remove(&mut self, number: u64) -> Result<(), StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("number").eq(signed(number)))
            .take();
        self.connection.write("remove a notice", &delete).await?;
        Ok(())
    }

    async fn list(
        &mut self,
        listener: &str,
        before: u64,
        limit: u32,
    ) -> Result<Vec<Notice>, StorageError> {
        let select = NoticeRow::select()
            .and_where(Expr::col((TABLE, "listener")).eq(listener))
            .and_where(Expr::col((TABLE, "number")).lt(signed(before)))
            .order_by((TABLE, "number"), Order::Desc)
            .limit(u64::from(limit))
            .take();
        let rows = self.connection.read::<NoticeRow>("list notices", &select);
        row::all(rows.await?)
    }

    async fn retell(&mut self, listener: &str, which: Retold) -> Result<u64, StorageError> {
        let is_meant = match which {
            Retold::Event(id) => Expr::col("event_id").eq(id),
            Retold::Since(at_ms) => Expr::col("created_at_ms").gte(at_ms),
        };
        let update = renewed(NoticeState::Waiting)
            .and_where(Expr::col("listener").eq(listener))
            .and_where(Expr::col("claimed_until_ms").eq(0))
            .and_where(is_meant)
            .take();
        self.connection.write("retell notices", &update).await
    }

    async fn move_all(
        &mut self,
        listener: &str,
        from: NoticeState,
        to: NoticeState,
    ) -> Result<u64, StorageError> {
        let update = renewed(to)
            .and_where(Expr::col("listener").eq(listener))
            .and_where(Expr::col("state").eq(state_number(from)))
            .take();
        self.connection.write("move notices", &update).await
    }

    async fn list_holding(
        &mut self,
        chat_id: ChatId,
        since_ms: i64,
        text: &str,
    ) -> Result<Vec<Notice>, StorageError> {
        let select = NoticeRow::select()
            .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id.0))
            .and_where(Expr::col((TABLE, "created_at_ms")).gte(since_ms))
            .and_where(C::contains(Expr::col((TABLE, "body")), text))
            .take();
        let rows = self.connection.read::<NoticeRow>("list notices", &select);
        row::all(rows.await?)
    }

    async fn rewrite(&mut self, number: u64, body: &str) -> Result<(), StorageError> {
        let update = Query::update()
            .table(TABLE)
            .value("body", body)
            .and_where(Expr::col("number").eq(signed(number)))
            .take();
        self.connection.write("rewrite a notice", &update).await?;
        Ok(())
    }

    async fn remove_before(&mut self, at_ms: i64) -> Result<u64, StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("created_at_ms").lt(at_ms))
            .take();
        self.connection.write("forget notices", &delete).await
    }
}
