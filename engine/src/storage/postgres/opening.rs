//! From an address or a pool to a storage.

use std::{future::IntoFuture, pin::Pin, str::FromStr, sync::Arc};

use async_trait::async_trait;
use sqlx::{ConnectOptions, PgPool, postgres::PgConnectOptions};

use super::{
    Postgres, engine_name, error::storage_error, migrations, readers::Readers, schema::Schema,
    staging::Waiting, writer::Server,
};
use crate::storage::{MigrationStep, OpenStorage, Storage, StorageError};

/// Prepared statements kept per connection of our own: all statements of fixed shape.
const STATEMENTS_MAX: usize = 256;

/// A database that is about to be opened: await it, or give it to the engine's builder.
#[must_use = "nothing is opened unless this is awaited or given to the builder"]
pub struct Opening {
    source: Source,
    schema: Option<String>,
}

enum Source {
    Url(String),
    Pool(PgPool),
}

/// An address holds a password.
impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

impl Opening {
    pub(super) fn url(url: &str) -> Self {
        let source = Source::Url(url.to_owned());
        Self {
            source,
            schema: None,
        }
    }

    pub(super) fn pool(pool: PgPool) -> Self {
        let source = Source::Pool(pool);
        Self {
            source,
            schema: None,
        }
    }

    /// The schema to live in, `relaychat` unless given. It is made if it is not there.
    pub fn schema(mut self, name: &str) -> Self {
        self.schema = Some(name.to_owned());
        self
    }

    /// Which steps the schema has taken. Changes nothing.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn steps(self) -> Result<Vec<MigrationStep>, StorageError> {
        let schema = Schema::new(self.schema.as_deref())?;
        let options = match self.source {
            Source::Url(url) => PgConnectOptions::from_str(&url)
                .map_err(|error| storage_error("read the address", error))?,
            Source::Pool(pool) => pool.connect_options().as_ref().clone(),
        };
        let mut connection = ours(options, &schema)
            .connect()
            .await
            .map_err(|error| storage_error("connect", error))?;
        migrations::steps(&mut connection, &schema).await
    }

    /// Connects and brings the tables up to date.
    ///
    /// # Errors
    /// The database cannot be reached or used, or a newer version of the engine wrote it.
    pub async fn open(self) -> Result<Postgres, StorageError> {
        let schema = Schema::new(self.schema.as_deref())?;
        let (server, readers) = match self.source {
            Source::Url(url) => {
                let options = PgConnectOptions::from_str(&url)
                    .map_err(|error| storage_error("read the address", error))?;
                let options = ours(options, &schema);
                let readers = Readers::ours(options.clone(), &schema);
                (Server::at(options, schema.clone()), readers)
            }
            Source::Pool(pool) => {
                let readers = Readers::of_host(pool.clone(), &schema);
                (Server::of_host(pool, schema.clone()), readers)
            }
        };
        let writer = server.open().await?;
        let waiting = Arc::new(Waiting::new(readers.pool(), schema));
        Ok(Postgres {
            writer,
            readers,
            waiting,
        })
    }
}

/// What connections of our own have in common: a name by which the operator finds them. Statements
/// are no business of the log: their values are people's words and addresses.
pub(super) fn ours(options: PgConnectOptions, schema: &Schema) -> PgConnectOptions {
    options
        .application_name(&engine_name(schema.name()))
        .statement_cache_capacity(STATEMENTS_MAX)
        .disable_statement_logging()
}

impl IntoFuture for Opening {
    type Output = Result<Postgres, StorageError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.open())
    }
}

#[async_trait]
impl OpenStorage for Opening {
    async fn open(self: Box<Self>) -> Result<Arc<dyn Storage>, StorageError> {
        Ok(Arc::new(Opening::open(*self).await?))
    }
}
