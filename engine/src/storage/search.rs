//! Repository of the index of words.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId, matching::Term};

use super::{Changed, StorageError};
use crate::domain::message::Message;

/// What is asked of the index.
#[derive(Clone, Debug)]
pub struct WordFilter {
    /// Only in these chats.
    pub chat_ids: Vec<ChatId>,
    /// What a message must have: all of them.
    pub terms: Vec<Term>,
    /// Only by this person.
    pub sender_id: Option<UserId>,
    /// Only sent before this time.
    pub before_ms: Option<i64>,
    /// Only sent at this time or later.
    pub since_ms: Option<i64>,
    /// Only sent with this change number or a smaller one.
    pub up_to: Option<u64>,
    /// Longest list.
    pub limit: u32,
}

/// The index of words: which messages may hold what somebody looks for.
///
/// It is behind: messages come into it some time after they were sent ([`Self::index_next`]), the
/// older ones of a chat first, so that sending costs nothing more. What is not in it yet is listed,
/// to be read by who searches. What is in it is in step: whoever
/// [updates](super::MessageRepository::update) a message changes its words in the same transaction.
/// A deleted message has none.
///
/// An index answers for its terms, not for texts: what it finds is to be compared with what was
/// looked for. It never misses anything. Nothing here is a change for sync, and all of it can be
/// made again.
#[async_trait]
pub trait SearchRepository: Send {
    /// Chats with messages that are not in the index, in no particular order.
    async fn list_behind(&mut self, limit: u32) -> Result<Vec<ChatId>, StorageError>;
    /// Takes the next messages of a chat into the index, at most `limit`; tells how many.
    async fn index_next(&mut self, chat_id: ChatId, limit: u32) -> Result<u32, StorageError>;
    /// Messages in the index that have all terms, newest first by the change number of their
    /// sending. A list never ends in the middle of a number, as with [`super::ChangeRepository`].
    async fn find(&mut self, filter: &WordFilter) -> Result<Vec<Changed<Message>>, StorageError>;
    /// Messages of a person's present chats (or of one of them) that are not in the index, with the
    /// change number of their sending; by chat, then place, only those after `after`.
    async fn list_unindexed(
        &mut self,
        (user_id, chat_id): (UserId, Option<ChatId>),
        after: Option<(ChatId, u64)>,
        limit: u32,
    ) -> Result<Vec<Changed<Message>>, StorageError>;
    /// Takes everything out of the index.
    async fn clear(&mut self) -> Result<(), StorageError>;
}
