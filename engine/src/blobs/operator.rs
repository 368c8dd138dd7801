//! Blobs through OpenDAL: a local folder, or whatever store the host has an operator for.
//!
//! It adds nothing to what the store does but the mapping of errors and, for a local folder, the
//! step that makes a finished file survive a loss of power. How an operator for a remote store is
//! made is the business of [`remote`](super::remote).

use std::{
    ops::Range,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream, stream::BoxStream};
use opendal::{Entry, ErrorKind, Operator, Writer};

use super::{
    BlobEntry, BlobError, BlobErrorKind, BlobStore, Pieces, SignedRead, local::LocalFolder,
};
use crate::clock::{Clock, SystemClock};

/// Blobs in a local folder or behind an OpenDAL operator.
#[derive(Debug)]
pub struct Blobs {
    operator: Operator,
    /// Signs addresses that clients may read at; not every store can.
    signer: Option<Operator>,
    /// Set for a local folder only.
    folder: Option<LocalFolder>,
}

/// How much of a file is read at once, in bytes: large enough that a picture of ordinary size takes
/// a few reads, small enough that a thousand slow readers hold little. Remote stores send as it
/// comes.
const READ_CHUNK_BYTES: usize = 256 * 1024;
/// How much of a blob that comes in pieces is gathered before it goes out, in bytes. An object
/// store takes no parts below 5 MiB, and 10,000 of these are 80 GB.
const WRITE_CHUNK_BYTES: usize = 8 * 1024 * 1024;
/// How keys that are none of the engine's begin: unfinished files of a local folder.
const HIDDEN: char = '.';

impl Blobs {
    /// Blobs in a local folder, which is made when it is missing. Leftovers of writes that a crash
    /// interrupted more than an hour ago are removed; several processes may use one folder.
    pub fn local(path: impl AsRef<Path>) -> Result<Self, BlobError> {
        let folder = LocalFolder::open(path.as_ref())
            .map_err(|error| from_io(error, "open the blob folder"))?;
        let builder = opendal::services::Fs::default()
            .root(&folder.root().to_string_lossy())
            .atomic_write_dir(&folder.unfinished().to_string_lossy());
        let operator =
            Operator::new(builder).map_err(|error| from_opendal(error, "open the blob folder"))?;
        Ok(Self {
            operator,
            signer: None,
            folder: Some(folder),
        })
    }

    /// Blobs behind any OpenDAL operator. The operator's writes must be atomic and durable when
    /// they return, as those of object stores are.
    #[must_use]
    pub fn operator(operator: Operator) -> Self {
        let can_sign = operator.info().capability().presign_read;
        let signer = can_sign.then(|| operator.clone());
        Self::remote(operator, signer)
    }

    /// Blobs behind an operator, with addresses from another one.
    pub(super) fn remote(operator: Operator, signer: Option<Operator>) -> Self {
        Self {
            operator,
            signer,
            folder: None,
        }
    }

    /// Writes what comes, and makes it visible at the end of `pieces` only.
    async fn write_pieces(&self, key: &str, mut pieces: Pieces) -> Result<u64, BlobError> {
        let writer = self.operator.writer_with(key).chunk(WRITE_CHUNK_BYTES);
        let writer = writer.await.map_err(|error| from_opendal(error, STORING))?;
        let mut unfinished = Unfinished(Some(writer));
        let mut size_bytes = 0;
        while let Some(piece) = pieces.next().await {
            let written = match piece {
                Ok(piece) => {
                    size_bytes += piece.len() as u64;
                    unfinished.write(piece).await
                }
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                unfinished.abort().await;
                return Err(error);
            }
        }
        unfinished.finish().await?;
        Ok(size_bytes)
    }

    /// Makes the name of what was stored durable where the operator does not.
    async fn keep_name(&self, key: &str) -> Result<(), BlobError> {
        match &self.folder {
            Some(folder) => {
                let kept = folder.sync_names(key).await;
                kept.map_err(|error| from_io(error, STORING))
            }
            None => Ok(()),
        }
    }
}

/// What errors of writing say was being done.
const STORING: &str = "store a blob";

/// A blob that is being written. Dropped before its end, it is aborted, so that nothing of a
/// request that went away stays in the store.
struct Unfinished(Option<Writer>);

impl Unfinished {
    async fn write(&mut self, piece: Bytes) -> Result<(), BlobError> {
        let Some(writer) = &mut self.0 else {
            return Ok(());
        };
        let written = writer.write(piece).await;
        written.map_err(|error| from_opendal(error, STORING))
    }

    async fn finish(mut self) -> Result<(), BlobError> {
        let Some(writer) = &mut self.0 else {
            return Ok(());
        };
        let closed = writer.close().await;
        if let Err(error) = closed {
            self.abort().await;
            return Err(from_opendal(error, STORING));
        }
        self.0 = None;
        Ok(())
    }

