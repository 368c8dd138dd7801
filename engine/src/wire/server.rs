//! What servers of a host ask.

use relaychat_protocol::rest::server as wire;

use crate::{
    domain::{
        session::Session,
        user::{User, UserStatus},
    },
    services::IssuedToken,
};

/// A person as the host sees them.
pub(crate) fn host_user(user: &User) -> wire::HostUser {
    let shown = super::user(user);
    let User {
        id,
        email: _,
        external_id,
        name: _,
        is_name_chosen: _,
        avatar_id: _,
        avatar_url: _,
        status,
        revision: _,
        last_seen_at_ms,
        created_at_ms,
        privacy: _,
    } = user;
    wire::HostUser {
        id: *id,
        external_id: external_id.clone(),
        name: shown.name,
        avatar_url: shown.avatar_url,
        is_disabled: *status != UserStatus::Active,
        last_seen_at_ms: *last_seen_at_ms,
        created_at_ms: *created_at_ms,
    }
}

/// A token for a person.
pub(crate) fn issued_token(token: IssuedToken) -> wire::IssuedToken {
    let IssuedToken {
        user_id,
        session_id,
        access_token,
        access_expires_in_ms,
    } = token;
    wire::IssuedToken {
        user_id,
        session_id,
        access_token,
        access_expires_in_ms,
    }
}

/// Sessions as the host sees them.
pub(crate) fn user_session_list(sessions: &[Session]) -> wire::UserSessionList {
    wire::UserSessionList {
        items: sessions.iter().map(user_session).collect(),
    }
}

fn user_session(session: &Session) -> wire::UserSession {
    let Session {
        id,
        user_id: _,
        login_key: _,
        device_name,
        created_at_ms,
        last_used_at_ms,
        expires_at_ms,
    } = session;
    wire::UserSession {
        id: *id,
        device_name: device_name.clone(),
        created_at_ms: *created_at_ms,
        last_used_at_ms: *last_used_at_ms,
        expires_at_ms: *expires_at_ms,
    }
}
