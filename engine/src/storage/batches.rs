//! Batches: what a group commit needs of a transaction, in as few steps as a storage can do it.
//!
//! The path of every message and mark. What it says can all be said with the repositories; a
//! storage that does no better says it so. Not for anything that happens seldom.

use relaychat_protocol::MessageId;

use super::{StorageError, Touched, Transaction};
use crate::domain::{chat::Chat, member::Member, message::Message};

/// A transaction that writes a batch, with what every batch is decided from.
pub struct Batch {
    /// The transaction.
    pub transaction: Box<dyn Transaction>,
    /// The newest change: nothing else can be committed until the transaction ends.
    pub change: u64,
    /// Those of the messages asked for that exist.
    pub messages: Vec<Message>,
}

impl Batch {
    /// The same with the repositories of `transaction`.
    pub(super) async fn load(
        mut transaction: Box<dyn Transaction>,
        ids: &[MessageId],
    ) -> Result<Self, StorageError> {
        let change = transaction.changes().current().await?;
        let messages = transaction.messages().find_many(ids).await?;
        Ok(Self {
            transaction,
            change,
            messages,
        })
    }
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").finish_non_exhaustive()
    }
}

/// What a batch came to. Each chat and each member once.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// Messages to add, with their attachments.
    pub messages: Vec<Message>,
    /// Chats whose head moved: activity, version, place and count. The rest is as it was.
    pub chats: Vec<Chat>,
    /// Present members whose watermarks moved forward since they were read in this transaction.
    /// The rest is as it was.
    pub members: Vec<Member>,
    /// What to note for [`ChangeRepository::list_touched`](super::ChangeRepository::list_touched).
    pub touched: Option<Vec<Touched>>,
}
