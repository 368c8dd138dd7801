//! Repository of links to groups.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, InviteId};

use super::StorageError;
use crate::domain::invite::Invite;

/// Links to groups. Those that were revoked are gone.
#[async_trait]
pub trait InviteRepository: Send {
    /// Adds a link.
    async fn insert(&mut self, invite: &Invite) -> Result<(), StorageError>;
    /// Replaces how many have joined with a link.
    async fn update_uses(&mut self, id: InviteId, uses: u64) -> Result<(), StorageError>;
    /// A link.
    async fn find(&mut self, id: InviteId) -> Result<Option<Invite>, StorageError>;
    /// The links to a group, newest first, used up and expired ones among them.
    async fn list(&mut self, chat_id: ChatId) -> Result<Vec<Invite>, StorageError>;
    /// Removes links.
    async fn remove(&mut self, ids: &[InviteId]) -> Result<(), StorageError>;
}
