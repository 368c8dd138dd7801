//! Repository of everything that belongs to one person, for handing it out to them.
//!
//! Rare and thorough: there are no indexes for it, each list is one walk over its table.

use async_trait::async_trait;
use relaychat_protocol::{AttachmentId, ChatId, UserId};

use super::StorageError;
use crate::domain::{attachment::Attachment, member::Member, message::Message};

/// What belongs to a person.
#[async_trait]
pub trait OwnedRepository: Send {
    /// Their memberships, former ones included, by chat; only those after `after`.
    async fn list_memberships(
        &mut self,
        user_id: UserId,
        after: Option<ChatId>,
        limit: u32,
    ) -> Result<Vec<Member>, StorageError>;
    /// Messages they sent, by chat and `seq`; only those after `after`.
    async fn list_sent(
        &mut self,
        user_id: UserId,
        after: Option<(ChatId, u64)>,
        limit: u32,
    ) -> Result<Vec<Message>, StorageError>;
    /// Files they uploaded, by id; only those after `after`.
    async fn list_uploads(
        &mut self,
        user_id: UserId,
        after: Option<AttachmentId>,
        limit: u32,
    ) -> Result<Vec<Attachment>, StorageError>;
}
