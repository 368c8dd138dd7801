//! A store that counts what is read from it and written into it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use relaychat_sdk::{
    SqliteStore, Store,
    platform::BoxFuture,
    store::{Change, Keys, Record, StoreError, Table},
};

/// What was read and written.
#[derive(Debug, Default)]
pub(super) struct StoreCounts(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    read: HashMap<Table, usize>,
    written: HashMap<Table, BTreeSet<String>>,
}

impl StoreCounts {
    /// Records that were read.
    pub(super) fn read(&self, table: Table) -> usize {
        let counts = self.0.lock().expect("no test panics inside");
        counts.read.get(&table).copied().unwrap_or_default()
    }

    /// Keys under which something was written.
    pub(super) fn written(&self, table: Table) -> BTreeSet<String> {
        let counts = self.0.lock().expect("no test panics inside");
        counts.written.get(&table).cloned().unwrap_or_default()
    }
}

/// The store in a file, counted.
#[derive(Debug)]
pub(super) struct CountedStore {
    inner: SqliteStore,
    counts: Arc<StoreCounts>,
}

impl CountedStore {
    pub(super) fn new(inner: SqliteStore) -> (Self, Arc<StoreCounts>) {
        let counts = Arc::new(StoreCounts::default());
        let store = Self {
            inner,
            counts: Arc::clone(&counts),
        };
        (store, counts)
    }
}

impl Store for CountedStore {
    fn read(&self, table: Table, keys: Keys) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async move {
            let found = self.inner.read(table, keys).await?;
            let mut counts = self.counts.0.lock().expect("no test panics inside");
            *counts.read.entry(table).or_default() += found.len();
            Ok(found)
        })
    }

    fn write(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<(), StoreError>> {
        {
            let mut counts = self.counts.0.lock().expect("no test panics inside");
            for change in &changes {
                if let Change::Put(table, record) = change {
                    let keys = counts.written.entry(*table).or_default();
                    keys.insert(record.key.clone());
                }
            }
        }
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
