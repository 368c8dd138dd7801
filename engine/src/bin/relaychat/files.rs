//! The data folder: the database, the uploads, and the secret.

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::Context;
use relaychat_engine::random::{RandomExt, SystemRandom};

use crate::failure::Problems;

/// Where things lie in a data folder.
pub(crate) struct DataFolder {
    pub(crate) path: PathBuf,
}

/// 32 bytes from which all keys are derived. Cannot be printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecretKey(pub(crate) [u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl DataFolder {
    /// The folder at `path`, made if need be for the present user alone.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|error| cannot(path, "be made", &error))?;
        let probe = path.join(".writable");
        fs::write(&probe, b"")
            .and_then(|()| fs::remove_file(&probe))
            .map_err(|error| cannot(path, "be written to", &error))?;
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// The secret of this server, made on the first start. It lies beside the database and not in
    /// it, so that a copy of the database alone opens no account.
    pub(crate) fn secret(&self) -> anyhow::Result<SecretKey> {
        match self.read_secret()? {
            Some(secret) => Ok(secret),
            None => make_secret(&self.secret_path()),
        }
    }

    /// The secret, where there is one already.
    pub(crate) fn read_secret(&self) -> anyhow::Result<Option<SecretKey>> {
        let path = self.secret_path();
        match fs::read_to_string(&path) {
            Ok(text) => parse_secret(text.trim())
                .map(Some)
                .with_context(|| format!("{} must hold 64 hexadecimal digits", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    fn secret_path(&self) -> PathBuf {
        self.path.join("secret.key")
    }
}

fn cannot(folder: &Path, what: &str, error: &std::io::Error) -> anyhow::Error {
    Problems::one(format!(
        "the data folder {} cannot {what}: {error}",
        folder.display()
    ))
}

fn make_secret(path: &Path) -> anyhow::Result<SecretKey> {
    let secret: [u8; 32] = SystemRandom.bytes();
    let text: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let unfinished = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        writeln!(file, "{text}")?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    };
    write().with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(SecretKey(secret))
}

/// A secret as it is written: 64 hexadecimal digits.
pub(crate) fn parse_secret(text: &str) -> Option<SecretKey> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut secret = [0; 32];
    for (place, byte) in secret.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).ok()?;
    }
    Some(SecretKey(secret))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_secret_is_made_once_for_the_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::open(folder.path()).expect("opens");
        let first = data.secret().expect("a secret");
        assert_eq!(data.secret().expect("the same"), first);
        let file = fs::metadata(folder.path().join("secret.key")).expect("is there");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_secret_is_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("secret.key"), "not hex").expect("writes");
        let data = DataFolder::open(folder.path()).expect("opens");
        assert!(data.secret().is_err());
    }
}
