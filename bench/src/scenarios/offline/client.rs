//! The client's process: it starts on its store, is measured until it is up to date, and reports.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use relaychat_sdk::{
    Client, SqliteStore, Store,
    platform::BoxFuture,
    store::{Change, Keys, Record, StoreError},
};
use serde::{Deserialize, Serialize};

use crate::process::{peak_bytes, resident_bytes};

/// Far beyond what it may take.
const DEADLINE: Duration = Duration::from_secs(300);

/// What the run was like.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) unread_count: u64,
    /// Until the chats of the store were shown.
    shown_ms: f64,
    /// Until everything was there.
    caught_up_ms: f64,
    /// Until everything was in the store too.
    kept_ms: f64,
    cpu_ms: f64,
    /// Memory when the chats of the store were shown, and the most there ever was.
    shown_resident_bytes: u64,
    peak_bytes: u64,
    records_read: u64,
    records_written: u64,
    writes: u64,
}

impl Report {
    pub(super) fn tell(&self, mut put: impl FnMut(&str, f64)) {
        let mebibytes = |bytes: u64| bytes as f64 / 1024.0 / 1024.0;
        put("shown_ms", self.shown_ms);
        put("caught_up_ms", self.caught_up_ms);
        put("kept_ms", self.kept_ms);
        put("cpu_ms", self.cpu_ms);
        put("shown_mib", mebibytes(self.shown_resident_bytes));
        put("peak_mib", mebibytes(self.peak_bytes));
        put("records_read", self.records_read as f64);
        put("records_written", self.records_written as f64);
        put("writes", self.writes as f64);
    }
}

/// Runs the client on `store` until it has `unread` messages, or knows all chats.
pub(crate) fn run(url: &str, store: &Path, unread: Option<u64>) -> Result<Report> {
    let token = std::env::var("RELAYCHAT_BENCH_TOKEN").context("no token")?;
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build()?.block_on(async {
        let store = Counted::open(store).await?;
        let counts = Arc::clone(&store.counts);
        let began = Instant::now();
        let client = Client::builder(url)
            .token_provider(move |_| std::future::ready(Ok(token.clone())))
            .store(Arc::new(store))
            .build()?;
        let starting = client.clone();
        tokio::spawn(async move { starting.connect().await });
        let list = client.chats().state();
        wait(&list, |now| !now.is_loading).await?;
        let shown = (began.elapsed(), resident_bytes(std::process::id())?);
        match unread {
            Some(unread) => wait(&list, |now| now.unread_count == unread).await?,
            None => {
                while list.get().has_more {
                    client.chats().load_more().await?;
                }
            }
        }
        let caught_up = began.elapsed();
        client.suspend().await;
        let kept = began.elapsed();
        let unread_count = list.get().unread_count;
        client.close();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
        let counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Report {
            unread_count,
            shown_ms: milliseconds(shown.0),
            caught_up_ms: milliseconds(caught_up),
            kept_ms: milliseconds(kept),
            cpu_ms: crate::process::cpu_us(&[std::process::id()]) as f64 / 1_000.0,
            shown_resident_bytes: shown.1,
            peak_bytes: peak_bytes(std::process::id())?,
            records_read: counts.read,
            records_written: counts.written,
            writes: counts.writes,
        })
    })
}

async fn wait<T>(
    observable: &relaychat_sdk::Observable<T>,
    is_met: impl FnMut(&T) -> bool,
) -> Result<()> {
    let mut subscription = observable.subscribe();
    let found = tokio::time::timeout(DEADLINE, subscription.until(is_met)).await;
    ensure!(
        found.is_ok_and(|found| found.is_some()),
        "it never came to that"
    );
    Ok(())
}

#[derive(Debug, Default)]
struct Counts {
    read: u64,
    written: u64,
    writes: u64,
}

/// The store, counted.
#[derive(Debug)]
struct Counted {
    inner: SqliteStore,
    counts: Arc<Mutex<Counts>>,
}

impl Counted {
    async fn open(path: &Path) -> Result<Self> {
        Ok(Self {
            inner: SqliteStore::open(path).await?,
            counts: Arc::default(),
        })
    }

    fn count(&self, add: impl FnOnce(&mut Counts)) {
        add(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Store for Counted {
    fn read(
        &self,
        table: relaychat_sdk::store::Table,
        keys: Keys,
    ) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async move {
            let found = self.inner.read(table, keys).await?;
            self.count(|counts| counts.read += found.len() as u64);
            Ok(found)
        })
    }

    fn write(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.count(|counts| {
            counts.writes += 1;
            counts.written += changes.len() as u64;
        });
        self.inner.write(changes)
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.clear()
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.close()
    }

    fn is_durable(&self) -> bool {
        self.inner.is_durable()
    }
}
