//! Sessions that are known to be alive, so that not every request asks storage.
//!
//! The danger is a session that is looked up while it is being revoked, and remembered as alive
//! afterwards. So a lookup remembers the generation it began in, and every end of a session begins
//! a new one: what was read before it is not kept.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use relaychat_protocol::{SessionId, UserId};

use crate::domain::session::Session;

/// Sessions remembered before all are forgotten and looked up again: some 6 MiB.
const SESSIONS: usize = 100_000;

/// The cache.
#[derive(Debug, Default)]
pub(super) struct LiveSessions(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    generation: u64,
    alive: HashMap<SessionId, (UserId, i64)>,
}

impl LiveSessions {
    /// Whether the session of this user is known to be alive.
    pub(super) fn is_alive(&self, id: SessionId, user_id: UserId, now_ms: i64) -> bool {
        let known = self.lock();
        let found = known.alive.get(&id);
        found.is_some_and(|&(owner, expires_at_ms)| owner == user_id && now_ms < expires_at_ms)
    }

    /// To be called before a session is looked up.
    pub(super) fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// Remembers a session that was looked up since `generation`, unless one has ended meanwhile.
    pub(super) fn remember(&self, session: &Session, generation: u64) {
        let mut known = self.lock();
        if known.generation != generation {
            return;
        }
        if known.alive.len() >= SESSIONS {
            known.alive.clear();
        }
        let value = (session.user_id, session.expires_at_ms);
        known.alive.insert(session.id, value);
    }

    /// Forgets a session that has ended.
    pub(super) fn end(&self, id: SessionId) {
        let mut known = self.lock();
        known.generation += 1;
        known.alive.remove(&id);
    }

    /// Forgets all sessions: each is looked up again.
    pub(super) fn clear(&self) {
        let mut known = self.lock();
        known.generation += 1;
        known.alive.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn session(expires_at_ms: i64) -> Session {
        Session {
            id: SessionId(Uuid::from_u128(1)),
            user_id: UserId(Uuid::from_u128(2)),
            login_key: None,
            device_name: None,
            created_at_ms: 0,
            last_used_at_ms: 0,
            expires_at_ms,
        }
    }

    #[test]
    fn a_session_that_ends_while_it_is_looked_up_is_not_remembered() {
        let sessions = LiveSessions::default();
        let session = session(100);
        let generation = sessions.generation();
        sessions.end(session.id);
        sessions.remember(&session, generation);
        assert!(!sessions.is_alive(session.id, session.user_id, 0));
    }

    #[test]
    fn a_remembered_session_is_alive_for_its_owner_until_it_expires() {
        let sessions = LiveSessions::default();
        let session = session(100);
        sessions.remember(&session, sessions.generation());
        assert!(sessions.is_alive(session.id, session.user_id, 99));
        assert!(!sessions.is_alive(session.id, session.user_id, 100));
        assert!(!sessions.is_alive(session.id, UserId(Uuid::nil()), 99));
    }
}
