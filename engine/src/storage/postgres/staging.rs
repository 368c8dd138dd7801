//! Writing into a transaction of the host, on the host's own connection.
//!
//! Nothing here takes the turn or any other lock that another transaction of the host or the engine
//! would wait for: rows of one table are added, and a notice is left that PostgreSQL sends when the
//! host commits. Statements name the schema, since the connection's search path is the host's.
//!
//! [`Waiting`] is the other end: a connection of our own that hears those notices.

use sea_query::{Expr, ExprTrait, PostgresQueryBuilder, Query};
use sea_query_sqlx::SqlxBinder;
use sqlx::{
    AssertSqlSafe, PgConnection, PgPool,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{error::storage_error, schema::Schema};
use crate::{
    domain::{host_key::HostKey, staged::StagedMessage},
    storage::{StorageError, StorageErrorKind, sql::staged},
};

/// A connection of the host, inside its transaction; `&mut transaction` of sqlx becomes one.
pub type HostConnection = PgConnection;

/// The engine's tables, seen from a transaction of the host.
#[derive(Debug)]
pub(crate) struct Staging<'a> {
    connection: &'a mut PgConnection,
    schema: Schema,
}

/// Whom a host names.
pub(crate) enum Named<'a> {
    External(&'a str),
    Id(Uuid),
}

impl<'a> Staging<'a> {
    pub(crate) fn new(
        connection: &'a mut HostConnection,
        schema: &str,
    ) -> Result<Self, StorageError> {
        let schema = Schema::new(Some(schema))?;
        Ok(Self { connection, schema })
    }

    /// The person, unless they may not write: their id and name.
    pub(crate) async fn find_user(
        &mut self,
        named: Named<'_>,
    ) -> Result<Option<(Uuid, String)>, StorageError> {
        let is_named = match named {
            Named::External(id) => Expr::col("external_id").eq(id),
            Named::Id(id) => Expr::col("id").eq(id),
        };
        let select = Query::select()
            .columns(["id", "name"])
            .from(self.table("relay_users"))
            .and_where(is_named)
            .and_where(Expr::col("status").eq(0))
            .take();
        self.read("find a sender", &select).await
    }

    /// The chat of an object.
    pub(crate) async fn find_chat(&mut self, key: &HostKey) -> Result<Option<Uuid>, StorageError> {
        let select = Query::select()
            .column("id")
            .from(self.table("relay_chats"))
            .and_where(Expr::col("host_key").eq(key.as_str()))
            .take();
        let found: Option<(Uuid,)> = self.read("find a chat by its key", &select).await?;
        Ok(found.map(|(id,)| id))
    }

    /// Whether somebody is in a chat.
    pub(crate) async fn is_member(&mut self, chat: Uuid, user: Uuid) -> Result<bool, StorageError> {
        let select = Query::select()
            .column("user_id")
            .from(self.table("relay_members"))
            .and_where(Expr::col("chat_id").eq(chat))
            .and_where(Expr::col("user_id").eq(user))
            .and_where(Expr::col("has_left").not())
            .take();
        let found: Option<(Uuid,)> = self.read("find a member", &select).await?;
        Ok(found.is_some())
    }

    /// Leaves a message, and a notice for the commit.
    pub(crate) async fn stage(&mut self, message: &StagedMessage) -> Result<(), StorageError> {
        let operation = "stage a message";
        let insert = staged::insert(Some(self.schema.name()), message);
        let (sql, values) = insert.build_sqlx(PostgresQueryBuilder);
        let inserted = sqlx::query_with(AssertSqlSafe(sql), values)
            .execute(&mut *self.connection)
            .await;
        inserted.map_err(|error| storage_error(operation, error))?;
        let notified = sqlx::query("SELECT pg_notify($1, '')")
            .bind(self.schema.staged_channel())
            .execute(&mut *self.connection)
            .await;
        notified.map_err(|error| storage_error(operation, error))?;
        Ok(())
    }

    fn table(&self, name: &'static str) -> (String, &'static str) {
        (self.schema.name().to_owned(), name)
    }

    async fn read<R>(
        &mut self,
        operation: &'static str,
        select: &sea_query::SelectStatement,
    ) -> Result<Option<R>, StorageError>
    where
        R: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> + Send + Unpin,
    {
        let (sql, values) = select.build_sqlx(PostgresQueryBuilder);
        sqlx::query_as_with::<_, R, _>(AssertSqlSafe(sql), values)
            .fetch_optional(&mut *self.connection)
            .await
            .map_err(|error| storage_error(operation, error))
    }
}

/// Hears that something was staged. Connects when it is first asked, and again after a failure.
pub(super) struct Waiting {
    schema: Schema,
    pool: PgPool,
    listener: Mutex<Option<PgListener>>,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiting").finish_non_exhaustive()
    }
}

impl Waiting {
    /// On a connection of our own, made like those of `pool`.
    pub(super) fn new(pool: &PgPool, schema: Schema) -> Self {
        let options = (*pool.connect_options()).clone();
        Self {
            schema,
            pool: PgPoolOptions::new()
                .max_connections(1)
                .connect_lazy_with(options),
            listener: Mutex::default(),
        }
    }

    /// The name of the schema.
    pub(super) fn schema(&self) -> &str {
        self.schema.name()
    }

    /// Returns when something was staged since the last call, or may have been.
    pub(super) async fn wait(&self) -> Result<(), StorageError> {
        let failed = |error| storage_error("listen", error);
        let mut slot = self.listener.lock().await;
        if slot.is_none() {
            let mut listener = PgListener::connect_with(&self.pool).await.map_err(failed)?;
            let channel = self.schema.staged_channel();
            listener.listen(&channel).await.map_err(failed)?;
            // What was staged before this was heard by nobody.
            *slot = Some(listener);
            return Ok(());
        }
        let listener = slot.as_mut().ok_or_else(closed)?;
        // `None`: the connection was lost and made anew, so that something may have been missed.
        if let Err(error) = listener.try_recv().await {
            *slot = None;
            return Err(failed(error));
        }
        Ok(())
    }

    /// Gives the connection back. Whoever waits has been stopped before.
    pub(super) async fn close(&self) {
        drop(self.listener.lock().await.take());
        // It is only told to go: a pool waits for its connections, and this one may be busy.
        drop(self.pool.close());
    }
}

fn closed() -> StorageError {
    StorageError::new(StorageErrorKind::Unavailable, "listen", "not connected")
}
