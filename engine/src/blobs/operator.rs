//! Blobs through OpenDAL: a local folder, or whatever store the host has an operator for.
//!
//! The only module that knows OpenDAL. It adds nothing to what the store does but the mapping of
//! errors and, for a local folder, the step that makes a finished file survive a loss of power.

use std::{ops::Range, path::Path};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};
use opendal::{ErrorKind, Operator};

use super::{BlobError, BlobErrorKind, BlobStore, local::LocalFolder};

/// Blobs in a local folder or behind an OpenDAL operator.
#[derive(Debug)]
pub struct Blobs {
    operator: Operator,
    /// Set for a local folder only.
    folder: Option<LocalFolder>,
}

/// How much of a blob is read at once, in bytes: large enough that a picture of ordinary size takes
/// a few reads, small enough that a thousand slow readers hold little.
const READ_CHUNK_BYTES: usize = 256 * 1024;

impl Blobs {
    /// Blobs in a local folder, which is made when it is missing. Leftovers of writes that a crash
    /// interrupted are removed.
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
            folder: Some(folder),
        })
    }

    /// Blobs behind any OpenDAL operator. The operator's writes must be atomic and durable when
    /// they return, as those of object stores are.
    #[must_use]
    pub fn operator(operator: Operator) -> Self {
        Self {
            operator,
            folder: None,
        }
    }
}

#[async_trait]
impl BlobStore for Blobs {
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), BlobError> {
        const DOING: &str = "store a blob";
        self.operator
            .write(key, bytes)
            .await
            .map_err(|error| from_opendal(error, DOING))?;
        if let Some(folder) = &self.folder {
            folder
                .sync_names(key)
                .await
                .map_err(|error| from_io(error, DOING))?;
        }
        Ok(())
    }

    async fn size_bytes(&self, key: &str) -> Result<Option<u64>, BlobError> {
        match self.operator.stat(key).await {
            Ok(metadata) if metadata.is_file() => Ok(Some(metadata.content_length())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(from_opendal(error, "find a blob")),
        }
    }

    async fn read(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, BlobError>>>, BlobError> {
        const DOING: &str = "read a blob";
        // Stores open lazily: without this a missing key would show only in the stream.
        if self.size_bytes(key).await?.is_none() {
            return Ok(None);
        }
        let stream = self
            .operator
            .reader_with(key)
            .chunk(READ_CHUNK_BYTES)
            .await
            .map_err(|error| from_opendal(error, DOING))?
            .into_bytes_stream(range)
            .await
            .map_err(|error| from_opendal(error, DOING))?;
        Ok(Some(
            stream
                .map(|piece| piece.map_err(|error| from_io(error, DOING)))
                .boxed(),
        ))
    }

    async fn remove(&self, key: &str) -> Result<(), BlobError> {
        match self.operator.delete(key).await {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(from_opendal(error, "remove a blob")),
        }
    }
}

fn from_opendal(error: opendal::Error, operation: &'static str) -> BlobError {
    let kind = if is_full(&error) {
        BlobErrorKind::Full
    } else if error.is_temporary() || error.kind() == ErrorKind::RateLimited {
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
        std::fs::write(&left, b"half").expect("writes");
        let again = Blobs::local(folder.path()).expect("opens");
        assert!(!left.exists());
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
