//! A copy of the database before its tables change.
//!
//! A new version takes its steps when it opens the database, and an older one refuses it from then
//! on. Who has to go back takes this copy. Uploads need none: no step touches them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{BackupError, file, hashing::sync_folder};
use crate::{
    clock::{Clock, SystemClock},
    storage::{newest_step, sqlite::DatabaseFile},
};

/// How many copies are kept: this upgrade, and two to look back.
const COPIES_MAX: usize = 3;
/// How the copies are called.
const NAME: &str = "before-step-";

/// Copies the database into `folder` when this version would change its tables; tells where to.
/// The newest three copies are kept. Call it before the database is opened.
///
/// # Errors
/// The copy could not be made. Then the database should not be opened.
pub async fn before_migration(
    database: &Path,
    folder: &Path,
) -> Result<Option<PathBuf>, BackupError> {
    let is_there = fs::metadata(database).is_ok_and(|found| found.len() > 0);
    if !is_there {
        return Ok(None);
    }
    let mut source = DatabaseFile::open(database).await?;
    let version = source.schema_version().await?;
    if version == 0 || version >= newest_step() {
        source.close().await;
        return Ok(None);
    }
    fs::create_dir_all(folder).map_err(file(folder.display()))?;
    let (now_ms, next) = (SystemClock.now_ms(), newest_step());
    let path = folder.join(format!("{NAME}{next}-{now_ms}.db"));
    let unfinished = path.with_extension("unfinished");
    let copied = source.copy_into(&unfinished).await;
    source.close().await;
    copied?;
    let finish = || {
        let copy = fs::File::open(&unfinished)?;
        #[cfg(unix)]
        copy.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        copy.sync_all()?;
        fs::rename(&unfinished, &path)?;
        sync_folder(folder)
    };
    finish().map_err(file(path.display()))?;
    // An old copy too many is only space.
    let _ = keep_newest(folder);
    Ok(Some(path))
}

fn keep_newest(folder: &Path) -> io::Result<()> {
    let mut copies = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(NAME) {
            copies.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    copies.sort();
    let too_many = copies.len().saturating_sub(COPIES_MAX);
    for (_, path) in copies.drain(..too_many) {
        fs::remove_file(path)?;
    }
    Ok(())
}
