//! Repository of memberships.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};

use super::StorageError;
use crate::domain::member::Member;

/// Unread messages over all chats of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnreadTotal {
    /// Messages.
    pub message_count: u64,
    /// Chats with at least one, or marked unread.
    pub chat_count: u64,
}

/// Memberships.
#[async_trait]
pub trait MemberRepository: Send {
    /// Adds or replaces memberships, watermarks included (joining again replaces a former one).
    async fn upsert_many(&mut self, members: &[Member]) -> Result<(), StorageError>;
    /// Those of the pairs that exist, former members included, in no particular order.
    async fn find_many(&mut self, pairs: &[(ChatId, UserId)]) -> Result<Vec<Member>, StorageError>;
    /// Members of a chat now, by time of joining, then id; only those after `after`.
    async fn list(
        &mut self,
        chat_id: ChatId,
        after: Option<(i64, UserId)>,
        limit: u32,
    ) -> Result<Vec<Member>, StorageError>;
    /// The first `limit` members of each chat, in the order of [`list`](Self::list), chats in no
    /// particular order.
    async fn list_first(
        &mut self,
        chat_ids: &[ChatId],
        limit: u32,
    ) -> Result<Vec<Member>, StorageError>;
    /// Moves watermarks of present members forward: each column becomes the larger of what it is
    /// and what `members` says, with the time and count that belong to the larger one. Does not
    /// touch the chat.
    async fn advance_many(&mut self, members: &[Member]) -> Result<(), StorageError>;
    /// Unread messages over the chats of a person that are neither archived nor muted at `now_ms`,
    /// from watermarks and deleted messages.
    async fn unread_total(
        &mut self,
        user_id: UserId,
        now_ms: i64,
    ) -> Result<UnreadTotal, StorageError>;
}
