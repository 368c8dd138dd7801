//! Logins of the host's people: from what the host states to a caller with a session.
//!
//! Each login has one session, found by a hash of what tells logins apart; without that, a person
//! has one session for all. So revoking, presence and the list of sessions need nothing special,
//! and re-authentication on a socket stays within the session.
//!
//! A token outlives the session that was revoked. So the end of such a session is noted as a
//! **logout**, and what was stated up to then is refused; what is stated later begins a new session.
//! A host that is asked at each request states it anew each time: then a logout holds for the login
//! it names, and without a name the host alone decides.

use relaychat_protocol::{ErrorCode, SessionId};
use sha2::{Digest, Sha256};

use super::{Caller, ServiceError, Services, known_logins::KnownLogin, validate};
use crate::{
    auth::{self, AuthError, Identity, JwtError, RequestHead},
    domain::{
        event::Event,
        host_login::HostLogin,
        session::{LoginKey, Session},
        user::{User, UserStatus},
    },
    storage::Transaction,
};

/// How often a login counts as a use of its session: far more often than sessions expire.
const USED_EVERY_MS: i64 = 60 * 60 * 1_000;

impl Services {
    /// Whether people log in here.
    pub(crate) fn has_own_accounts(&self) -> bool {
        self.auth.has_own_accounts()
    }

    /// Whether the host is asked at each request.
    pub(crate) fn asks_host(&self) -> bool {
        matches!(self.auth.0, auth::Kind::Request(_))
    }

    /// Who makes a request, by its head. An access token of the engine comes first: the host asked
    /// for it.
    pub(crate) async fn authenticate_request(
        &self,
        request: &RequestHead,
    ) -> Result<Caller, ServiceError> {
        let token = auth::bearer_token(&request.headers);
        let auth::Kind::Request(authenticator) = &self.auth.0 else {
            let token = token.ok_or_else(unauthenticated)?;
            return self.authenticate(token).await;
        };
        if let Some(token) = token.filter(|token| self.is_own_token(token)) {
            return self.authenticate_own(token).await;
        }
        let identity = authenticator.authenticate(request).await;
        self.log_in_host(host_login(identity?)).await
    }

    /// Who a token belongs to, if it is genuine, has not expired, and its session is alive.
    pub(crate) async fn authenticate(&self, token: &str) -> Result<Caller, ServiceError> {
        let auth::Kind::Jwt(jwt) = &self.auth.0 else {
            return self.authenticate_own(token).await;
        };
        if self.is_own_token(token) {
            return self.authenticate_own(token).await;
        }
        let identity = jwt.identity(token, self.now_ms()).await;
        self.log_in_host(host_login(identity?)).await
    }

