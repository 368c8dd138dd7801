//! The session between two runs: a file that only its owner may read.
//!
//! Whoever has the file is logged in, so it is made with mode 0600 and never widened. It is written
//! beside itself and renamed: a crash leaves the old session or the new one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::PathBuf,
};

use relaychat_sdk::{SessionStore, StoredSession};

/// Keeps the session in a file.
#[derive(Debug)]
pub(crate) struct SessionFile(PathBuf);

impl SessionFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    fn write(&self, session: &StoredSession) -> io::Result<()> {
        let beside = self.0.with_extension("new");
        let mut file = private(&beside)?;
        file.write_all(&serde_json::to_vec(session)?)?;
        file.sync_all()?;
        fs::rename(beside, &self.0)
    }
}

impl SessionStore for SessionFile {
    fn load(&self) -> Option<StoredSession> {
        serde_json::from_slice(&fs::read(&self.0).ok()?).ok()
    }

    fn save(&self, session: Option<&StoredSession>) {
        // What cannot be written is forgotten with the program: the seam says so.
        let _ = match session {
            Some(session) => self.write(session),
            None => fs::remove_file(&self.0),
        };
    }
}

fn private(path: &PathBuf) -> io::Result<File> {
    // A mode is for new files only, so what a crash left is not used.
    let _ = fs::remove_file(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_session_comes_back_from_a_file_that_only_its_owner_reads() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("session.json");
        let store = SessionFile::new(path.clone());
        assert_eq!(store.load(), None);
        let session = StoredSession {
            session_id: Uuid::nil().into(),
            refresh_token: "refresh".to_owned(),
            access_token: "access".to_owned(),
            access_expires_at_ms: 7,
        };
        fs::write(path.with_extension("new"), "left by a crash").expect("it is written");
        store.save(Some(&session));
        assert_eq!(store.load(), Some(session));
        let mode = fs::metadata(&path)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        store.save(None);
        assert!(!path.exists());
        assert_eq!(store.load(), None);
    }
}
