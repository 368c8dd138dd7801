//! Batches in SQL: the rows of a batch, for a driver to write in one go.
//!
//! What is out of the ordinary (attachments, mentions, lines, a batch of unusual size, a transaction that has drawn
//! its number already) goes through the repositories.

use super::{
    Connection, Known, SqlTransaction, chats::ChatRow, members::MemberRow, messages::MessageRow,
    row::unsigned,
};
use crate::{
    domain::message::Message,
    storage::{
        AfterCommit, Batch, ChangeRepository, ChatRepository, Decided, MemberRepository,
        MessageRepository, StorageError, Transaction,
    },
};

/// Most rows of one table that a driver is given. More than a group commit takes at once.
pub(in crate::storage) const BATCH_ROWS: usize = 512;

/// The rows of a batch. Never more than [`BATCH_ROWS`] of one table.
#[derive(Debug)]
pub(in crate::storage) struct BatchRows {
    /// The number that the rows are stamped with, to be drawn with them.
    pub(in crate::storage) change: i64,
    pub(in crate::storage) messages: Vec<MessageRow>,
    pub(in crate::storage) chats: Vec<ChatRow>,
    pub(in crate::storage) members: Vec<MemberRow>,
    /// What the transaction touched, if that is to be noted.
    pub(in crate::storage) note: Option<Vec<u8>>,
}

impl BatchRows {
    /// How many rows are written.
    pub(in crate::storage) fn count(&self) -> u64 {
        let Self {
            change: _,
            messages,
            chats,
            members,
            note,
        } = self;
        let noted = usize::from(note.is_some());
        (1 + messages.len() + chats.len() + members.len() + noted) as u64
    }
}

impl<C: Connection> SqlTransaction<C> {
    /// A transaction that has begun on `connection`, for a batch: `known` is what was read on the
    /// way.
    pub(in crate::storage) async fn batch(
        connection: C,
        known: Known,
    ) -> Result<Batch, StorageError> {
        let Known {
            newest,
            webhooks_version,
            messages,
        } = known;
        let mut transaction = Self::new(connection);
        transaction.newest = Some(newest);
        transaction.webhooks_version = Some(webhooks_version);
        let messages = transaction.whole(messages).await?;
        Ok(Batch {
            transaction: Box::new(transaction),
            change: unsigned(newest)?,
            messages,
        })
    }

    /// Writes what a batch came to and commits.
    pub(super) async fn finish(
        mut self,
        decided: Decided,
        after: AfterCommit,
    ) -> Result<(), StorageError> {
        let newest = self.newest.filter(|_| self.change.is_none());
        let Some(newest) = newest.filter(|_| is_ordinary(&decided)) else {
            return self.finish_by_repositories(decided, after).await;
        };
        let change = newest + 1;
        if decided.touched.is_some() {
            self.trim_notes(change).await?;
        }
        let Decided {
            messages,
            chats,
            members,
            touched,
        } = decided;
        let rows = BatchRows {
            change,
            messages: (messages.iter())
                .map(|message| MessageRow::new(message, change))
                .collect(),
            chats: (chats.iter())
                .map(|chat| ChatRow::new(chat, change))
                .collect(),
            members: (members.iter())
                .map(|member| MemberRow::new(member, change))
                .collect(),
            note: touched.map(|touched| super::notes::encode(&touched)),
        };
        let drawn = unsigned(change)?;
        let after = Box::new(move || after(Some(drawn)));
        self.connection.commit_batch(rows, after).await
    }

    async fn finish_by_repositories(
        mut self,
        decided: Decided,
        after: AfterCommit,
    ) -> Result<(), StorageError> {
        let Decided {
            messages,
            chats,
            members,
            touched,
        } = decided;
        self.insert_many(&messages).await?;
        self.update_many(&chats).await?;
        self.advance_many(&members).await?;
        if let Some(touched) = touched {
            self.note(&touched).await?;
        }
        Box::new(self).commit(after).await
    }
}

/// Whether a driver can write it in one go: it is something, and not too much of it.
fn is_ordinary(decided: &Decided) -> bool {
    let Decided {
        messages,
        chats,
        members,
        touched: _,
    } = decided;
    let largest = messages.len().max(chats.len()).max(members.len());
    let is_plain = |message: &Message| {
        message.attachments.is_empty() && message.mentions.is_empty() && message.event.is_none()
    };
    (1..=BATCH_ROWS).contains(&largest) && messages.iter().all(is_plain)
}
