//! The list of what belongs to a backup.

use std::{io::Write, path::Path};

use serde::{Deserialize, Serialize};

use super::{BackupError, file, hashing::sync_folder};

/// Its name in the folder.
const NAME: &str = "manifest.json";
/// The form of the folder. Raised when an older version could not read it.
const FORMAT: u32 = 1;

/// What belongs to a backup. A folder with a manifest holds a complete one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the folder.
    pub format: u32,
    /// The engine that made it.
    pub engine_version: String,
    /// The newest step that the database had taken.
    pub schema_version: i64,
    /// The history of changes that was copied.
    pub epoch: String,
    /// Its newest change number.
    pub change: i64,
    /// When it was begun.
    pub made_at_ms: i64,
    /// Rows of the tables that matter to people, by name.
    pub rows: std::collections::BTreeMap<String, i64>,
    /// The copy of the database.
    pub database: Entry,
    /// Uploads, in order of their keys.
    pub blobs: Vec<Entry>,
    /// Uploads that were lost before the backup was made.
    pub lost_blobs: Vec<String>,
    /// What else was given along.
    pub files: Vec<Entry>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name; for an upload the key.
    pub name: String,
    /// Its size, in bytes.
    pub size_bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// The form that this version writes.
    pub(super) const FORMAT: u32 = FORMAT;

    /// The manifest of the backup in `folder`.
    ///
    /// # Errors
    /// There is no complete backup, or none that can be read.
    pub fn read(folder: &Path) -> Result<Self, BackupError> {
        let none = || BackupError::NoBackup(folder.display().to_string());
        let text = match std::fs::read(folder.join(NAME)) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(none()),
            Err(error) => return Err(file(NAME)(error)),
        };
        let value: serde_json::Value = serde_json::from_slice(&text).map_err(|_| none())?;
        let format = value["format"].as_u64().ok_or_else(none)?;
        if format > u64::from(FORMAT) {
            let version = value["engine_version"].as_str().unwrap_or_default();
            return Err(BackupError::TooNew(version.to_owned()));
        }
        serde_json::from_value(value).map_err(|_| none())
    }

    /// Puts it in place: from now on the backup is complete.
    pub(super) fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let unfinished = folder.join(format!("{NAME}.new"));
        let write = || {
            let mut file = std::fs::File::create(&unfinished)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.sync_all()?;
            std::fs::rename(&unfinished, folder.join(NAME))?;
            sync_folder(folder)
        };
        write().map_err(file(NAME))
    }
}
