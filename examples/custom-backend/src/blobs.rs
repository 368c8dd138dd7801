//! A blob store on a map. A blob is swapped in whole: a reader keeps the one it began with.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use relaychat_engine::blobs::{BlobEntry, BlobError, BlobStore, Pieces};

/// Blobs in a map, gone with the process.
#[derive(Debug, Default)]
pub struct MapBlobs(Mutex<BTreeMap<String, Stored>>);

#[derive(Debug)]
struct Stored {
    bytes: Bytes,
    stored_at: Instant,
}

impl MapBlobs {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Stored>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl BlobStore for MapBlobs {
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), BlobError> {
        let stored_at = Instant::now();
        self.lock()
            .insert(key.to_owned(), Stored { bytes, stored_at });
        Ok(())
    }

    async fn write(&self, key: &str, mut pieces: Pieces) -> Result<u64, BlobError> {
        let mut whole = BytesMut::new();
        while let Some(piece) = pieces.try_next().await? {
            whole.extend_from_slice(&piece);
        }
        let size_bytes = whole.len() as u64;
        self.put(key, whole.freeze()).await?;
        Ok(size_bytes)
    }

    async fn size_bytes(&self, key: &str) -> Result<Option<u64>, BlobError> {
        Ok(self.lock().get(key).map(|blob| blob.bytes.len() as u64))
    }

    async fn read(&self, key: &str, range: Range<u64>) -> Result<Option<Pieces>, BlobError> {
        let Some(bytes) = self.lock().get(key).map(|blob| blob.bytes.clone()) else {
            return Ok(None);
        };
        let cut = |place: u64| usize::try_from(place).map_or(bytes.len(), |at| at.min(bytes.len()));
        let part = bytes.slice(cut(range.start)..cut(range.end));
        Ok(Some(stream::iter([Ok(part)]).boxed()))
    }

    async fn remove(&self, key: &str) -> Result<(), BlobError> {
        self.lock().remove(key);
        Ok(())
    }

    async fn list(
        &self,
        prefix: &str,
    ) -> Result<BoxStream<'static, Result<BlobEntry, BlobError>>, BlobError> {
        let entries: Vec<_> = (self.lock().iter())
            .filter(|(key, _)| key.starts_with(prefix))
            .map(|(key, blob)| {
                let age_ms = u64::try_from(blob.stored_at.elapsed().as_millis());
                Ok(BlobEntry {
                    key: key.clone(),
                    size_bytes: blob.bytes.len() as u64,
                    age_ms: age_ms.unwrap_or(u64::MAX),
                })
            })
            .collect();
        Ok(stream::iter(entries).boxed())
    }
}
