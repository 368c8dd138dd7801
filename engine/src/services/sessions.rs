//! Sessions: beginning, refreshing with rotation, listing, revoking.
//!
//! A refresh token is spent by its first use. Used again within a short grace it is two tabs that
//! woke up together, and each gets tokens of its own. Used again later it was copied: nobody can
//! say which of the two holds the copy, so the session ends for both.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use relaychat_protocol::{ErrorCode, SessionId, UserId};
use sha2::{Digest, Sha256};

use super::{Caller, Rate, ServiceError, Services};
use crate::{
    domain::{
        event::Event,
        session::{RefreshToken, Session},
    },
    limits::REFRESH_GRACE_MS,
    random::RandomExt,
    storage::Transaction,
};

/// Random bytes of a refresh token: 256 bits, so that its plain hash can be stored.
const TOKEN_BYTES: usize = 32;

/// The tokens of a session. Cannot be printed.
pub(crate) struct SessionTokens {
    /// Proves who asks.
    pub(crate) access_token: String,
    /// How long it does.
    pub(crate) access_expires_in_ms: u64,
    /// Is traded for new tokens.
    pub(crate) refresh_token: String,
}

impl std::fmt::Debug for SessionTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionTokens(…)")
    }
}

impl Services {
    /// Trades a refresh token for new tokens.
    pub(crate) async fn refresh_session(
        &self,
        refresh_token: &str,
    ) -> Result<SessionTokens, ServiceError> {
        let hash =
            hash_of(refresh_token).ok_or_else(|| ServiceError::new(ErrorCode::Unauthenticated))?;
        let now_ms = self.now_ms();
        let mut transaction = self.storage.begin().await?;
        let (mut token, mut session) = find_session(&mut *transaction, hash, now_ms).await?;
        match token.used_at_ms {
            Some(used_at_ms) if now_ms - used_at_ms > REFRESH_GRACE_MS => {
                self.end_session(transaction, session.id).await?;
                return Err(ServiceError::new(ErrorCode::RefreshTokenReused));
            }
            Some(_) => {}
            None => {
                token.used_at_ms = Some(now_ms);
                transaction.sessions().update_refresh_token(&token).await?;
            }
        }
        self.check_rate(Rate::Request, session.user_id).await?;
        session.last_used_at_ms = now_ms;
        session.expires_at_ms = now_ms + self.settings.session_ttl_ms;
        transaction.sessions().update(&session).await?;
        let tokens = self.add_tokens(&mut *transaction, &session).await?;
        self.commit(transaction, Vec::new()).await?;
        Ok(tokens)
    }

    /// The caller's live sessions, newest first.
    pub(crate) async fn list_sessions(&self, caller: Caller) -> Result<Vec<Session>, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let sessions = snapshot.sessions().list(caller.user_id, self.now_ms());
        Ok(sessions.await?)
    }

    /// Ends a session of the caller, also the one that asks.
    pub(crate) async fn revoke_session(
        &self,
        caller: Caller,
        session_id: SessionId,
    ) -> Result<(), ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let found = transaction.sessions().find(session_id).await?;
        let session = found
            .filter(|session| session.user_id == caller.user_id)
            .ok_or_else(ServiceError::not_found)?;
        let event = self.end_one(&mut *transaction, &session).await?;
        self.commit(transaction, vec![event]).await
    }

    /// Begins a session within the transaction of a login.
    pub(super) async fn start_session(
        &self,
        transaction: &mut dyn Transaction,
        user_id: UserId,
        device_name: Option<String>,
    ) -> Result<(Session, SessionTokens), ServiceError> {
        let now_ms = self.now_ms();
        let session = Session {
            id: SessionId(self.new_id()),
            user_id,
            login_key: None,
            device_name,
            created_at_ms: now_ms,
            last_used_at_ms: now_ms,
            expires_at_ms: now_ms + self.settings.session_ttl_ms,
        };
        transaction.sessions().insert(&session).await?;
        let tokens = self.add_tokens(transaction, &session).await?;
        Ok((session, tokens))
    }

    /// New tokens for a session.
    async fn add_tokens(
        &self,
        transaction: &mut dyn Transaction,
        session: &Session,
    ) -> Result<SessionTokens, ServiceError> {
        let refresh_token = URL_SAFE_NO_PAD.encode(self.random.bytes::<TOKEN_BYTES>());
        let row = RefreshToken {
            hash: Sha256::digest(refresh_token.as_bytes()).into(),
            session_id: session.id,
            used_at_ms: None,
        };
        transaction.sessions().insert_refresh_token(&row).await?;
        let (access_token, access_expires_in_ms) = self.issue_access_token(
            session.user_id,
            session.id,
            self.settings.access_token_ttl_ms,
        )?;
        Ok(SessionTokens {
            access_token,
            access_expires_in_ms,
            refresh_token,
        })
    }

    async fn end_session(
        &self,
        mut transaction: Box<dyn Transaction>,
        session_id: SessionId,
    ) -> Result<(), ServiceError> {
        transaction.sessions().remove(session_id).await?;
        let ended = Event::SessionEnded { session_id };
        self.commit(transaction, vec![ended]).await
    }
}

/// The token's row and its session, if both are there and the session is alive.
async fn find_session(
    transaction: &mut dyn Transaction,
    hash: [u8; 32],
    now_ms: i64,
) -> Result<(RefreshToken, Session), ServiceError> {
    let ended = || ServiceError::new(ErrorCode::SessionRevoked);
    let token = transaction.sessions().find_refresh_token(hash).await?;
    let token = token.ok_or_else(ended)?;
    let session = transaction.sessions().find(token.session_id).await?;
    let session = session
        .filter(|session| now_ms < session.expires_at_ms)
        .ok_or_else(ended)?;
    Ok((token, session))
}

/// The hash of what looks like a refresh token.
fn hash_of(token: &str) -> Option<[u8; 32]> {
    // Longer than any encoding of the bytes: not even decoded.
    if token.len() > 2 * TOKEN_BYTES {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    (bytes.len() == TOKEN_BYTES).then(|| Sha256::digest(token.as_bytes()).into())
}
