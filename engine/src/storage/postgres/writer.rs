//! How PostgreSQL connects, begins and ends a turn.
//!
//! The turn is an advisory lock of the transaction: PostgreSQL queues for it fairly, over all nodes,
//! and lets it go with the transaction, however that ends. A node that is frozen in its turn loses
//! it: the server ends a transaction in which nothing happens, and a machine that vanished is found
//! by TCP's own probes.

use std::{sync::Arc, time::Duration};

use relaychat_protocol::MessageId;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Executor, PgConnection, PgPool, postgres::PgConnectOptions,
};

use super::{
    batches,
    error::{is_lost, storage_error, timed_out},
    migrations, opening,
    schema::Schema,
};
use crate::storage::{
    StorageError,
    sql::{self, BatchRows, Known},
};

/// The connection that writes.
pub(super) type Writer = sql::Writer<Server>;
/// The right to write.
pub(super) type Turn = sql::Turn<Server>;

/// Settings of the connection that writes. `synchronous_commit` is only ever made stricter.
///
/// 5 s without a statement in a turn is a frozen process: between two statements there is only
/// arithmetic. 10 s is more than any statement of a batch takes on a busy disk, and more than a
/// frozen turn lasts, so that those who wait behind it get theirs. The probes find a machine that
/// vanished after 5 + 3 × 2 s.
const SETTINGS: &str = "\
    SET idle_in_transaction_session_timeout TO '5s'; \
    SET statement_timeout TO '10s'; \
    SET tcp_keepalives_idle TO 5; \
    SET tcp_keepalives_interval TO 2; \
    SET tcp_keepalives_count TO 3; \
    SELECT set_config('synchronous_commit', 'on', false) \
    WHERE current_setting('synchronous_commit') IN ('off', 'local')";

/// After so long without an answer the server, or the way to it, counts as gone: the server itself
/// gives a statement up after 10 s.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// What connections come from.
#[derive(Debug)]
enum Source {
    Options(Box<PgConnectOptions>),
    /// The host may change the pool's options, a password that expires for example.
    Pool(PgPool),
}

/// A schema that is written to.
#[derive(Debug)]
pub(super) struct Server {
    source: Source,
    schema: Schema,
    begin: Arc<str>,
    /// Begins a batch, and reads the newest change.
    begin_batch: Arc<str>,
}

impl Server {
    /// The schema in the database that `options` lead to.
    pub(super) fn at(options: PgConnectOptions, schema: Schema) -> Self {
        Self::new(Source::Options(Box::new(options)), schema)
    }

    /// The schema in the host's database.
    pub(super) fn of_host(pool: PgPool, schema: Schema) -> Self {
        Self::new(Source::Pool(pool), schema)
    }

    fn new(source: Source, schema: Schema) -> Self {
        // Read committed, whatever the server's default is: each statement sees what was committed
        // before the turn began, not before it was asked for.
        let begin = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
             SELECT pg_advisory_xact_lock({})",
            schema.turn_lock()
        );
        Self {
            source,
            schema,
            begin_batch: format!("{begin}; SELECT change, webhooks_version FROM relay_meta").into(),
            begin: begin.into(),
        }
    }

    /// Opens the connection that writes and brings the tables up to date.
    pub(super) async fn open(self) -> Result<Writer, StorageError> {
        let failed = |error| storage_error("connect", error);
        let mut connection = self.connection().await.map_err(failed)?;
        migrations::run(&mut connection, &self.schema).await?;
        self.settle(&mut connection).await.map_err(failed)?;
        Ok(Writer::new(self, connection))
    }

    async fn connection(&self) -> Result<PgConnection, sqlx::Error> {
        let options = match &self.source {
            Source::Options(options) => (**options).clone(),
            Source::Pool(pool) => opening::ours((*pool.connect_options()).clone(), &self.schema),
        };
        let connected = tokio::time::timeout(ANSWER_TIMEOUT, options.connect()).await;
        connected.map_err(|_| timed_out())?
    }

    async fn settle(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let schema = self.schema.quoted();
        let settings = format!("SET search_path TO {schema}; {SETTINGS}");
        connection.execute(AssertSqlSafe(settings)).await?;
        Ok(())
    }
}

impl sql::Driver for Server {
    type Connection = PgConnection;

    async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = self.connection().await?;
        self.settle(&mut connection).await?;
        Ok(connection)
    }

    async fn begin(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let begin = AssertSqlSafe(Arc::clone(&self.begin));
        in_time(connection.execute(begin)).await?;
        Ok(())
    }

    async fn begin_batch(
        &self,
        connection: &mut PgConnection,
        ids: &[MessageId],
    ) -> Result<Known, sqlx::Error> {
        let begin = AssertSqlSafe(Arc::clone(&self.begin_batch));
        in_time(batches::begin(connection, begin, ids)).await
    }

    async fn end_with(
        &self,
        connection: &mut PgConnection,
        rows: BatchRows,
    ) -> Result<(), sqlx::Error> {
        in_time(batches::write(connection, rows)).await?;
        self.end(connection, "COMMIT").await
    }

    async fn end(
        &self,
        connection: &mut PgConnection,
        statement: &'static str,
    ) -> Result<(), sqlx::Error> {
        in_time(connection.execute(statement)).await?;
        Ok(())
    }

    fn is_lost(error: &sqlx::Error) -> bool {
        is_lost(error)
    }

    fn error(operation: &'static str, error: sqlx::Error) -> StorageError {
        storage_error(operation, error)
    }
}

/// What the server answers, if it does.
pub(super) async fn in_time<T>(
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let answered = tokio::time::timeout(ANSWER_TIMEOUT, answer).await;
    answered.map_err(|_| timed_out())?
}
