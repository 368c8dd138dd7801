//! Putting a backup back.

use std::{fs, io, path::Path};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    BackupError, Manifest, file,
    hashing::{keep, sync_folder},
    making::{BLOBS, FILES},
    new_epoch, verify,
};
use crate::{
    blobs::{BlobError, BlobErrorKind, BlobStore, Pieces},
    storage::sqlite::DatabaseFile,
};

/// Where a backup goes.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The file of the database. It must not be there.
    pub database: &'a Path,
    /// Where uploads go.
    pub blobs: &'a dyn BlobStore,
    /// The folder of the further files.
    pub files: &'a Path,
}

/// Uploads put back at once.
const BLOBS_AT_ONCE: usize = 8;
/// How much of a file is read at once.
const READ_BYTES: usize = 256 * 1024;

/// Puts the backup in `folder` back. It is checked first, and the database comes last, so that an
/// engine never finds half of it. It begins a new epoch.
///
/// # Errors
/// The backup is damaged, there is a database already, or something could not be written.
pub async fn restore(folder: &Path, target: Target<'_>) -> Result<Manifest, BackupError> {
    let Target {
        database,
        blobs,
        files,
    } = target;
    if database.exists() {
        return Err(BackupError::NotEmpty(database.display().to_string()));
    }
    let verdict = verify(folder).await?;
    if !verdict.problems.is_empty() {
        return Err(BackupError::Damaged(verdict.problems));
    }
    let manifest = verdict.manifest;
    let puts = manifest.blobs.iter().map(|entry| async {
        let pieces = pieces_of(&folder.join(BLOBS).join(&entry.name), &entry.name)?;
        blobs.write(&entry.name, pieces).await?;
        Ok::<(), BackupError>(())
    });
    let puts = stream::iter(puts).buffer_unordered(BLOBS_AT_ONCE);
    puts.try_collect::<()>().await?;
    for entry in &manifest.files {
        let pieces = pieces_of(&folder.join(FILES).join(&entry.name), &entry.name)?;
        keep(files.join(&entry.name), entry.name.clone(), pieces).await?;
    }
    let unfinished = database.with_extension("restoring");
    let copy = pieces_of(&folder.join(&manifest.database.name), "the database")?;
    keep(unfinished.clone(), "the database".to_owned(), copy).await?;
    let mut copied = DatabaseFile::open(&unfinished).await?;
    let begun = copied.begin_epoch(new_epoch()).await;
    copied.close().await;
    begun?;
    let folder = database.parent().unwrap_or(Path::new("."));
    let renamed = fs::rename(&unfinished, database).and_then(|()| sync_folder(folder));
    renamed.map_err(file(database.display()))?;
    Ok(manifest)
}

/// The bytes of a file in pieces.
fn pieces_of(path: &Path, name: &str) -> Result<Pieces, BackupError> {
    let opened = fs::File::open(path).map_err(file(name))?;
    let reader =
        tokio_util::io::ReaderStream::with_capacity(tokio::fs::File::from_std(opened), READ_BYTES);
    let failed = |error: io::Error| {
        BlobError::new(BlobErrorKind::Internal, "read a file of the backup", error)
    };
    Ok(reader.map_err(failed).boxed())
}
