//! Repository of mail that waits to be sent.

use async_trait::async_trait;
use uuid::Uuid;

use super::StorageError;
use crate::domain::mail::OutgoingMail;

/// The outbox.
#[async_trait]
pub trait MailRepository: Send {
    /// Adds a mail.
    async fn insert(&mut self, mail: &OutgoingMail) -> Result<(), StorageError>;
    /// Mails due at or before `now_ms`, the longest due first.
    async fn list_due(
        &mut self,
        now_ms: i64,
        limit: u32,
    ) -> Result<Vec<OutgoingMail>, StorageError>;
    /// When the next mail is due.
    async fn next_due_at_ms(&mut self) -> Result<Option<i64>, StorageError>;
    /// How many mails wait.
    async fn count(&mut self) -> Result<u64, StorageError>;
    /// Replaces `attempts` and `due_at_ms`.
    async fn update(&mut self, mail: &OutgoingMail) -> Result<(), StorageError>;
    /// Removes a mail; tells whether it was there.
    async fn remove(&mut self, id: Uuid) -> Result<bool, StorageError>;
}
