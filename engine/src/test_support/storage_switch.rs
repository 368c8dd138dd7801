//! The storage of a test engine, with a switch that makes it fail: what a host shows its people
//! while the database is away is worth a test.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use relaychat_protocol::MessageId;

use crate::storage::{Batch, PoolUse, Storage, StorageError, StorageErrorKind, Transaction};

/// Makes the storage of a [`TestEngine`](super::TestEngine) fail.
#[derive(Clone, Debug, Default)]
pub struct StorageSwitch(Arc<Mutex<Option<StorageErrorKind>>>);

impl StorageSwitch {
    /// From now on no transaction and no snapshot begins; those in flight go on. `None` ends it.
    pub fn set_fault(&self, fault: Option<StorageErrorKind>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn check(&self, operation: &'static str) -> Result<(), StorageError> {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(()),
            Some(kind) => Err(StorageError {
                kind,
                operation,
                source: None,
            }),
        }
    }
}

/// A storage behind a switch.
#[derive(Debug)]
pub(super) struct Switched {
    pub(super) inner: Arc<dyn Storage>,
    pub(super) switch: StorageSwitch,
}

#[async_trait]
impl Storage for Switched {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError> {
        self.switch.check("begin a transaction")?;
        self.inner.begin().await
    }

    async fn begin_batch(&self, ids: &[MessageId]) -> Result<Batch, StorageError> {
        self.switch.check("begin a transaction")?;
        self.inner.begin_batch(ids).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Transaction>, StorageError> {
        self.switch.check("begin a snapshot")?;
        self.inner.snapshot().await
    }

    fn host_schema(&self) -> Option<&str> {
        self.inner.host_schema()
    }

    async fn staged_elsewhere(&self) -> Result<(), StorageError> {
        self.inner.staged_elsewhere().await
    }

    fn pool_use(&self) -> Option<PoolUse> {
        self.inner.pool_use()
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
