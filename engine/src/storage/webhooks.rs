//! Repository of webhooks.

use async_trait::async_trait;
use uuid::Uuid;

use super::StorageError;
use crate::domain::webhook::Webhook;

/// Webhooks. There are a handful. None of this is a change for sync. Every write makes the version
/// of the list larger, in the same transaction.
#[async_trait]
pub trait WebhookRepository: Send {
    /// Adds a webhook. A known id is a conflict.
    async fn insert(&mut self, webhook: &Webhook) -> Result<(), StorageError>;
    /// All of them, oldest first.
    async fn list(&mut self) -> Result<Vec<Webhook>, StorageError>;
    /// The version of the list. Costs nothing in a transaction that has drawn its change number.
    async fn version(&mut self) -> Result<u64, StorageError>;
    /// Replaces everything but when it was made.
    async fn update(&mut self, webhook: &Webhook) -> Result<(), StorageError>;
    /// Removes a webhook; tells whether it was there.
    async fn remove(&mut self, id: Uuid) -> Result<bool, StorageError>;
}
