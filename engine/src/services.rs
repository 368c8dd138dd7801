//! Use cases: the only place where permission, transaction and event meet.
//!
//! One file per group of use cases, each an `impl Services` block. A use case checks what the
//! caller may do, runs one transaction, and publishes what happened after the commit. Services
//! never import each other's files; what they share lies in `domain` or here.

mod error;

use std::sync::Arc;

use relaychat_protocol::{SessionId, UserId};

pub(crate) use error::ServiceError;

use crate::{
    blobs::BlobStore, clock::Clock, domain::event::Committed, random::Random, storage::Storage,
};

/// Who makes a request: an authenticated session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The user.
    pub(crate) user_id: UserId,
    /// Their session.
    pub(crate) session_id: SessionId,
    /// When the access token that proved it expires.
    pub(crate) token_expires_at_ms: i64,
}

/// Where services tell what happened. Called right after each commit, in commit order; must not
/// block.
pub(crate) trait EventSink: std::fmt::Debug + Send + Sync + 'static {
    /// Takes the events of one commit.
    fn publish(&self, committed: Committed);
}

/// All use cases, with everything they need.
#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) events: Arc<dyn EventSink>,
}
