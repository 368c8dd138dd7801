//! Access tokens: short-lived JWTs. The only file that knows the JWT library.
//!
//! What is accepted is one algorithm, one type, one issuer, one audience, and every claim in its
//! own JSON type. The header chooses nothing: there is one key, so `kid`, `jku` and the like are
//! not even read. Time comes from the engine's clock, without leeway, for issuer and reader are one.

use std::collections::HashSet;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use relaychat_protocol::{ErrorCode, SessionId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Caller, ServiceError, Services, own_tokens::Genuine};

/// `typ` of the header (RFC 9068), so that no other JWT made with the key is taken for one.
const TYPE: &str = "at+jwt";
/// Longest token that is looked at: some five times what is issued.
const TOKEN_BYTES: usize = 2_048;

/// The claims, all of them required.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

impl Services {
    /// Who an access token of the engine belongs to, if it is genuine, has not expired, and its
    /// session is alive.
    pub(super) async fn authenticate_own(&self, token: &str) -> Result<Caller, ServiceError> {
        let Genuine {
            user_id,
            session_id,
            expires_at_ms,
        } = self
            .read_token(token)
            .ok_or_else(|| ServiceError::new(ErrorCode::Unauthenticated))?;
        let caller = Caller {
            user_id,
            session_id,
            token_expires_at_ms: expires_at_ms,
        };
        if self.now_ms() >= caller.token_expires_at_ms {
            return Err(ServiceError::new(ErrorCode::TokenExpired));
        }
        self.check_alive(caller.session_id, caller.user_id).await?;
        Ok(caller)
    }

    /// A new access token and how long it is valid. Times in a JWT are whole seconds.
    pub(super) fn issue_access_token(
        &self,
        user_id: UserId,
        session_id: SessionId,
        ttl_ms: i64,
    ) -> Result<(String, u64), ServiceError> {
        let now_ms = self.now_ms();
        let exp = (now_ms + ttl_ms).div_euclid(1_000);
        let claims = Claims {
            iss: self.settings.token_issuer.clone(),
            aud: self.settings.token_audience.clone(),
            sub: user_id.0,
            sid: session_id.0,
            iat: now_ms.div_euclid(1_000),
            exp,
        };
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        let key = EncodingKey::from_secret(&self.keys.access_tokens);
        let token = jsonwebtoken::encode(&header, &claims, &key).map_err(ServiceError::internal)?;
        let expires_in_ms = u64::try_from(exp * 1_000 - now_ms).unwrap_or(0);
        Ok((token, expires_in_ms))
    }

    /// What a genuine token of this engine says, whatever its age.
    fn read_token(&self, token: &str) -> Option<Genuine> {
        if token.len() > TOKEN_BYTES {
            return None;
        }
        if let Some(known) = self.own_tokens.find(token) {
            return Some(known);
        }
        let claims = self.verified_claims(token)?;
        let genuine = Genuine {
            user_id: UserId(claims.sub),
            session_id: SessionId(claims.sid),
            expires_at_ms: claims.exp.saturating_mul(1_000),
        };
        self.own_tokens.remember(token, genuine);
        Some(genuine)
    }

    /// The claims of a token, when it is one of this engine.
    fn verified_claims(&self, token: &str) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.algorithms = vec![Algorithm::HS256];
        validation.required_spec_claims = HashSet::new();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let key = DecodingKey::from_secret(&self.keys.access_tokens);
        let data = jsonwebtoken::decode::<Claims>(token, &key, &validation).ok()?;
        let claims = data.claims;
        let is_ours = data.header.typ.as_deref() == Some(TYPE)
            && claims.iss == self.settings.token_issuer
            && claims.aud == self.settings.token_audience
            && claims.iat < claims.exp;
        is_ours.then_some(claims)
    }

    /// Whether a token is one of the engine's, whatever its age.
    pub(super) fn is_own_token(&self, token: &str) -> bool {
        self.read_token(token).is_some()
    }

    /// Asks once more whether the caller's session is alive.
    pub(crate) async fn still_alive(&self, caller: Caller) -> Result<(), ServiceError> {
        self.check_alive(caller.session_id, caller.user_id).await
    }

    /// Asks the memory, then storage, whether the session is alive.
    pub(super) async fn check_alive(
        &self,
        session_id: SessionId,
        user_id: UserId,
    ) -> Result<(), ServiceError> {
        if self
            .live_sessions
            .is_alive(session_id, user_id, self.now_ms())
        {
            return Ok(());
        }
        let generation = self.live_sessions.generation();
        let mut snapshot = self.storage.snapshot().await?;
        let session = snapshot.sessions().find(session_id).await?;
        let session = session
            .filter(|session| session.user_id == user_id && self.now_ms() < session.expires_at_ms)
            .ok_or_else(|| ServiceError::new(ErrorCode::SessionRevoked))?;
        self.live_sessions.remember(&session, generation);
        Ok(())
    }
}
