//! The part of a local blob folder that OpenDAL leaves out: names that survive a loss of power.
//!
//! OpenDAL's fs service (0.59) writes to a temporary file, calls `sync_all` on it and renames it
//! into place. That makes a blob whole, but not durable: the new *name* lies in the parent
//! directory, and a directory that was just made lies in its own parent. Neither is synced. So
//! after each write every directory from the blob up to the root is synced here.

use std::{
    io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use crate::clock::{Clock, SystemClock};

/// A folder of blobs.
#[derive(Clone, Debug)]
pub(super) struct LocalFolder {
    root: PathBuf,
}

/// Where files are while they are being written. Starts with a dot, as no key does.
const UNFINISHED: &str = ".unfinished";
/// A file that nobody has written to for so long is given up: uploads take two minutes at most.
const UNFINISHED_MS: i64 = 60 * 60 * 1_000;

impl LocalFolder {
    /// Makes the folder when it is missing, and clears what earlier writes left unfinished. What is
    /// young stays: another process may be writing it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(path)?;
        let root = path.canonicalize()?;
        let folder = Self { root };
        std::fs::create_dir_all(folder.unfinished())?;
        folder.clear_unfinished(SystemClock.now_ms())?;
        sync_directory(&folder.root)?;
        Ok(folder)
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn unfinished(&self) -> PathBuf {
        self.root.join(UNFINISHED)
    }

    fn clear_unfinished(&self, now_ms: i64) -> io::Result<()> {
        for entry in std::fs::read_dir(self.unfinished())? {
            let entry = entry?;
            let modified = match entry.metadata().and_then(|found| found.modified()) {
                Ok(modified) => modified.duration_since(UNIX_EPOCH).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let modified_ms = i64::try_from(modified.as_millis()).unwrap_or(i64::MAX);
            if now_ms.saturating_sub(modified_ms) < UNFINISHED_MS {
                continue;
            }
            match std::fs::remove_file(entry.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Makes the name of the finished blob `key`, and of every directory on the way to it, durable.
    pub(super) async fn sync_names(&self, key: &str) -> io::Result<()> {
        let root = self.root.clone();
        let blob = self.root.join(key);
        tokio::task::spawn_blocking(move || {
            let inside = |directory: &&Path| directory.starts_with(&root);
            blob.ancestors()
                .skip(1)
                .take_while(inside)
                .try_for_each(sync_directory)
        })
        .await
        .map_err(io::Error::other)?
    }
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    std::fs::File::open(path)?.sync_all()
}

/// Elsewhere directories cannot be opened as files; the rename is as durable as the system makes it.
#[cfg(not(unix))]
fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
