//! Logins of the host that were looked up, so that not every request of its people writes or reads.
//!
//! What is remembered is only what a login led to. Whether the session is still alive is asked of
//! [`LiveSessions`](super::live_sessions) each time, so that ending a session ends this too.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use relaychat_protocol::{SessionId, UserId};

use crate::domain::{session::LoginKey, user::HostProfile};

/// Logins remembered before all are forgotten and looked up again: some 20 MiB.
const LOGINS: usize = 50_000;

/// What a login led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownLogin {
    pub(super) user_id: UserId,
    pub(super) session_id: SessionId,
    /// What the host said then. Another word is looked up again.
    pub(super) profile: HostProfile,
    /// Statements made up to here are no longer good.
    pub(super) good_after_ms: Option<i64>,
    /// When it is looked up again, so that the session counts as used.
    pub(super) stale_at_ms: i64,
}

/// The memory.
#[derive(Debug, Default)]
pub(super) struct KnownLogins(Mutex<HashMap<LoginKey, KnownLogin>>);

impl KnownLogins {
    /// What this login led to when the host said the same.
    pub(super) fn find(
        &self,
        key: LoginKey,
        profile: &HostProfile,
        now_ms: i64,
    ) -> Option<KnownLogin> {
        let known = self.lock();
        let login = known.get(&key)?;
        (login.profile == *profile && now_ms < login.stale_at_ms).then(|| login.clone())
    }

    pub(super) fn remember(&self, key: LoginKey, login: KnownLogin) {
        let mut known = self.lock();
        if known.len() >= LOGINS {
            known.clear();
        }
        known.insert(key, login);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LoginKey, KnownLogin>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
