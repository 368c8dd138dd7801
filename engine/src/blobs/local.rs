//! The part of a local blob folder that OpenDAL leaves out: names that survive a loss of power.
//!
//! OpenDAL's fs service (0.59) writes to a temporary file, calls `sync_all` on it and renames it
//! into place. That makes a blob whole, but not durable: the new *name* lies in the parent
//! directory, and a directory that was just made lies in its own parent. Neither is synced. So
//! after each write every directory from the blob up to the root is synced here.

use std::{
    io,
    path::{Path, PathBuf},
};

/// A folder of blobs.
#[derive(Clone, Debug)]
pub(super) struct LocalFolder {
    root: PathBuf,
}

/// Where files are while they are being written. Starts with a dot, as no key does.
const UNFINISHED: &str = ".unfinished";

impl LocalFolder {
    /// Makes the folder when it is missing, and clears what earlier writes left unfinished.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(path)?;
        let root = path.canonicalize()?;
        let folder = Self { root };
        match std::fs::remove_dir_all(folder.unfinished()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::create_dir_all(folder.unfinished())?;
        sync_directory(&folder.root)?;
        Ok(folder)
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn unfinished(&self) -> PathBuf {
        self.root.join(UNFINISHED)
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
