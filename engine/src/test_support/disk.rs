//! Where the database of a test lies.

use std::{path::PathBuf, sync::Arc};

use tempfile::TempDir;

use crate::storage::{Storage, sqlite::Sqlite};

/// Opens the database of a test, the same after a restart.
pub(super) async fn open(folder: &TempDir) -> Arc<dyn Storage> {
    let file = folder.path().join("relaychat.db");
    Arc::new(Sqlite::open(file).await.expect("a database"))
}

/// A folder that is gone afterwards, in memory where the system has such a place.
pub(super) fn scratch_folder() -> TempDir {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() {
        TempDir::with_prefix_in("relaychat-", memory)
    } else {
        TempDir::with_prefix("relaychat-")
    };
    folder.expect("a folder for temporary files")
}