    /// Who asks for a socket, as far as the request says; otherwise the first frame has to.
    pub(crate) async fn authenticate_upgrade(
        &self,
        request: &RequestHead,
    ) -> Result<Option<Caller>, ServiceError> {
        let has_token = auth::shows_token(&request.headers);
        if !has_token && !self.asks_host() {
            return Ok(None);
        }
        match self.authenticate_request(request).await {
            Ok(caller) => Ok(Some(caller)),
            Err(error) if error.code == ErrorCode::Unauthenticated && !has_token => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The caller whom the host names so.
    pub(crate) async fn log_in_host(&self, login: HostLogin) -> Result<Caller, ServiceError> {
        let profile = validate::lenient_host_profile(login.profile).map_err(|error| {
            tracing::warn!(%error, "the host named somebody in a way that cannot be used");
            unauthenticated()
        })?;
        let login = HostLogin { profile, ..login };
        let now_ms = self.now_ms();
        let expires_at_ms = login.expires_at_ms.unwrap_or(i64::MAX);
        if now_ms >= expires_at_ms {
            return Err(ServiceError::new(ErrorCode::TokenExpired));
        }
        let known = match self.known_login(&login, now_ms).await {
            Some(known) => known,
            None => self.look_up_login(&login, now_ms).await?,
        };
        Ok(Caller {
            user_id: known.user_id,
            session_id: known.session_id,
            token_expires_at_ms: expires_at_ms.min(now_ms + self.settings.session_ttl_ms),
        })
    }

    /// What was looked up a short while ago and is still so.
    async fn known_login(&self, login: &HostLogin, now_ms: i64) -> Option<KnownLogin> {
        let key = login_key(&login.profile.external_id, login.session.as_deref());
        let known = self.known_logins.find(key, &login.profile, now_ms)?;
        if is_logged_out(login, known.good_after_ms) {
            return None;
        }
        let alive = self.check_alive(known.session_id, known.user_id).await;
        alive.is_ok().then_some(known)
    }

    /// Finds or makes the person and the session.
    async fn look_up_login(
        &self,
        login: &HostLogin,
        now_ms: i64,
    ) -> Result<KnownLogin, ServiceError> {
        let key = login_key(&login.profile.external_id, login.session.as_deref());
        let generation = self.live_sessions.generation();
        let mut transaction = self.storage.begin().await?;
        let good_after_ms = transaction.host().last_logout(&logouts_of(login)).await?;
        if is_logged_out(login, good_after_ms) {
            return Err(ServiceError::new(ErrorCode::SessionRevoked));
        }
        let ensured = self.ensure_in(&mut *transaction, login.profile.clone());
        let (ensured, updated) = ensured.await?;
        let user = ensured.user;
        check_active(&user)?;
        let mut events: Vec<Event> = updated.into_iter().collect();
        let (session, ended) = self
            .use_session(&mut *transaction, &user, (key, None), now_ms)
            .await?;
        events.extend(ended.map(|session_id| Event::SessionEnded { session_id }));
        self.commit(transaction, events).await?;
        self.live_sessions.remember(&session, generation);
        let known = KnownLogin {
            user_id: user.id,
            session_id: session.id,
            profile: login.profile.clone(),
            good_after_ms,
            stale_at_ms: now_ms + USED_EVERY_MS,
        };
        self.known_logins.remember(key, known.clone());
        Ok(known)
    }

    /// The session with this name, used now: the one that is there, or a new one. Also tells which
    /// one had expired.
    pub(super) async fn use_session(
        &self,
        transaction: &mut dyn Transaction,
        user: &User,
        (key, device_name): (LoginKey, Option<String>),
        now_ms: i64,
    ) -> Result<(Session, Option<SessionId>), ServiceError> {
        let expires_at_ms = now_ms + self.settings.session_ttl_ms;
        let mut ended = None;
        if let Some(session) = transaction.sessions().find_by_login(key).await? {
            if now_ms < session.expires_at_ms {
                let session = Session {
                    last_used_at_ms: now_ms,
                    expires_at_ms,
                    ..session
                };
                transaction.sessions().update(&session).await?;
                return Ok((session, None));
            }
            transaction.sessions().remove(session.id).await?;
            ended = Some(session.id);
        }
        let session = Session {
            id: SessionId(self.new_id()),
            user_id: user.id,
            login_key: Some(key),
            device_name,
            created_at_ms: now_ms,
            last_used_at_ms: now_ms,
            expires_at_ms,
        };
        transaction.sessions().insert(&session).await?;
        Ok((session, ended))
    }
}

/// Refuses people who may not be here.
pub(super) fn check_active(user: &User) -> Result<(), ServiceError> {
    match user.status {
        UserStatus::Active => Ok(()),
        UserStatus::Disabled | UserStatus::Deleted => Err(ServiceError {
            detail: "This account is disabled.".to_owned(),
            ..ServiceError::new(ErrorCode::SessionRevoked)
        }),
    }
}

/// The name of a login: of one session of the host, or of all of a person.
pub(super) fn login_key(external_id: &str, session: Option<&str>) -> LoginKey {
    let mut hash = Sha256::new();
    for part in ["host", external_id, session.unwrap_or_default()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Under which names a logout of this login would be noted.
fn logouts_of(login: &HostLogin) -> Vec<LoginKey> {
    let external_id = &login.profile.external_id;
    let own = login_key(external_id, login.session.as_deref());
    match (&login.session, login.issued_at_ms) {
        // The host states it at this moment, of no login in particular: it alone decides.
        (None, None) => Vec::new(),
        (Some(_), None) => vec![own],
        (_, Some(_)) => vec![own, login_key(external_id, None)],
    }
}

/// Whether what was stated came before the end of its login.
fn is_logged_out(login: &HostLogin, ended_at_ms: Option<i64>) -> bool {
    ended_at_ms.is_some_and(|ended_at_ms| {
        login
            .issued_at_ms
            .is_none_or(|issued_at_ms| issued_at_ms <= ended_at_ms)
    })
}

fn host_login(identity: Identity) -> HostLogin {
    let Identity {
        profile,
        session,
        issued_at_ms,
        expires_at_ms,
    } = identity;
    HostLogin {
        profile,
        session,
        issued_at_ms,
        expires_at_ms,
    }
}

fn unauthenticated() -> ServiceError {
    ServiceError::new(ErrorCode::Unauthenticated)
}

impl From<AuthError> for ServiceError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unauthenticated => unauthenticated(),
            AuthError::Unavailable(_) => Self {
                retry_after_ms: Some(1_000),
                source: Some(Box::new(error)),
                ..Self::new(ErrorCode::Unavailable)
            },
        }
    }
}

impl From<JwtError> for ServiceError {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::Refused => unauthenticated(),
            JwtError::Expired => Self::new(ErrorCode::TokenExpired),
            JwtError::Unavailable(error) => error.into(),
        }
    }
}
