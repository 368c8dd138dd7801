//! What is not in the store yet, and what the store gave back at the start.
//!
//! Only *what* changed is noted; how it is then, is read when it is written. So a slow store gets
//! fewer and larger writes, never a queue, and each of them is the state of one moment together
//! with the token of that moment. A write that failed is noted again: no token is ever kept without
//! all that it covers.

use std::collections::HashSet;

use relaychat_protocol::{ChatId, UserId};

use super::State;
use crate::{
    RelayError,
    store::{Changes, Head, Kept, KeptChat},
};

/// What the store is behind in.
#[derive(Debug, Default)]
pub(crate) struct Unkept {
    /// Everything goes first.
    is_clear_due: bool,
    replaces_chats: bool,
    is_head_changed: bool,
    chats: HashSet<ChatId>,
    users: HashSet<UserId>,
    /// The token of the latest write.
    token: Option<String>,
}

impl Unkept {
    pub(super) fn chat(&mut self, id: ChatId) {
        self.chats.insert(id);
    }

    pub(super) fn user(&mut self, id: UserId) {
        self.users.insert(id);
    }

    pub(super) fn head(&mut self) {
        self.is_head_changed = true;
    }

    pub(super) fn all_chats(&mut self) {
        self.chats.clear();
        self.replaces_chats = true;
    }

    /// Nothing of what is in the store is of use any more.
    pub(crate) fn clear(&mut self) {
        *self = Self {
            is_clear_due: true,
            ..Self::default()
        };
    }

    pub(crate) fn is_clear_due(&self) -> bool {
        self.is_clear_due
    }

    pub(crate) fn cleared(&mut self) {
        self.is_clear_due = false;
    }
}

impl State {
    /// Whether there is something to do for the store.
    pub(crate) fn is_store_behind(&self) -> bool {
        self.unkept.is_clear_due || self.is_write_due()
    }

    fn is_write_due(&self) -> bool {
        let unkept = &self.unkept;
        let is_behind = unkept.replaces_chats
            || unkept.is_head_changed
            || !unkept.chats.is_empty()
            || !unkept.users.is_empty()
            || unkept.token.as_deref() != self.sync.token();
        // Without a token nothing could be resumed from.
        is_behind && self.me.is_some() && self.sync.token().is_some()
    }

    /// All that the store is behind in.
    pub(crate) fn take_unkept(&mut self) -> Option<Changes> {
        if !self.is_write_due() {
            return None;
        }
        let me = self.me.as_ref()?;
        let head = Head {
            me: self.users.to_wire_me(me)?,
            token: self.sync.token()?.to_owned(),
            next_chats_cursor: self.next_chats_cursor.clone(),
        };
        let unkept = std::mem::take(&mut self.unkept);
        self.unkept.token = Some(head.token.clone());
        let mut changes = Changes {
            head,
            replaces_chats: unkept.replaces_chats,
            chats: Vec::new(),
            removed_chat_ids: Vec::new(),
            users: Vec::new(),
        };
        for id in unkept.chats {
            match self.chats.get(&id) {
                Some(chat) => changes.chats.push(KeptChat {
                    chat: chat.to_wire(),
                    unconfirmed_read_seq: self.marks.wanted_read(id),
                }),
                None => changes.removed_chat_ids.push(id),
            }
        }
        let users = unkept.users.into_iter();
        changes.users = users.filter_map(|id| self.users.to_wire(id)).collect();
        Some(changes)
    }

    /// The changes were not written: they go with the next write.
    pub(crate) fn put_back(&mut self, changes: Changes) {
        let unkept = &mut self.unkept;
        if unkept.is_clear_due {
            return;
        }
        let chats = changes.chats.into_iter().map(|kept| kept.chat.info.id);
        unkept.chats.extend(chats.chain(changes.removed_chat_ids));
        let users = changes.users.into_iter().map(|user| user.id);
        unkept.users.extend(users);
        unkept.replaces_chats |= changes.replaces_chats;
        (unkept.is_head_changed, unkept.token) = (true, None);
    }

    /// Takes what the store has kept, before anything came from the server.
    pub(crate) fn restore(&mut self, kept: Kept) {
        let Kept { head, chats, users } = kept;
        let is_other = self
            .me
            .as_ref()
            .is_some_and(|me| me.user.id != head.me.user.id);
        if is_other {
            self.unkept.clear();
            return;
        }
        self.learn_me(head.me);
        self.learn_users(users);
        for KeptChat {
            chat,
            unconfirmed_read_seq,
        } in chats
        {
            let id = chat.info.id;
            self.upsert_chat(chat);
            // Afterwards: the kept chat is marked already, and would count as confirmed.
            if let Some(seq) = unconfirmed_read_seq {
                self.marks.read(id, seq);
            }
        }
        self.next_chats_cursor = head.next_chats_cursor;
        self.sync.resume(head.token.clone());
        self.has_snapshot = true;
        self.dirty.is_list = true;
        self.unkept = Unkept {
            token: Some(head.token),
            ..Unkept::default()
        };
    }

    /// Forgets everything that belongs to the person, here and in the store.
    pub(super) fn forget_everything(&mut self, error: &RelayError) {
        self.forget_chats();
        self.users.forget();
        self.outbox.clear(error);
        self.marks = super::Marks::default();
        self.recent_uploads = super::RecentUploads::default();
        self.sync.restart();
        self.me = None;
        self.generation += 1;
        self.unkept.clear();
    }
}
