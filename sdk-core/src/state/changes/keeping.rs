//! Changes of messages in the store: what is written of them, and how they come back.

use relaychat_protocol::{ChatId, MessageId};

use super::{MessageChange, MessageChanges, Wish};
use crate::state::kept::{Changes, KeptChange, KeptItem, KeptOutgoing, KeptRefusal};

impl MessageChanges {
    /// Adds what the store is behind in to `changes`; gives the messages it is about.
    pub(crate) fn take_unkept(&mut self, changes: &mut Changes) -> Vec<MessageId> {
        let ids = std::mem::take(&mut self.unkept).into_values();
        for id in &ids {
            match self.of.get(id) {
                Some(change) => changes.outgoing.push(change.to_kept(*id)),
                None => changes.done_ids.push(*id),
            }
        }
        ids
    }

    /// They were not written.
    pub(crate) fn put_back(&mut self, ids: Vec<MessageId>) {
        for id in ids {
            self.unkept.insert(id);
        }
    }

    /// The store was cleared: everything goes into it again.
    pub(crate) fn note_everything(&mut self) {
        let ids: Vec<_> = self.of.keys().copied().collect();
        self.put_back(ids);
    }

    /// Takes what an earlier run has left. What is wanted in this one wins.
    pub(crate) fn restore(&mut self, chat_id: ChatId, kept: KeptChange) {
        let KeptChange {
            message_id,
            wanted,
            refused,
        } = kept;
        let is_new = self.of.get(&message_id).is_none();
        let change = self.entry(chat_id, message_id);
        // The server may have been told all of it, whatever is wanted now.
        change.told.extend(wanted.first_edit());
        change
            .told
            .extend(wanted.pin.map(|since_ms| Wish::Pin(since_ms > 0)));
        for (emoji, is_set) in &wanted.reactions {
            change.told.push(Wish::React(emoji.clone(), *is_set));
        }
        if !change.wanted.is_deleted {
            change.wanted.add_older(wanted);
        }
        let refused = refused.map(|KeptRefusal { wishes, error }| (wishes, error.into()));
        change.refused = change.refused.take().or(refused);
        if is_new {
            self.unkept.remove(&message_id);
        }
    }
}

impl MessageChange {
    fn to_kept(&self, message_id: MessageId) -> KeptOutgoing {
        let refused = self.refused.as_ref().map(|(wishes, error)| KeptRefusal {
            wishes: wishes.clone(),
            error: error.into(),
        });
        KeptOutgoing {
            chat_id: self.chat_id,
            item: KeptItem::Change(KeptChange {
                message_id,
                wanted: self.wanted.clone(),
                refused,
            }),
        }
    }
}