    async fn abort(&mut self) {
        if let Some(mut writer) = self.0.take()
            && let Err(error) = writer.abort().await
        {
            tracing::warn!(%error, "parts of an unfinished blob stay behind");
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let (Some(mut writer), Ok(runtime)) =
            (self.0.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        // Whoever drops cannot wait; what fails here is only space.
        runtime.spawn(async move { writer.abort().await });
    }
}

#[async_trait]
impl BlobStore for Blobs {
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), BlobError> {
        let stored = self.operator.write(key, bytes).await;
        stored.map_err(|error| from_opendal(error, STORING))?;
        self.keep_name(key).await
    }

    async fn write(&self, key: &str, pieces: Pieces) -> Result<u64, BlobError> {
        let size_bytes = self.write_pieces(key, pieces).await?;
        self.keep_name(key).await?;
        Ok(size_bytes)
    }

    async fn size_bytes(&self, key: &str) -> Result<Option<u64>, BlobError> {
        match self.operator.stat(key).await {
            Ok(metadata) if metadata.is_file() => Ok(Some(metadata.content_length())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(from_opendal(error, "find a blob")),
        }
    }

    async fn read(&self, key: &str, range: Range<u64>) -> Result<Option<Pieces>, BlobError> {
        const DOING: &str = "read a blob";
        if range.is_empty() {
            let is_there = self.size_bytes(key).await?.is_some();
            return Ok(is_there.then(|| stream::empty().boxed()));
        }
        let mut reader = self.operator.reader_with(key);
        if self.folder.is_some() {
            reader = reader.chunk(READ_CHUNK_BYTES);
        }
        let reader = match reader.await {
            Ok(reader) => reader,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(from_opendal(error, DOING)),
        };
        let pieces = reader.into_bytes_stream(range).await;
        let mut pieces = pieces
            .map_err(|error| from_opendal(error, DOING))?
            .map(|piece| piece.map_err(|error| from_io(error, DOING)))
            .boxed();
        // Stores open lazily: a missing key shows only with the first piece.
        match pieces.next().await {
            Some(Err(error)) if is_not_found(&error) => Ok(None),
            Some(Err(error)) => Err(error),
            Some(first) => Ok(Some(stream::iter([first]).chain(pieces).boxed())),
            None => Ok(Some(stream::empty().boxed())),
        }
    }

    async fn remove(&self, key: &str) -> Result<(), BlobError> {
        match self.operator.delete(key).await {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(from_opendal(error, "remove a blob")),
        }
    }

    async fn list(
        &self,
        prefix: &str,
    ) -> Result<BoxStream<'static, Result<BlobEntry, BlobError>>, BlobError> {
        let lister = match self.operator.lister_with(prefix).recursive(true).await {
            Ok(lister) => lister,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(stream::empty().boxed()),
            Err(error) => return Err(from_opendal(error, LISTING)),
        };
        let (operator, now_ms) = (self.operator.clone(), SystemClock.now_ms());
        let entries = lister.filter_map(move |entry| {
            let operator = operator.clone();
            async move { listed(&operator, entry, now_ms).await.transpose() }
        });
        Ok(entries.boxed())
    }

    async fn signed_url(&self, key: &str, read: &SignedRead) -> Result<Option<String>, BlobError> {
        let Some(signer) = &self.signer else {
            return Ok(None);
        };
        let SignedRead {
            valid_ms,
            content_type,
            content_disposition,
            cache_control,
        } = read;
        let request = signer
            .presign_read_with(key, Duration::from_millis(*valid_ms))
            .override_content_type(content_type)
            .override_content_disposition(content_disposition)
            .override_cache_control(cache_control)
            .await
            .map_err(|error| from_opendal(error, "sign the address of a blob"))?;
        // An address that works with headers of its own only is none that a link can lead to.
        let is_plain = request.header().keys().all(|name| name == "host");
        Ok(is_plain.then(|| request.uri().to_string()))
    }
}

/// What errors of listing say was being done.
const LISTING: &str = "list blobs";

/// An entry of the store as one of ours; `None` for folders, for what is hidden, and for what was
/// removed meanwhile.
async fn listed(
    operator: &Operator,
    entry: opendal::Result<Entry>,
    now_ms: i64,
) -> Result<Option<BlobEntry>, BlobError> {
    let (key, mut metadata) = match entry {
        Ok(entry) => entry.into_parts(),
        // A folder that was removed while it was walked.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(from_opendal(error, LISTING)),
    };
    if !metadata.is_file() || key.starts_with(HIDDEN) {
        return Ok(None);
    }
    if metadata.last_modified().is_none() {
        metadata = match operator.stat(&key).await {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(from_opendal(error, LISTING)),
        };
    }
    // A store that does not tell the age has only young blobs.
    let written_at_ms = metadata.last_modified().map(|at| since_epoch_ms(at.into()));
    let age_ms = written_at_ms.map_or(0, |written_at_ms| now_ms - written_at_ms);
    Ok(Some(BlobEntry {
        size_bytes: metadata.content_length(),
        age_ms: u64::try_from(age_ms).unwrap_or(0),
        key,
    }))
}

fn since_epoch_ms(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Whether there is no blob under the key: nothing, or (in a local folder) a folder of others.
fn is_not_found(error: &BlobError) -> bool {
    use std::io::ErrorKind::{IsADirectory, NotFound};
    let source: Option<&(dyn std::error::Error + 'static)> = match &error.source {
        Some(source) => Some(&**source),
        None => None,
    };
    std::iter::successors(source, |error| error.source())
        .filter_map(|error| error.downcast_ref::<std::io::Error>())
        .any(|error| matches!(error.kind(), NotFound | IsADirectory))
}

fn from_opendal(error: opendal::Error, operation: &'static str) -> BlobError {
    // An error that was retried no longer says that it was a passing one; what is left by kind is
    // a store that did not answer or not with what it should.
    let is_passing = error.is_temporary()
        || matches!(error.kind(), ErrorKind::RateLimited)
        || (error.is_persistent() && error.kind() == ErrorKind::Unexpected);
    let kind = if is_full(&error) {
        BlobErrorKind::Full
    } else if is_passing {
        BlobErrorKind::Unavailable
    } else {
        BlobErrorKind::Internal
    };
    BlobError::new(kind, operation, error)
}

fn from_io(error: std::io::Error, operation: &'static str) -> BlobError {
    let kind = if is_full(&error) {
        BlobErrorKind::Full
    } else if error.kind() == std::io::ErrorKind::PermissionDenied {
        BlobErrorKind::Internal
    } else {
        BlobErrorKind::Unavailable
    };
    BlobError::new(kind, operation, error)
}

/// Whether the disk or the quota is full, somewhere below `error`.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref::<std::io::Error>())
        .any(|error| matches!(error.kind(), StorageFull | QuotaExceeded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blobs::conformance;

    #[tokio::test]
    async fn a_local_folder_keeps_the_contract() {
        let folder = tempfile::tempdir().expect("a folder");
        conformance::run(&Blobs::local(folder.path().join("made/on/demand")).expect("opens")).await;
    }

    #[tokio::test]
    async fn any_operator_keeps_the_contract() {
        let folder = tempfile::tempdir().expect("a folder");
        let builder = opendal::services::Fs::default()
            .root(&folder.path().to_string_lossy())
            .atomic_write_dir(&folder.path().join("tmp").to_string_lossy());
        let operator = Operator::new(builder).expect("builds");
        conformance::run(&Blobs::operator(operator)).await;
    }

    #[tokio::test]
    async fn a_blob_is_there_after_opening_the_folder_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Blobs::local(folder.path()).expect("opens");
        first
            .put("a/b", Bytes::from_static(b"kept"))
            .await
            .expect("stores");
        drop(first);
        let again = Blobs::local(folder.path()).expect("opens");
        assert_eq!(again.size_bytes("a/b").await.expect("finds"), Some(4));
    }

    #[tokio::test]
    async fn what_a_crash_left_unfinished_is_removed_and_was_never_visible() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(Blobs::local(folder.path()).expect("opens"));
        let left = folder.path().join(".unfinished").join("half");
        let young = folder.path().join(".unfinished").join("under way");
        for file in [&left, &young] {
            std::fs::write(file, b"half").expect("writes");
        }
        let long_ago = UNIX_EPOCH + Duration::from_secs(1_600_000_000);
        let file = std::fs::File::options().write(true).open(&left);
        let file = file.expect("opens");
        file.set_modified(long_ago).expect("is ours");
        let again = Blobs::local(folder.path()).expect("opens");
        assert!(!left.exists());
        assert!(young.exists(), "another process may be writing it");
        assert_eq!(again.size_bytes("half").await.expect("finds"), None);
    }

    #[tokio::test]
    async fn no_key_leaves_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let blobs = Blobs::local(folder.path().join("inner")).expect("opens");
        let written = blobs.put("../outside", Bytes::from_static(b"x")).await;
        assert!(written.is_err());
        assert!(!folder.path().join("outside").exists());
    }

    #[test]
    fn a_full_disk_is_told_apart_however_deep_it_lies() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let wrapped = opendal::Error::new(ErrorKind::Unexpected, "write").set_source(full);
        assert_eq!(
            from_opendal(wrapped, "store a blob").kind,
            BlobErrorKind::Full
        );
    }
}
