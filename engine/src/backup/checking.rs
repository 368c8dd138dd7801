//! Checking a backup: every byte, every reference, and every number that must add up.

use std::{collections::HashSet, path::Path};

use super::{
    BackupError, Entry, Manifest,
    hashing::entry_of,
    making::{BLOBS, FILES},
};
use crate::{
    domain::attachment::Attachment,
    storage::{newest_step, sqlite::DatabaseFile},
};

/// What a check has found.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What belongs to the backup.
    pub manifest: Manifest,
    /// Everything that is wrong, one sentence each. Empty: the backup can be restored.
    pub problems: Vec<String>,
}

/// Reads everything that belongs to the backup in `folder`.
///
/// # Errors
/// There is no complete backup, or one that this version does not know. What is wrong with one is
/// in the verdict.
pub async fn verify(folder: &Path) -> Result<Verdict, BackupError> {
    let manifest = Manifest::read(folder)?;
    if manifest.schema_version > newest_step() {
        return Err(BackupError::TooNew(manifest.engine_version));
    }
    let mut problems = Vec::new();
    check_files(folder, &manifest, &mut problems).await;
    // A database that is not the one that was copied may do anything when it is opened.
    if problems.is_empty()
        && let Err(error) = check_database(folder, &manifest, &mut problems).await
    {
        problems.push(error.to_string());
    }
    Ok(Verdict { manifest, problems })
}

async fn check_files(folder: &Path, manifest: &Manifest, problems: &mut Vec<String>) {
    let groups: [(&str, &[Entry]); 3] = [
        ("", std::slice::from_ref(&manifest.database)),
        (BLOBS, &manifest.blobs),
        (FILES, &manifest.files),
    ];
    for (within, entries) in groups {
        for entry in entries {
            let path = folder.join(within).join(&entry.name);
            let is_inside = !entry.name.split('/').any(|part| part == "..");
            match entry_of(path, entry.name.clone()).await {
                Ok(found) if found == *entry && is_inside => {}
                Ok(_) => problems.push(format!("{} is not what was copied", entry.name)),
                Err(error) => problems.push(error.to_string()),
            }
        }
    }
}

async fn check_database(
    folder: &Path,
    manifest: &Manifest,
    problems: &mut Vec<String>,
) -> Result<(), BackupError> {
    let mut database = DatabaseFile::open_copy(&folder.join(&manifest.database.name)).await?;
    problems.extend(database.problems().await?);
    let facts = database.facts().await?;
    let rows = facts.rows.iter();
    let is_described = facts.schema_version == manifest.schema_version
        && facts.epoch.to_string() == manifest.epoch
        && facts.change == manifest.change
        && rows
            .clone()
            .all(|(name, count)| manifest.rows.get(*name) == Some(count));
    if !is_described {
        problems.push("the manifest describes another database".to_owned());
    }
    let copied = manifest.blobs.iter().map(|entry| &*entry.name);
    let lost = manifest.lost_blobs.iter().map(|key| &**key);
    let known: HashSet<&str> = copied.chain(lost).collect();
    for (id, kind) in database.uploads().await? {
        for variant in kind.variants() {
            let key = Attachment::blob_key(id, *variant);
            if !known.contains(&*key) {
                problems.push(format!("the upload {key} is named and not there"));
            }
        }
    }
    database.close().await;
    Ok(())
}
