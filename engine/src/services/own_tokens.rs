//! Access tokens that were found genuine, so that a signature is checked once and not at each
//! request.
//!
//! What is remembered is what the token says, which never changes: whether it has expired and
//! whether its session is alive is asked each time. Only genuine tokens get in, and only the whole
//! token finds its entry.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use relaychat_protocol::{SessionId, UserId};

/// Tokens remembered before all are forgotten and checked again: some 8 MiB.
const TOKENS: usize = 20_000;

/// What a genuine token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Genuine {
    pub(super) user_id: UserId,
    pub(super) session_id: SessionId,
    pub(super) expires_at_ms: i64,
}

/// The tokens.
#[derive(Default)]
pub(super) struct OwnTokens(Mutex<HashMap<Box<str>, Genuine>>);

impl std::fmt::Debug for OwnTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnTokens(…)")
    }
}

impl OwnTokens {
    /// What a token says that was checked before.
    pub(super) fn find(&self, token: &str) -> Option<Genuine> {
        self.lock().get(token).copied()
    }

    /// Remembers a token that was found genuine.
    pub(super) fn remember(&self, token: &str, genuine: Genuine) {
        let mut tokens = self.lock();
        if tokens.len() >= TOKENS {
            tokens.clear();
        }
        tokens.insert(token.into(), genuine);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Genuine>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_the_whole_token_finds_its_entry() {
        let tokens = OwnTokens::default();
        let genuine = Genuine {
            user_id: UserId(Uuid::from_u128(1)),
            session_id: SessionId(Uuid::from_u128(2)),
            expires_at_ms: 3,
        };
        tokens.remember("head.claims.signature", genuine);
        assert_eq!(tokens.find("head.claims.signature"), Some(genuine));
        assert_eq!(tokens.find("head.claims.signaturE"), None);
        assert_eq!(tokens.find("head.claims."), None);
    }
}
