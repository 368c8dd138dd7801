//! Blobs in memory: the twin of the real store for tests, with a switch that makes it fail.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream, stream::BoxStream};

use super::{BlobError, BlobErrorKind, BlobStore};

/// Blobs in memory. Gone with the process: for tests and for engines that live only as long as one.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    blobs: HashMap<String, Bytes>,
    fault: Option<BlobErrorKind>,
    /// Successful puts until the fault strikes.
    puts_before_fault: usize,
}

/// Several pieces for anything larger, so that tests see what a real store does.
const READ_CHUNK_BYTES: usize = 64 * 1024;

impl MemoryBlobs {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on every call fails like this; `None` ends it.
    pub fn set_fault(&self, fault: Option<BlobErrorKind>) {
        let mut inner = self.lock();
        inner.fault = fault;
        inner.puts_before_fault = 0;
    }

    /// Lets so many puts succeed, then fails every call like `fault`.
    pub fn fail_after_puts(&self, puts: usize, fault: BlobErrorKind) {
        let mut inner = self.lock();
        inner.fault = Some(fault);
        inner.puts_before_fault = puts;
    }

    /// All keys, sorted.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = self.lock().blobs.keys().cloned().collect();
        keys.sort();
        keys
    }

    /// The bytes under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Bytes> {
        self.lock().blobs.get(key).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn check(&self, operation: &'static str) -> Result<(), BlobError> {
        match self.fault {
            Some(kind) if self.puts_before_fault == 0 => Err(BlobError {
                kind,
                operation,
                source: None,
            }),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), BlobError> {
        let mut inner = self.lock();
        inner.check("store a blob")?;
        inner.puts_before_fault = inner.puts_before_fault.saturating_sub(1);
        inner.blobs.insert(key.to_owned(), bytes);
        Ok(())
    }

    async fn size_bytes(&self, key: &str) -> Result<Option<u64>, BlobError> {
        let inner = self.lock();
        inner.check("find a blob")?;
        Ok(inner.blobs.get(key).map(|bytes| bytes.len() as u64))
    }

    async fn read(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, BlobError>>>, BlobError> {
        let inner = self.lock();
        inner.check("read a blob")?;
        let Some(blob) = inner.blobs.get(key) else {
            return Ok(None);
        };
        let end = usize::try_from(range.end).map_or(blob.len(), |end| end.min(blob.len()));
        let start = usize::try_from(range.start).map_or(end, |start| start.min(end));
        let mut rest = blob.slice(start..end);
        let pieces = std::iter::from_fn(move || {
            let length = rest.len().min(READ_CHUNK_BYTES);
            (length > 0).then(|| Ok(rest.split_to(length)))
        });
        Ok(Some(stream::iter(pieces).boxed()))
    }

    async fn remove(&self, key: &str) -> Result<(), BlobError> {
        let mut inner = self.lock();
        inner.check("remove a blob")?;
        inner.blobs.remove(key);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blobs::conformance;

    #[tokio::test]
    async fn memory_keeps_the_contract() {
        conformance::run(&MemoryBlobs::new()).await;
    }

    #[tokio::test]
    async fn a_fault_strikes_after_the_allowed_puts_and_leaves_them() {
        let blobs = MemoryBlobs::new();
        blobs.fail_after_puts(1, BlobErrorKind::Full);
        blobs
            .put("a", Bytes::new())
            .await
            .expect("the first is allowed");
        let error = blobs
            .put("b", Bytes::new())
            .await
            .expect_err("the second is not");
        assert_eq!(error.kind, BlobErrorKind::Full);
        assert!(error.is_retryable());
        assert_eq!(blobs.keys(), ["a"]);
    }
}
