//! The database, the uploads, Redis and the mail server.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
    time::Duration,
};

use bytes::Bytes;
use futures_util::TryStreamExt;
use relaychat_engine::{
    blobs::{BlobError, BlobStore},
    broker::{Broker, Redis},
    clock::{Clock, SystemClock},
    random::{RandomExt, SystemRandom},
};
use tokio::time::Instant;

use super::Finding;
use crate::{
    settings::{
        Settings,
        places::{BlobPlace, Database, Places},
    },
    stores,
};

/// How long Redis may take to connect.
const REDIS_TIMEOUT: Duration = Duration::from_secs(3);
/// How often to look whether it has.
const REDIS_LOOK_EVERY: Duration = Duration::from_millis(20);
/// Bytes 18 and 19 of a SQLite file: 2 is a database with a write-ahead log.
const WAL_MARK: [u8; 2] = [2, 2];
/// What is written and read back.
const PROBE: &[u8] = b"relaychat doctor";

pub(super) async fn examine(settings: &Settings) -> Vec<Finding> {
    let places = &settings.places;
    let mut findings = vec![database(places).await];
    if let Database::Sqlite(path) = &places.database {
        findings.extend(log_mode(path));
    }
    findings.push(blobs(places).await);
    findings.push(redis(places).await);
    findings.push(mail(settings).await);
    findings
}

async fn database(places: &Places) -> Finding {
    const WHAT: &str = "database";
    let name = places.database.name();
    if let Err(error) = stores::steps(places).await {
        let advice = "start it, or correct database_url";
        return Finding::fail(WHAT, format!("{error:#}"), advice);
    }
    // The first time found the way; the second is what a request costs.
    let started = Instant::now();
    let steps = stores::steps(places).await.unwrap_or_default();
    let ms = started.elapsed().as_secs_f64() * 1_000.0;
    if steps.iter().any(|step| step.name.is_empty()) {
        let detail = format!("{name} was written by a newer version");
        return Finding::fail(WHAT, detail, "use that version, or restore a backup");
    }
    let waiting = steps.iter().filter(|step| !step.is_taken).count();
    let detail = match waiting {
        0 => format!("{name} connects and answers in {ms:.1} ms, tables up to date"),
        waiting if waiting == steps.len() => format!("{name} is made on the first start"),
        waiting => format!("{name} connects and answers in {ms:.1} ms, {waiting} steps to take"),
    };
    match waiting {
        waiting if waiting > 0 && waiting < steps.len() => Finding::warn(
            WHAT,
            detail,
            "relaychat serve takes them, or relaychat migrate up",
        ),
        _ => Finding::ok(WHAT, detail),
    }
}

/// Whether the file is in the mode that lets readers go on beside the writer.
fn log_mode(path: &Path) -> Option<Finding> {
    const WHAT: &str = "WAL mode";
    let mut header = [0; 20];
    File::open(path).ok()?.read_exact(&mut header).ok()?;
    if header[18..] == WAL_MARK {
        return Some(Finding::ok(WHAT, "on"));
    }
    let advice = "is the folder on a network file system? SQLite needs a local disk";
    Some(Finding::warn(
        WHAT,
        "off: readers wait for the writer",
        advice,
    ))
}

async fn blobs(places: &Places) -> Finding {
    const WHAT: &str = "uploads";
    match &places.blobs {
        BlobPlace::Folder(path) if !path.exists() => Finding::ok(
            WHAT,
            format!("{} is made on the first start", path.display()),
        ),
        BlobPlace::Folder(path) => match write_in(path) {
            Ok(()) => Finding::ok(WHAT, format!("{} can be written to", path.display())),
            Err(error) => Finding::fail(
                WHAT,
                format!("{} cannot be written to: {error}", path.display()),
                "correct the rights of the folder",
            ),
        },
        BlobPlace::Store(..) => {
            let started = Instant::now();
            match write_to_store(places).await {
                Ok(()) => {
                    let ms = started.elapsed().as_millis();
                    Finding::ok(WHAT, format!("written, read and removed in {ms} ms"))
                }
                Err(error) => Finding::fail(
                    WHAT,
                    format!("{error:#}"),
                    "check blobs, blobs_key_id and blobs_key_secret; the bucket must exist",
                ),
            }
        }
    }
}

/// By hand and not through the engine's folder, which would clear what a running server writes.
fn write_in(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(".doctor");
    fs::write(&probe, PROBE)?;
    fs::read(&probe)?;
    fs::remove_file(&probe)
}

async fn write_to_store(places: &Places) -> anyhow::Result<()> {
    let store = stores::blobs(places)?;
    let key = format!("doctor/{}", SystemRandom.uuid_v7(SystemClock.now_ms()));
    let tried = write_read_remove(&*store, &key).await;
    tried.map_err(|error| {
        let cause = error.source.as_ref().map(|cause| cause.to_string());
        let cause = cause.map_or(String::new(), |cause| format!(": {cause}"));
        anyhow::anyhow!("{error}{}", cause.replace('\n', " "))
    })
}

async fn write_read_remove(store: &dyn BlobStore, key: &str) -> Result<(), BlobError> {
    store.put(key, Bytes::from_static(PROBE)).await?;
    if let Some(bytes) = store.read(key, 0..PROBE.len() as u64).await? {
        bytes.try_collect::<Vec<Bytes>>().await?;
    }
    store.remove(key).await
}

async fn redis(places: &Places) -> Finding {
    const WHAT: &str = "redis";
    let Some(place) = &places.redis else {
        return Finding::ok(WHAT, "not set: this node is alone");
    };
    let Ok(redis) = Redis::connect(&place.url) else {
        return Finding::fail(WHAT, "the address cannot be read", "correct redis_url");
    };
    let redis = redis.prefix(&place.prefix);
    let answered = tokio::time::timeout(REDIS_TIMEOUT, async {
        while redis.check().await.is_err() {
            tokio::time::sleep(REDIS_LOOK_EVERY).await;
        }
    });
    if answered.await.is_err() {
        let advice = "start it, or correct redis_url; until then nodes hear of each other late";
        return Finding::fail(WHAT, "it does not answer", advice);
    }
    let started = Instant::now();
    let _ = redis.check().await;
    let ms = started.elapsed().as_secs_f64() * 1_000.0;
    redis.close().await;
    Finding::ok(WHAT, format!("it answers in {ms:.1} ms"))
}

async fn mail(settings: &Settings) -> Finding {
    const WHAT: &str = "mail";
    let Some(smtp) = &settings.smtp else {
        return Finding::ok(WHAT, "not set: codes appear in the development inbox");
    };
    match smtp.check().await {
        Ok(()) => Finding::ok(WHAT, "the mail server lets us in"),
        Err(error) => Finding::fail(
            WHAT,
            crate::commands::mail::said(&error).root_cause().to_string(),
            "correct smtp_url; relaychat mail test ADDRESS sends one",
        ),
    }
}
