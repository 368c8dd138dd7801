//! Making a backup.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs, io,
    path::{Path, PathBuf},
};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    BackupError, Entry, Manifest, file,
    hashing::{entry_of, keep, read_blob},
};
use crate::{
    blobs::BlobStore,
    clock::{Clock, SystemClock},
    domain::attachment::Attachment,
    storage::sqlite::{DatabaseFile, Facts},
};

/// What is to be backed up. Engines may be running on it, in this process or another one.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file of the database.
    pub database: &'a Path,
    /// Where its uploads lie.
    pub blobs: &'a dyn BlobStore,
    /// Further small files, such as the secret: what to call each, and where it is.
    pub files: &'a [(&'a str, &'a Path)],
}

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// What belongs to it.
    pub manifest: Manifest,
    /// Uploads that were copied; the others were there already.
    pub copied_blobs: usize,
}

/// How often the database is copied when the sweep was faster than the copy of the uploads.
const COPIES_MAX: usize = 3;
/// Uploads copied at once: enough to hide the way to a store elsewhere.
const BLOBS_AT_ONCE: usize = 8;
/// The folder of uploads in a backup.
pub(super) const BLOBS: &str = "blobs";
/// The folder of further files in a backup.
pub(super) const FILES: &str = "files";
/// Held while a backup is made.
const LOCK: &str = "lock";
/// How the copies of the database are called.
const DATABASE: &str = "relaychat-";

/// Makes a backup of `source` in the folder `target`, which is made if need be. What an earlier
/// backup there has already is not copied again, and that backup stays whole until the new one is
/// complete.
///
/// # Errors
/// Something could not be read or written; nothing was lost.
pub async fn backup(source: Source<'_>, target: &Path) -> Result<Made, BackupError> {
    let _lock = lock(target)?;
    let earlier = Manifest::read(target).ok();
    let mut known: HashMap<String, Entry> = HashMap::new();
    for entry in earlier.into_iter().flat_map(|manifest| manifest.blobs) {
        known.insert(entry.name.clone(), entry);
    }
    let made_at_ms = SystemClock.now_ms();
    let mut copied_blobs = 0;
    let mut copies = 0;
    let (database, facts, blobs, lost_blobs) = loop {
        copies += 1;
        let name = format!("{DATABASE}{made_at_ms}-{copies}.db");
        let (facts, keys) = copy_database(source.database, &target.join(&name)).await?;
        let (blobs, missing, copied) = copy_blobs(source.blobs, target, &keys, &known).await?;
        copied_blobs += copied;
        if missing.is_empty() || copies == COPIES_MAX {
            break (name, facts, blobs, missing);
        }
        known.extend(blobs.into_iter().map(|entry| (entry.name.clone(), entry)));
    };
    let manifest = Manifest {
        format: Manifest::FORMAT,
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        schema_version: facts.schema_version,
        epoch: facts.epoch.to_string(),
        change: facts.change,
        made_at_ms,
        rows: rows(&facts),
        database: entry_of(target.join(&database), database.clone()).await?,
        blobs,
        lost_blobs,
        files: copy_files(source.files, target).await?,
    };
    manifest.write(target)?;
    // Whatever cannot be cleared is only space, and the next backup tries again.
    let _ = clear(target, &manifest);
    Ok(Made {
        manifest,
        copied_blobs,
    })
}

