//! Sessions of people, as the host sees them: tokens that it hands to its people, and their end.

use relaychat_protocol::{ErrorCode, SessionId, UserId};
use sha2::{Digest, Sha256};

use super::{ServiceError, Services, host_login, validate};
use crate::{
    domain::{
        event::Event,
        host_login::UserRef,
        session::{LoginKey, Session},
        user::{User, UserStatus},
    },
    storage::Transaction,
};

/// Shortest token that can be asked for: in less, a phone has not connected.
const TOKEN_MS_MIN: i64 = 10 * 1_000;

/// An access token for one of the host's people. Cannot be printed.
pub(crate) struct IssuedToken {
    /// Whose.
    pub(crate) user_id: UserId,
    /// The session it belongs to.
    pub(crate) session_id: SessionId,
    /// The token.
    pub(crate) access_token: String,
    /// How long it is valid.
    pub(crate) access_expires_in_ms: u64,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedToken")
            .field("session_id", &self.session_id)
            .finish_non_exhaustive()
    }
}

impl Services {
    /// An access token for a person. All tokens for the same device belong to one session, so that
    /// a socket goes on with a newer one; without a device there is one session for all.
    pub(crate) async fn issue_token(
        &self,
        user: &UserRef,
        ttl_ms: Option<i64>,
        device_name: Option<String>,
    ) -> Result<IssuedToken, ServiceError> {
        let ttl_ms = ttl_ms.unwrap_or(self.settings.access_token_ttl_ms);
        let most_ms = self.settings.session_ttl_ms;
        if !(TOKEN_MS_MIN..=most_ms).contains(&ttl_ms) {
            let detail = format!("A token is valid for {TOKEN_MS_MIN} to {most_ms} ms.");
            return Err(ServiceError::invalid("ttl_ms", detail));
        }
        let device_name = validate::device_name(device_name)?;
        let now_ms = self.now_ms();
        let mut transaction = self.storage.begin().await?;
        let user = self.resolve(&mut *transaction, user).await?;
        if user.status != UserStatus::Active {
            return Err(ServiceError {
                detail: "This account is disabled.".to_owned(),
                ..ServiceError::new(ErrorCode::Forbidden)
            });
        }
        let key = token_key(user.id, device_name.as_deref());
        let session = (key, device_name);
        let (session, ended) = self
            .use_session(&mut *transaction, &user, session, now_ms)
            .await?;
        let events = ended.map(|session_id| Event::SessionEnded { session_id });
        self.commit(transaction, events.into_iter().collect())
            .await?;
        let (access_token, access_expires_in_ms) =
            self.issue_access_token(user.id, session.id, ttl_ms)?;
        Ok(IssuedToken {
            user_id: user.id,
            session_id: session.id,
            access_token,
            access_expires_in_ms,
        })
    }

    /// The live sessions of a person, newest first.
    pub(crate) async fn list_user_sessions(
        &self,
        user: &UserRef,
    ) -> Result<Vec<Session>, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let user = self.resolve(&mut *snapshot, user).await?;
        Ok(snapshot.sessions().list(user.id, self.now_ms()).await?)
    }

    /// Ends one session of a person.
    pub(crate) async fn revoke_user_session(
        &self,
        user: &UserRef,
        session_id: SessionId,
    ) -> Result<(), ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let user = self.resolve(&mut *transaction, user).await?;
        let found = transaction.sessions().find(session_id).await?;
        let session = found
            .filter(|session| session.user_id == user.id)
            .ok_or_else(ServiceError::not_found)?;
        let event = self.end_one(&mut *transaction, &session).await?;
        self.commit(transaction, vec![event]).await
    }

    /// Ends all sessions of a person; tells how many. Tokens of the host that were made before are
    /// no longer good, also those that were never shown.
    pub(crate) async fn revoke_user_sessions(&self, user: &UserRef) -> Result<usize, ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let user = self.resolve(&mut *transaction, user).await?;
        let events = self.end_all(&mut *transaction, &user).await?;
        let count = events.len();
        self.commit(transaction, events).await?;
        Ok(count)
    }

    /// Ends all sessions within a transaction, which has to be committed with the events.
    pub(super) async fn end_all(
        &self,
        transaction: &mut dyn Transaction,
        user: &User,
    ) -> Result<Vec<Event>, ServiceError> {
        let now_ms = self.now_ms();
        let sessions = transaction.sessions().list(user.id, now_ms).await?;
        let mut events = Vec::with_capacity(sessions.len());
        for session in sessions {
            events.push(self.end_one(transaction, &session).await?);
        }
        if let Some(external_id) = &user.external_id {
            let everything = host_login::login_key(external_id, None);
            transaction.host().upsert_logout(everything, now_ms).await?;
        }
        Ok(events)
    }

    /// Ends a session, and notes the logout when it stands for a login of the host.
    pub(super) async fn end_one(
        &self,
        transaction: &mut dyn Transaction,
        session: &Session,
    ) -> Result<Event, ServiceError> {
        if let Some(key) = session.login_key {
            transaction.host().upsert_logout(key, self.now_ms()).await?;
        }
        transaction.sessions().remove(session.id).await?;
        Ok(Event::SessionEnded {
            session_id: session.id,
        })
    }
}

/// The name of the session of the tokens for a device.
fn token_key(user_id: UserId, device_name: Option<&str>) -> LoginKey {
    let mut hash = Sha256::new();
    hash.update(b"tokens");
    hash.update(user_id.0.as_bytes());
    hash.update(device_name.unwrap_or_default());
    hash.finalize().into()
}
