//! Repository of what the host is to be told.

use async_trait::async_trait;
use relaychat_protocol::ChatId;
use uuid::Uuid;

use super::StorageError;
use crate::domain::notice::{Notice, NoticeState};

/// Which waiting notices are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueNotices {
    /// Those that were never tried, in their order.
    New,
    /// Those that were tried and are due again now, the longest due first.
    Again(i64),
}

/// Which notices are to be told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retold {
    /// That of one event.
    Event(Uuid),
    /// Those of everything that happened then or later.
    Since(i64),
}

/// Notices. None of this is a change for sync.
#[async_trait]
pub trait NoticeRepository: Send {
    /// Adds notices, and numbers them in the order of the list.
    async fn insert_many(&mut self, notices: &[Notice]) -> Result<(), StorageError>;
    /// Waiting notices of a listener.
    async fn list_due(
        &mut self,
        listener: &str,
        which: DueNotices,
        limit: u32,
    ) -> Result<Vec<Notice>, StorageError>;
    /// The chats whose waiting notices somebody is telling the listener now.
    async fn list_claimed_chats(
        &mut self,
        listener: &str,
        now_ms: i64,
    ) -> Result<Vec<ChatId>, StorageError>;
    /// When the next waiting notice of the listener is due.
    async fn next_due_at_ms(&mut self, listener: &str) -> Result<Option<i64>, StorageError>;
    /// Replaces everything of a notice but what it tells.
    async fn update(&mut self, notice: &Notice) -> Result<(), StorageError>;
    /// Removes a notice.
    async fn remove(&mut self, number: u64) -> Result<(), StorageError>;
    /// Notices of a listener below a number, newest first.
    async fn list(
        &mut self,
        listener: &str,
        before: u64,
        limit: u32,
    ) -> Result<Vec<Notice>, StorageError>;
    /// Has notices of a listener wait anew, whatever their state, as if they had not been tried.
    /// Those that somebody is telling now stay. Returns how many.
    async fn retell(&mut self, listener: &str, which: Retold) -> Result<u64, StorageError>;
    /// Moves all notices of a listener from one state to another, as if they had not been tried.
    async fn move_all(
        &mut self,
        listener: &str,
        from: NoticeState,
        to: NoticeState,
    ) -> Result<u64, StorageError>;
    /// Notices of a chat since then whose body holds a text, in no particular order.
    async fn list_holding(
        &mut self,
        chat_id: ChatId,
        since_ms: i64,
        text: &str,
    ) -> Result<Vec<Notice>, StorageError>;
    /// Replaces what a notice tells.
    async fn rewrite(&mut self, number: u64, body: &str) -> Result<(), StorageError>;
    /// Forgets what happened before; returns how many notices that were.
    async fn remove_before(&mut self, at_ms: i64) -> Result<u64, StorageError>;
}
