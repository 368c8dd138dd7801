//! What belongs to messages and lies in other rows: attachments, reactions, mentions, and what
//! they answer.
//!
//! A message says whether it has any, so that a page of plain ones costs nothing more.

use std::collections::HashMap;

use relaychat_protocol::{ChatId, MessageId};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    messages::{MessageRow, at},
    row::{CHUNK_ROWS, unsigned},
};
use crate::{
    domain::{
        attachment::Attachment,
        message::{Mentions, Message, Quote, Reaction},
    },
    storage::StorageError,
};

/// The parts of a message.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) attachments: Vec<Attachment>,
    pub(super) reply_to: Option<Quote>,
    pub(super) reactions: Vec<Reaction>,
    pub(super) mentions: Mentions,
}

impl<C: Connection> SqlTransaction<C> {
    /// Messages from their rows.
    pub(super) async fn whole(
        &mut self,
        rows: Vec<MessageRow>,
    ) -> Result<Vec<Message>, StorageError> {
        let mut attachments = self.attachments_by_message(&rows).await?;
        let mut reactions = self.reactions_by_place(&rows).await?;
        let mut mentions = self.mentions_by_place(&rows).await?;
        let quotes = self.quotes_by_place(&rows).await?;
        let whole = |row: MessageRow| {
            let quoted = row.reply_to_seq.map(|seq| (row.chat_id, seq));
            let parts = Parts {
                attachments: attachments.remove(&row.id.into()).unwrap_or_default(),
                reply_to: quoted.and_then(|place| quotes.get(&place)).cloned(),
                reactions: reactions
                    .remove(&(row.chat_id, row.seq))
                    .unwrap_or_default(),
                mentions: mentions.remove(&(row.chat_id, row.seq)).unwrap_or_default(),
            };
            row.into_message(parts)
        };
        rows.into_iter().map(whole).collect()
    }

    async fn attachments_by_message(
        &mut self,
        rows: &[MessageRow],
    ) -> Result<HashMap<MessageId, Vec<Attachment>>, StorageError> {
        let have_attachments = rows.iter().filter(|row| row.attachment_count > 0);
        let message_ids: Vec<_> = have_attachments.map(|row| row.id).collect();
        let mut attachments: HashMap<_, Vec<_>> = HashMap::new();
        for (message_id, attachment) in self.attachments_of(&message_ids).await? {
            attachments.entry(message_id).or_default().push(attachment);
        }
        Ok(attachments)
    }

    async fn reactions_by_place(
        &mut self,
        rows: &[MessageRow],
    ) -> Result<HashMap<(Uuid, i64), Vec<Reaction>>, StorageError> {
        let have_reactions = rows.iter().filter(|row| row.reaction_count > 0);
        let places: Vec<_> = have_reactions.map(|row| (row.chat_id, row.seq)).collect();
        self.reactions_of(&places).await
    }

    async fn mentions_by_place(
        &mut self,
        rows: &[MessageRow],
    ) -> Result<HashMap<(Uuid, i64), Mentions>, StorageError> {
        let have_mentions = rows.iter().filter(|row| row.mention_count > 0);
        let places: Vec<_> = have_mentions.map(|row| (row.chat_id, row.seq)).collect();
        self.mentions_of(&places).await
    }

    async fn quotes_by_place(
        &mut self,
        rows: &[MessageRow],
    ) -> Result<HashMap<(Uuid, i64), Quote>, StorageError> {
        let quoted = |row: &MessageRow| Some((row.chat_id, row.reply_to_seq?));
        let mut places: Vec<_> = rows.iter().filter_map(quoted).collect();
        places.sort_unstable();
        places.dedup();
        let mut quotes = HashMap::new();
        for places in places.chunks(CHUNK_ROWS) {
            let places: Result<Vec<_>, StorageError> = places
                .iter()
                .map(|(chat_id, seq)| Ok((ChatId(*chat_id), unsigned(*seq)?)))
                .collect();
            let select = at(&places?);
            let rows: Vec<MessageRow> = self.connection.read("find quotes", &select).await?;
            for row in rows {
                let (place, attachment_count) = ((row.chat_id, row.seq), row.attachment_count);
                let quoted = Quote {
                    attachment_count: unsigned(attachment_count)?,
                    ..Quote::of(&row.into_message(Parts::default())?)
                };
                quotes.insert(place, quoted);
            }
        }
        Ok(quotes)
    }

    /// Takes everything away that belongs to a message.
    pub(super) async fn empty(&mut self, message: &Message) -> Result<(), StorageError> {
        self.detach(message.id).await?;
        self.remove_reactions(message.chat_id, message.seq).await?;
        self.remove_mentions((message.chat_id, message.seq)).await
    }
}
