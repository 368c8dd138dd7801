//! Whom the host names.

use crate::domain::user::HostProfile;

/// A person of the host. What is not said stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub(crate) profile: HostProfile,
    pub(crate) session: Option<String>,
    pub(crate) issued_at_ms: Option<i64>,
    pub(crate) expires_at_ms: Option<i64>,
}

impl Identity {
    /// The person whom the host calls so: an account number, a subject. 1 to 255 bytes on one line,
    /// not beginning with `id:`; the same for ever.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "numbers and strings are given as they are"
    )]
    pub fn new(external_id: impl ToString) -> Self {
        Self {
            profile: HostProfile {
                external_id: external_id.to_string(),
                ..HostProfile::default()
            },
            session: None,
            issued_at_ms: None,
            expires_at_ms: None,
        }
    }

    /// The display name. Longer than 80 characters it is cut at a login.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.profile.name = Some(name.into());
        self
    }

    /// The `http` address of a picture; an empty one takes the picture away.
    #[must_use]
    pub fn avatar(mut self, url: impl Into<String>) -> Self {
        self.profile.avatar_url = Some(url.into());
        self
    }

    /// Which login of the person this is, such as the id of the host's session. Each has a session
    /// of its own then, which can be seen and revoked alone. It is stored as a hash.
    #[must_use]
    pub fn session(mut self, session: impl Into<String>) -> Self {
        self.session = Some(session.into());
        self
    }

    /// When this stops being true unless it is shown anew, in milliseconds since the Unix epoch: a
    /// socket is closed then. Without it, a socket lasts as long as its session.
    #[must_use]
    pub fn expires_at_ms(mut self, at_ms: i64) -> Self {
        self.expires_at_ms = Some(at_ms);
        self
    }

    /// When it was stated, for things that are stated once and shown many times.
    pub(crate) fn issued_at_ms(mut self, at_ms: i64) -> Self {
        self.issued_at_ms = Some(at_ms);
        self
    }
}
