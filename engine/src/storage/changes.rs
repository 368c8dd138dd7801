//! What changed since when: the ground of sync.
//!
//! Every transaction that writes draws one change number and stamps the rows of chats, messages,
//! memberships and people that it writes. Because commits are ordered and the number is drawn in
//! that order, everything up to a number is visible to whoever sees the number.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};
use uuid::Uuid;

use super::StorageError;
use crate::domain::{chat_settings::ChatSettings, member::Member, user::User};

/// Something with the change number of its last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed<T> {
    /// The number.
    pub change: u64,
    /// What changed.
    pub value: T,
}

/// Something that a commit touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Touched {
    /// Something happened in a chat.
    Chat(ChatId),
    /// Somebody joined or left a chat.
    Member(ChatId, UserId),
    /// A profile changed.
    User(UserId),
}

/// Changes, the epoch and the engine's own settings. Lists are ascending by change number, and
/// their cost does not grow with the history. A list never ends in the middle of a change number:
/// beyond `limit` it goes on to the last entry with the number of the last, so that whoever reads
/// on after that number misses nothing.
#[async_trait]
pub trait ChangeRepository: Send {
    /// The number of the newest change.
    async fn current(&mut self) -> Result<u64, StorageError>;
    /// Names this history of changes: a restored backup starts a new one.
    async fn epoch(&mut self) -> Result<Uuid, StorageError>;
    /// Begins a new history under another name: no token of the old one is good any more. Not a
    /// change for sync, and not for an engine that is running.
    async fn begin_epoch(&mut self, epoch: Uuid) -> Result<(), StorageError>;
    /// Chats of a person (now a member) that changed after `since`: a message, a setting, a
    /// membership, or that they joined.
    async fn list_chats(
        &mut self,
        user_id: UserId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Changed<ChatId>>, StorageError>;
    /// Chats that a person left or was removed from after `since`, and is not in now.
    async fn list_removed_chats(
        &mut self,
        user_id: UserId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Changed<ChatId>>, StorageError>;
    /// Present members of a person's chats whose watermarks moved after `since`: others as far as
    /// they are told, the person's own in any case.
    async fn list_members(
        &mut self,
        user_id: UserId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Changed<Member>>, StorageError>;
    /// People who are or once were in a chat of a person (what they wrote is still there), and the
    /// person, whose profile changed after `since`.
    async fn list_users(
        &mut self,
        user_id: UserId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Changed<User>>, StorageError>;
    /// What a person set for chats for themselves and changed after `since`.
    async fn list_settings(
        &mut self,
        user_id: UserId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Changed<ChatSettings>>, StorageError>;
    /// Notes what this transaction touched, once and after its last write, for
    /// [`Self::list_touched`]. A transaction that drew no number notes nothing.
    async fn note(&mut self, touched: &[Touched]) -> Result<(), StorageError>;
    /// What all commits after `since` touched, oldest first. `None`: that is not known, because
    /// one of them noted nothing, there are more than `limit`, or it is too long ago.
    async fn list_touched(
        &mut self,
        since: u64,
        limit: u32,
    ) -> Result<Option<Vec<Touched>>, StorageError>;
    /// A setting of the engine.
    async fn find_setting(&mut self, name: &str) -> Result<Option<Vec<u8>>, StorageError>;
    /// Writes a setting of the engine. Not a change for sync.
    async fn upsert_setting(&mut self, name: &str, value: &[u8]) -> Result<(), StorageError>;
}
