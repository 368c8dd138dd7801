//! Logins and sessions.

use relaychat_protocol::{SessionId, rest::auth as wire};

use super::users::me;
use crate::{
    domain::session::Session,
    services::{CodeRequested, NewSession, SessionTokens},
};

/// A request for a code.
pub(crate) fn code_requested(requested: CodeRequested) -> wire::CodeRequested {
    let CodeRequested {
        request_id,
        expires_in_ms,
        resend_after_ms,
    } = requested;
    wire::CodeRequested {
        request_id,
        expires_in_ms,
        resend_after_ms,
    }
}

/// Sessions, as the session `current` sees them.
pub(crate) fn session_list(sessions: &[Session], current: SessionId) -> wire::SessionList {
    wire::SessionList {
        items: sessions.iter().map(|one| session(one, current)).collect(),
    }
}

/// A session, as the session `current` sees it.
pub(crate) fn session(session: &Session, current: SessionId) -> wire::Session {
    let Session {
        id,
        user_id: _,
        login_key: _,
        device_name,
        created_at_ms,
        last_used_at_ms,
        expires_at_ms,
    } = session;
    wire::Session {
        id: *id,
        device_name: device_name.clone(),
        created_at_ms: *created_at_ms,
        last_used_at_ms: *last_used_at_ms,
        expires_at_ms: *expires_at_ms,
        is_current: *id == current,
    }
}

/// The tokens of a session.
pub(crate) fn tokens(tokens: SessionTokens) -> wire::Tokens {
    let SessionTokens {
        access_token,
        access_expires_in_ms,
        refresh_token,
    } = tokens;
    wire::Tokens {
        access_token,
        access_expires_in_ms,
        refresh_token,
    }
}

/// A new login.
pub(crate) fn logged_in(login: NewSession) -> wire::LoggedIn {
    let NewSession {
        user,
        session: new,
        tokens: fresh,
    } = login;
    wire::LoggedIn {
        me: me(&user),
        session: session(&new, new.id),
        tokens: tokens(fresh),
    }
}
