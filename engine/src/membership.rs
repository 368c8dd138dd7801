//! Who belongs to a chat, asked of the host: so that nobody keeps two lists of people in step.
//!
//! A chat with a host key takes its members from a [`MembershipSource`] when the engine has one.
//! The engine asks when such a chat is made, when the host says that something has changed
//! ([`Engine::invalidate_membership`](crate::Engine::invalidate_membership)), and when the chat is
//! opened or written to a minute or longer after it last asked ([`READ_AGAIN_AFTER_MS`]). It writes
//! down the difference as ordinary comings and goings, so that sync, other nodes and open sockets
//! learn of it like of any other: who was withdrawn hears nothing from then on.
//!
//! While the source fails, nobody is added and nobody removed. What was known stays in force, and
//! members go on writing.
//!
//! ```
//! use relaychat_engine::membership::{HostMember, MembershipSource, Role, SourceError};
//!
//! struct Orders;
//!
//! #[async_trait::async_trait]
//! impl MembershipSource for Orders {
//!     async fn members(&self, host_key: &str) -> Result<Vec<HostMember>, SourceError> {
//!         let Some(order) = host_key.strip_prefix("order:") else { return Ok(Vec::new()) };
//!         # let _ = order;
//!         // … ask your own tables …
//!         Ok(vec![
//!             HostMember::new("customer:7").name("Ann"),
//!             HostMember::new("staff:1").name("Bob").role(Role::Admin),
//!         ])
//!     }
//! }
//! ```

use async_trait::async_trait;

pub use relaychat_protocol::rest::chats::Role;

use crate::domain::user::HostProfile;

/// After so long a chat that is used has its members read again, in milliseconds: what a host that
/// forgets to tell of a change may cost.
pub const READ_AGAIN_AFTER_MS: i64 = 60_000;
/// Most members that a source may name for one chat: one transaction stays below a second.
pub const MEMBERS_MAX: usize = 5_000;

/// Why a host cannot say who belongs. Goes to the log, never to a client.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// Says who belongs to an object of the host.
#[async_trait]
pub trait MembershipSource: Send + Sync + 'static {
    /// Everybody who belongs to the object now, in any order, nobody twice. An object that does not
    /// exist has nobody. Answers that take longer than five seconds count as failures.
    ///
    /// # Errors
    /// It cannot be said at the moment: everything stays as it is.
    async fn members(&self, host_key: &str) -> Result<Vec<HostMember>, SourceError>;
}

/// Somebody who belongs to an object of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostMember {
    pub(crate) profile: HostProfile,
    pub(crate) role: Role,
}

impl HostMember {
    /// The person whom the host calls so. They are known to the engine from now on.
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
            role: Role::Member,
        }
    }

    /// The display name; what the engine knows stays unless it is given.
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

    /// What they may do; a plain member unless given.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }
}
