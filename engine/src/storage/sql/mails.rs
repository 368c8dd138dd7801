//! The outbox of mail in SQL.

use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, Func, Order, Query};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, row, small},
};
use crate::{
    domain::mail::OutgoingMail,
    storage::{MailRepository, StorageError},
};

row! {
    /// A mail that waits.
    MailRow of "relay_mails" {
        id: Uuid,
        email: String,
        login_request_id: Uuid,
        languages: String,
        attempts: i64,
        due_at_ms: i64,
        expires_at_ms: i64,
    }
}

const TABLE: &str = MailRow::TABLE;

impl From<&OutgoingMail> for MailRow {
    fn from(mail: &OutgoingMail) -> Self {
        let OutgoingMail {
            id,
            to,
            login_request_id,
            languages,
            attempts,
            due_at_ms,
            expires_at_ms,
        } = mail;
        Self {
            id: *id,
            email: to.as_str().to_owned(),
            login_request_id: login_request_id.0,
            languages: languages.clone(),
            attempts: i64::from(*attempts),
            due_at_ms: *due_at_ms,
            expires_at_ms: *expires_at_ms,
        }
    }
}

impl TryFrom<MailRow> for OutgoingMail {
    type Error = StorageError;

    fn try_from(row: MailRow) -> Result<Self, StorageError> {
        let MailRow {
            id,
            email,
            login_request_id,
            languages,
            attempts,
            due_at_ms,
            expires_at_ms,
        } = row;
        Ok(Self {
            id,
            to: row::email(&email)?,
            login_request_id: login_request_id.into(),
            languages,
            attempts: small(attempts)?,
            due_at_ms,
            expires_at_ms,
        })
    }
}

#[async_trait]
impl<C: Connection> MailRepository for SqlTransaction<C> {
    async fn insert(&mut self, mail: &OutgoingMail) -> Result<(), StorageError> {
        let insert = MailRow::insert([MailRow::from(mail)]);
        self.connection.write("insert a mail", &insert).await?;
        Ok(())
    }

    async fn list_due(
        &mut self,
        now_ms: i64,
        limit: u32,
    ) -> Result<Vec<OutgoingMail>, StorageError> {
        let select = MailRow::select()
            .and_where(Expr::col((TABLE, "due_at_ms")).lte(now_ms))
            .order_by((TABLE, "due_at_ms"), Order::Asc)
            .order_by((TABLE, "id"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows = self.connection.read::<MailRow>("list due mails", &select);
        row::all(rows.await?)
    }

    async fn next_due_at_ms(&mut self) -> Result<Option<i64>, StorageError> {
        let select = Query::select()
            .expr(Func::min(Expr::col("due_at_ms")))
            .from(TABLE)
            .take();
        let rows = self
            .connection
            .read::<(Option<i64>,)>("find a due time", &select);
        Ok(rows.await?.pop().and_then(|(due_at_ms,)| due_at_ms))
    }

    async fn count(&mut self) -> Result<u64, StorageError> {
        let select = Query::select()
            .expr(Func::count(Expr::col("id")))
            .from(TABLE)
            .take();
        let rows = self.connection.read::<(i64,)>("count mails", &select);
        let count = rows.await?.pop().map_or(0, |(count,)| count);
        Ok(count.unsigned_abs())
    }

    async fn update(&mut self, mail: &OutgoingMail) -> Result<(), StorageError> {
        let update = Query::update()
            .table(TABLE)
            .value("attempts", i64::from(mail.attempts))
            .value("due_at_ms", mail.due_at_ms)
            .and_where(Expr::col("id").eq(mail.id))
            .take();
        self.connection.write("update a mail", &update).await?;
        Ok(())
    }

    async fn remove(&mut self, id: Uuid) -> Result<bool, StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("id").eq(id))
            .take();
        let removed = self.connection.write("remove a mail", &delete).await?;
        Ok(removed > 0)
    }
}
