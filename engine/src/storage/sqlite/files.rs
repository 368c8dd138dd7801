//! The files of a database: who may read them, and where one in memory lies.

use std::path::{Path, PathBuf};

use tokio::fs;

use crate::{
    random::{RandomExt, SystemRandom},
    storage::{StorageError, StorageErrorKind},
};

/// Where Linux keeps files in memory.
const MEMORY_FOLDER: &str = "/dev/shm";

fn failed(error: std::io::Error) -> StorageError {
    StorageError::new(StorageErrorKind::Unavailable, "make the file", error)
}

/// Makes the file with its folder if it is not there. Messages lie in it: only the present user
/// may read it. (SQLite gives the same rights to the files it puts beside it.)
pub(super) async fn prepare(path: &Path) -> Result<(), StorageError> {
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_dir_all(folder).await.map_err(failed)?;
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await.map_err(failed)?;
    Ok(())
}

/// A folder of its own, removed with everything in it when dropped.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Result<Self, StorageError> {
        let memory = PathBuf::from(MEMORY_FOLDER);
        let parent = Some(memory).filter(|folder| folder.is_dir());
        let name = u128::from_le_bytes(SystemRandom.bytes());
        let folder = parent
            .unwrap_or_else(std::env::temp_dir)
            .join(format!("relaychat-{name:032x}"));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(failed)?;
        Ok(Self(folder))
    }

    /// The file of the database.
    pub(super) fn file(&self) -> PathBuf {
        self.0.join("relaychat.db")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is a few pages of a temporary file system.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