fn rows(facts: &Facts) -> BTreeMap<String, i64> {
    let rows = facts.rows.iter();
    rows.map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

/// Keeps others from making a backup into the same folder.
fn lock(target: &Path) -> Result<fs::File, BackupError> {
    let open = || {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(target)?;
        fs::File::create(target.join(LOCK))
    };
    let lock = open().map_err(file(target.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => Err(BackupError::InUse(target.display().to_string())),
        Err(fs::TryLockError::Error(error)) => Err(file(LOCK)(error)),
    }
}

/// One state of all tables as a durable file, and the keys of the uploads that it names.
async fn copy_database(from: &Path, to: &Path) -> Result<(Facts, Vec<String>), BackupError> {
    let mut database = DatabaseFile::open(from).await?;
    let copied = database.copy_into(to).await;
    database.close().await;
    copied?;
    let path = to.to_owned();
    let synced = tokio::task::spawn_blocking(move || private(&path)).await;
    let synced = synced.map_err(io::Error::other).flatten();
    synced.map_err(file(to.display()))?;
    let mut copy = DatabaseFile::open_copy(to).await?;
    let facts = copy.facts().await?;
    let uploads = copy.uploads().await?;
    copy.close().await;
    let keys = uploads.into_iter().flat_map(|(id, kind)| {
        let variants = kind.variants().iter();
        variants.map(move |variant| Attachment::blob_key(id, *variant))
    });
    let keys: BTreeSet<_> = keys.collect();
    Ok((facts, keys.into_iter().collect()))
}

/// Makes a file durable, and readable for the present user alone.
fn private(path: &Path) -> io::Result<()> {
    let file = fs::File::open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.sync_all()
}

/// What became of one upload.
enum Copied {
    New(Entry),
    Known(Entry),
    Missing(String),
}

/// Copies the uploads that are not there yet; tells which are there, which are missing, and how
/// many are new.
async fn copy_blobs(
    blobs: &dyn BlobStore,
    target: &Path,
    keys: &[String],
    known: &HashMap<String, Entry>,
) -> Result<(Vec<Entry>, Vec<String>, usize), BackupError> {
    let (mut there, mut missing, mut new) = (Vec::new(), Vec::new(), 0);
    let copies = keys
        .iter()
        .map(|key| copy_blob(blobs, target, key, known.get(key)));
    let mut copies = stream::iter(copies).buffered(BLOBS_AT_ONCE);
    while let Some(copied) = copies.try_next().await? {
        match copied {
            Copied::New(entry) => {
                new += 1;
                there.push(entry);
            }
            Copied::Known(entry) => there.push(entry),
            Copied::Missing(key) => missing.push(key),
        }
    }
    Ok((there, missing, new))
}

async fn copy_blob(
    blobs: &dyn BlobStore,
    target: &Path,
    key: &str,
    known: Option<&Entry>,
) -> Result<Copied, BackupError> {
    let path = target.join(BLOBS).join(key);
    let size_bytes = fs::metadata(&path).map(|found| found.len()).ok();
    match (known, size_bytes) {
        (Some(entry), Some(size_bytes)) if entry.size_bytes == size_bytes => {
            return Ok(Copied::Known(entry.clone()));
        }
        // A file is there only when it is whole: left by a backup that was not completed.
        (None, Some(_)) => return Ok(Copied::Known(entry_of(path, key.to_owned()).await?)),
        _ => {}
    }
    match read_blob(blobs, key).await? {
        Some(pieces) => Ok(Copied::New(keep(path, key.to_owned(), pieces).await?)),
        None => Ok(Copied::Missing(key.to_owned())),
    }
}

async fn copy_files(files: &[(&str, &Path)], target: &Path) -> Result<Vec<Entry>, BackupError> {
    let mut entries = Vec::new();
    for (name, from) in files {
        let bytes = fs::read(from).map_err(file(from.display()))?;
        let pieces = stream::iter([Ok(bytes.into())]).boxed();
        let path = target.join(FILES).join(name);
        entries.push(keep(path, (*name).to_owned(), pieces).await?);
    }
    Ok(entries)
}

/// Removes what the backup does not name: older copies, and uploads that are gone.
fn clear(target: &Path, manifest: &Manifest) -> io::Result<()> {
    for found in fs::read_dir(target)? {
        let name = found?.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(DATABASE) && name != manifest.database.name.as_str() {
            fs::remove_file(target.join(&*name))?;
        }
    }
    let named: BTreeSet<_> = manifest.blobs.iter().map(|entry| &*entry.name).collect();
    let root = target.join(BLOBS);
    for path in files_below(&root)? {
        let key = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy();
        if !named.contains(&*key) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => folders.push(entry.path()),
                false => files.push(entry.path()),
            }
        }
    }
    Ok(files)
}
