//! A store in memory: forgotten with the last of its clones, and the model for all others.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Change, Keys, Record, Store, StoreError, Table, Value};
use crate::platform::BoxFuture;

type Tables = HashMap<Table, BTreeMap<String, Value>>;

/// Keeps everything in memory. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    tables: Arc<Mutex<Tables>>,
}

impl MemoryStore {
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn read(&self, table: Table, keys: Keys) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async move {
            let tables = self.lock();
            let records = tables.get(&table).into_iter().flatten();
            let found = records.filter(|(key, _)| keys.contain(key));
            let found = found.map(|(key, value)| Record {
                key: key.clone(),
                value: value.clone(),
            });
            Ok(found.collect())
        })
    }

    fn write(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut tables = self.lock();
            for change in changes {
                match change {
                    Change::Put(table, Record { key, value }) => {
                        tables.entry(table).or_default().insert(key, value);
                    }
                    Change::Remove(table, keys) => {
                        let records = tables.entry(table).or_default();
                        records.retain(|key, _| !keys.contain(key));
                    }
                }
            }
            Ok(())
        })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.lock().clear();
            Ok(())
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }

    fn is_durable(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{super::conformance, *};

    #[tokio::test]
    async fn the_memory_store_keeps_the_promises_of_a_store() {
        conformance::check_all(|| Arc::new(MemoryStore::default())).await;
    }

    #[tokio::test]
    async fn clones_share_what_is_kept() {
        let store = MemoryStore::default();
        let record = conformance::record("key", "value");
        let change = Change::Put(Table::Meta, record.clone());
        store.clone().write(vec![change]).await.expect("it writes");
        assert_eq!(store.read(Table::Meta, Keys::all()).await, Ok(vec![record]));
    }
}
