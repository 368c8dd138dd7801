//! Keeps the session in a file, so that a participant that was killed is somebody again.

use std::{fs, path::PathBuf};

use relaychat_sdk::{SessionStore, StoredSession};

#[derive(Debug)]
pub(crate) struct SessionFile(pub(crate) PathBuf);

impl SessionStore for SessionFile {
    fn load(&self) -> Option<StoredSession> {
        StoredSession::from_json(&fs::read_to_string(&self.0).ok()?)
    }

    fn save(&self, session: Option<&StoredSession>) {
        // What cannot be written is forgotten with the program, as the seam says.
        match session {
            Some(session) => {
                let next = self.0.with_extension("new");
                if fs::write(&next, session.to_json()).is_ok() {
                    fs::rename(&next, &self.0).ok();
                }
            }
            None => {
                fs::remove_file(&self.0).ok();
            }
        }
    }
}
