//! Logins of the host's people, as the engine sees them.

use relaychat_protocol::UserId;

use super::user::HostProfile;

/// What a host states: who it is, and which of their logins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostLogin {
    /// Who.
    pub profile: HostProfile,
    /// Which login, when the host tells them apart.
    pub session: Option<String>,
    /// When it was stated, when it is something that is shown many times.
    pub issued_at_ms: Option<i64>,
    /// When it stops being true unless it is shown anew.
    pub expires_at_ms: Option<i64>,
}

/// How a host names a person: by its own id, or by the engine's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UserRef {
    /// The host's own id.
    External(String),
    /// The engine's id. Written `id:` and the id where a text names people.
    Id(UserId),
}

/// How the engine's own id is told from the host's ids, which never begin so.
pub const ENGINE_ID_PREFIX: &str = "id:";

impl From<&str> for UserRef {
    fn from(text: &str) -> Self {
        let id = text.strip_prefix(ENGINE_ID_PREFIX);
        match id.and_then(|id| id.parse().ok()) {
            Some(id) => Self::Id(id),
            None => Self::External(text.to_owned()),
        }
    }
}

impl From<String> for UserRef {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for UserRef {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<UserId> for UserRef {
    fn from(id: UserId) -> Self {
        Self::Id(id)
    }
}

impl From<&Self> for UserRef {
    fn from(user: &Self) -> Self {
        user.clone()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_a_prefixed_uuid_names_the_engines_id() {
        let id = Uuid::from_u128(7);
        assert_eq!(UserRef::from(format!("id:{id}")), UserRef::Id(UserId(id)));
        for text in [id.to_string(), "id:42".to_owned(), "42".to_owned()] {
            assert_eq!(UserRef::from(&text), UserRef::External(text));
        }
    }
}
