//! Files with their hashes, durable when they are there.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

use super::{BackupError, Entry, file};
use crate::blobs::{BlobStore, Pieces};

/// How much of a file is read at once.
const READ_BYTES: usize = 256 * 1024;
/// How the name of a file ends while it is being written.
const UNFINISHED: &str = ".unfinished";

/// Makes names in `folder` durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// What a file is, by its bytes.
pub(super) async fn entry_of(path: PathBuf, name: String) -> Result<Entry, BackupError> {
    let what = name.clone();
    let hashed = tokio::task::spawn_blocking(move || hash(&path, name)).await;
    hashed
        .map_err(io::Error::other)
        .flatten()
        .map_err(file(what))
}

fn hash(path: &Path, name: String) -> io::Result<Entry> {
    let mut reader = fs::File::open(path)?;
    let (mut hasher, mut buffer, mut size_bytes) = (Sha256::new(), vec![0; READ_BYTES], 0);
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        size_bytes += read as u64;
    }
    Ok(Entry {
        name,
        size_bytes,
        sha256: hex(&hasher.finalize()),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes under `key`, all of them; `None` when there is nothing.
pub(super) async fn read_blob(
    blobs: &dyn BlobStore,
    key: &str,
) -> Result<Option<Pieces>, BackupError> {
    match blobs.size_bytes(key).await? {
        Some(size_bytes) => Ok(blobs.read(key, 0..size_bytes).await?),
        None => Ok(None),
    }
}

/// Writes what comes into a file at `path`, which is there only when it is whole and durable.
pub(super) async fn keep(
    path: PathBuf,
    name: String,
    mut pieces: Pieces,
) -> Result<Entry, BackupError> {
    let failed = |what: &str| file(what.to_owned());
    let unfinished = with_ending(&path);
    let mut output = create(&unfinished).map_err(failed(&name))?;
    let (mut hasher, mut size_bytes) = (Sha256::new(), 0);
    while let Some(piece) = pieces.try_next().await? {
        hasher.update(&piece);
        size_bytes += piece.len() as u64;
        output.write_all(&piece).map_err(failed(&name))?;
    }
    let finish = move || {
        output.sync_all()?;
        fs::rename(&unfinished, &path)?;
        path.parent().map_or(Ok(()), sync_folder)
    };
    let finished = tokio::task::spawn_blocking(finish).await;
    let finished = finished.map_err(io::Error::other).flatten();
    finished.map_err(failed(&name))?;
    Ok(Entry {
        name,
        size_bytes,
        sha256: hex(&hasher.finalize()),
    })
}

/// A new file for the present user alone, with its folders.
fn create(path: &Path) -> io::Result<fs::File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn with_ending(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(UNFINISHED);
    name.into()
}
