//! Repository of who blocks whom.

use async_trait::async_trait;
use relaychat_protocol::UserId;

use super::StorageError;
use crate::domain::block::Block;

/// Who blocks whom.
#[async_trait]
pub trait BlockRepository: Send {
    /// Adds a block, unless it is there; whether it was added.
    async fn insert(&mut self, block: &Block) -> Result<bool, StorageError>;
    /// Removes a block; whether it was there.
    async fn remove(
        &mut self,
        blocker_id: UserId,
        blocked_id: UserId,
    ) -> Result<bool, StorageError>;
    /// Whether the first blocks the second.
    async fn exists(
        &mut self,
        blocker_id: UserId,
        blocked_id: UserId,
    ) -> Result<bool, StorageError>;
    /// The blocks of a person after one, ordered by who is blocked.
    async fn list(
        &mut self,
        blocker_id: UserId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Block>, StorageError>;
    /// Every block of these people, and of others that block them.
    async fn list_about(&mut self, user_ids: &[UserId]) -> Result<Vec<Block>, StorageError>;
    /// Removes the blocks of a person who is gone. Those of others stay theirs.
    async fn remove_all(&mut self, user_id: UserId) -> Result<(), StorageError>;
}
