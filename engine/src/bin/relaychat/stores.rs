//! From the settings to an engine on its database, its uploads, its mail and its neighbours.

use std::{path::Path, sync::Arc};

use anyhow::anyhow;
use relaychat_engine::{
    Engine, EngineBuilder, Roles,
    backup::{self, BackupError},
    blobs::{BlobStore, Blobs, MemoryBlobs},
    broker::Redis,
    mailer::MemoryMailer,
    storage::{
        MigrationStep, Storage, StorageError, StorageErrorKind,
        postgres::{Opening, Postgres},
        sqlite::Sqlite,
    },
};

use crate::{
    failure::Problems,
    files::DataFolder,
    settings::{
        Settings,
        places::{BlobPlace, Database, Places},
    },
};

/// The parts of an engine that lie outside the process. Must be called within a runtime.
pub(crate) async fn builder(settings: &Settings) -> anyhow::Result<EngineBuilder> {
    let builder = without_uploads(settings).await?;
    Ok(builder.shared_blobs(blobs(&settings.places)?))
}

/// An engine that does nothing by itself, on a database that is there and up to date. It leaves
/// the uploads alone: opening their folder is for the one who writes in it.
pub(crate) async fn beside(settings: &Settings) -> anyhow::Result<Engine> {
    let steps = steps(&settings.places).await?;
    if steps.iter().all(|step| !step.is_taken) {
        return Err(Problems::one(
            "there is no database yet: relaychat serve makes it",
        ));
    }
    if steps.iter().any(|step| !step.is_taken) {
        return Err(Problems::one("the tables are old: relaychat migrate up"));
    }
    let engine = without_uploads(settings)
        .await?
        .blobs(MemoryBlobs::new())
        .mailer(MemoryMailer::new())
        .roles(Roles::NONE);
    Ok(engine.build().await?)
}

async fn without_uploads(settings: &Settings) -> anyhow::Result<EngineBuilder> {
    let places = &settings.places;
    // A database elsewhere comes first: when it does not answer, nothing has been made here.
    let elsewhere = match places.database {
        Database::Postgres { .. } => Some(storage(places).await?),
        Database::Sqlite(_) => None,
    };
    let data = DataFolder::open(&places.data)?;
    let secret = places.secret_key.map_or_else(|| data.secret(), Ok)?;
    let storage = match elsewhere {
        Some(storage) => storage,
        None => storage(places).await?,
    };
    let mut builder = Engine::builder()
        .shared_storage(storage)
        .roles(places.roles)
        .secret(secret.0)
        .config(settings.engine.clone());
    if let Some(tokens) = &settings.tokens {
        builder = builder.auth(tokens.auth());
    }
    if let Some(redis) = &places.redis {
        let broker = Redis::connect(&redis.url)?;
        builder = builder.broker(broker.prefix(&redis.prefix));
    }
    Ok(builder)
}

/// The database, brought up to date.
pub(crate) async fn storage(places: &Places) -> anyhow::Result<Arc<dyn Storage>> {
    if let Database::Sqlite(path) = &places.database {
        keep_older(path, &places.data).await?;
    }
    let opened: Result<Arc<dyn Storage>, _> = match &places.database {
        Database::Sqlite(path) => Sqlite::open(path).await.map(|it| Arc::new(it) as _),
        Database::Postgres { url, schema } => {
            let opened = opening(url, schema.as_deref()).await;
            opened.map(|it| Arc::new(it) as _)
        }
    };
    opened.map_err(|error| storage_problem(&places.database, &error))
}

/// The steps that the database has taken and those that wait. Changes nothing.
pub(crate) async fn steps(places: &Places) -> anyhow::Result<Vec<MigrationStep>> {
    let listed = match &places.database {
        Database::Sqlite(path) => Sqlite::steps(path).await,
        Database::Postgres { url, schema } => opening(url, schema.as_deref()).steps().await,
    };
    listed.map_err(|error| storage_problem(&places.database, &error))
}

fn opening(url: &str, schema: Option<&str>) -> Opening {
    let opening = Postgres::connect(url);
    match schema {
        Some(schema) => opening.schema(schema),
        None => opening,
    }
}

/// Copies a database whose tables this version is about to change.
async fn keep_older(database: &Path, data: &Path) -> anyhow::Result<()> {
    let made = backup::before_migration(database, &data.join(OLDER)).await;
    // What cannot even be read is told by the opening, in better words.
    if let Ok(Some(copy)) = &made {
        tracing::info!(copy = %copy.display(), "the database was copied before its tables change");
    }
    match made {
        Ok(_) => Ok(()),
        Err(BackupError::Storage(error)) if error.kind == StorageErrorKind::Unusable => Ok(()),
        Err(error) => Err(anyhow!(
            "this version would change the database, and a copy of it cannot be kept: {error}"
        )),
    }
}

/// The folder, within the data folder, of copies that were made before tables changed.
const OLDER: &str = "before-upgrades";

/// The uploads.
pub(crate) fn blobs(places: &Places) -> anyhow::Result<Arc<dyn BlobStore>> {
    match &places.blobs {
        BlobPlace::Folder(path) => match Blobs::local(path) {
            Ok(blobs) => Ok(Arc::new(blobs)),
            Err(_) => Err(Problems::one(format!(
                "the folder {} cannot be used for uploads",
                path.display()
            ))),
        },
        BlobPlace::Store(url, key) => Ok(Arc::new(Blobs::at(url, key.clone())?)),
    }
}

impl Database {
    /// What it is called where people read it: never with a password.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Sqlite(path) => path.display().to_string(),
            Self::Postgres { url, schema } => {
                let schema = schema.as_deref().unwrap_or("relaychat");
                let place = url::Url::parse(url).ok().map(|url| {
                    let host = url.host_str().unwrap_or("localhost").to_owned();
                    format!("{host}{}", url.path())
                });
                format!("{}, schema {schema}", place.unwrap_or_default())
            }
        }
    }

    /// Its kind in one word.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres { .. } => "postgresql",
        }
    }
}

/// One sentence about a database that cannot be opened.
pub(crate) fn storage_problem(database: &Database, error: &StorageError) -> anyhow::Error {
    let cause = std::error::Error::source(error).map(|cause| cause.to_string().replace('\n', " "));
    let cause = cause.map_or(String::new(), |cause| format!(" ({cause})"));
    let database = database.name();
    match error.kind {
        StorageErrorKind::Unusable => Problems::one(format!(
            "the database {database} is damaged or was written by a newer version{cause}"
        )),
        StorageErrorKind::Full => anyhow!("the disk of {database} is full{cause}"),
        _ => anyhow!("the database {database} cannot be opened{cause}"),
    }
}
