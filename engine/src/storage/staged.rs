//! Repository of messages that were written in transactions of the host.

use async_trait::async_trait;
use relaychat_protocol::MessageId;

use super::StorageError;
use crate::domain::staged::StagedMessage;

/// Messages that wait to be sent, in the order in which they were written. None of it is a change
/// for sync.
#[async_trait]
pub trait StagedRepository: Send {
    /// Adds one at the end.
    async fn insert(&mut self, message: &StagedMessage) -> Result<(), StorageError>;
    /// Those after a place, with their places, ascending.
    async fn list(
        &mut self,
        after_place: i64,
        limit: u32,
    ) -> Result<Vec<(i64, StagedMessage)>, StorageError>;
    /// Whether one with this id waits.
    async fn is_waiting(&mut self, id: MessageId) -> Result<bool, StorageError>;
    /// Removes those at these places that have these ids; tells how many.
    async fn remove(&mut self, staged: &[(i64, MessageId)]) -> Result<u64, StorageError>;
}
