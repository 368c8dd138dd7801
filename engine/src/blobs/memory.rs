//! Blobs in memory: the twin of the real store for tests, with a switch that makes it fail.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};

use super::{BlobEntry, BlobError, BlobErrorKind, BlobStore, Pieces};
use crate::clock::{Clock, SystemClock};

/// Blobs in memory. Gone with the process: for tests and for engines that live only as long as one.
#[derive(Debug)]
pub struct MemoryBlobs {
    inner: Mutex<Inner>,
    clock: Arc<dyn Clock>,
}

#[derive(Clone, Debug)]
struct Blob {
    bytes: Bytes,
    written_at_ms: i64,
}

#[derive(Debug, Default)]
struct Inner {
    blobs: HashMap<String, Blob>,
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
        Self::with_clock(Arc::new(SystemClock))
    }

    /// An empty store whose blobs age with `clock`.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self {
            inner: Mutex::default(),
            clock,
        }
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
        let inner = self.lock();
        inner.blobs.get(key).map(|blob| blob.bytes.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryBlobs {
    fn default() -> Self {
        Self::new()
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
        let written_at_ms = self.clock.now_ms();
        let blob = Blob {
            bytes,
            written_at_ms,
        };
        inner.blobs.insert(key.to_owned(), blob);
        Ok(())
    }

    async fn write(&self, key: &str, pieces: Pieces) -> Result<u64, BlobError> {
        let pieces: Vec<Bytes> = pieces.try_collect().await?;
        let bytes = Bytes::from(pieces.concat());
        let size_bytes = bytes.len() as u64;
        self.put(key, bytes).await?;
        Ok(size_bytes)
    }

    async fn size_bytes(&self, key: &str) -> Result<Option<u64>, BlobError> {
        let inner = self.lock();
        inner.check("find a blob")?;
        Ok(inner.blobs.get(key).map(|blob| blob.bytes.len() as u64))
    }

    async fn read(&self, key: &str, range: Range<u64>) -> Result<Option<Pieces>, BlobError> {
        let inner = self.lock();
        inner.check("read a blob")?;
        let Some(Blob { bytes: blob, .. }) = inner.blobs.get(key) else {
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

    async fn list(
        &self,
        prefix: &str,
    ) -> Result<BoxStream<'static, Result<BlobEntry, BlobError>>, BlobError> {
        let now_ms = self.clock.now_ms();
        let inner = self.lock();
        inner.check("list blobs")?;
        let blobs = inner.blobs.iter();
        let listed: Vec<_> = blobs
            .filter(|(key, _)| key.starts_with(prefix))
            .map(|(key, blob)| {
                Ok(BlobEntry {
                    key: key.clone(),
                    size_bytes: blob.bytes.len() as u64,
                    age_ms: u64::try_from(now_ms - blob.written_at_ms).unwrap_or(0),
                })
            })
            .collect();
        Ok(stream::iter(listed).boxed())
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
