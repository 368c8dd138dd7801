//! What is not in the store yet, and what the store gave back at the start.
//!
//! Only *what* changed is noted; how it is then, is read when it is written. So a slow store gets
//! fewer and larger writes, never a queue, and each of them is the state of one moment together
//! with the token of that moment. A write that failed is noted again: no token is ever kept without
//! all that it covers. A client without a store forgets the notes.

use std::collections::{HashMap, HashSet};

use relaychat_protocol::{ChatId, UserId, rest::chats::Chat};

use super::{
    State,
    kept::{Changes, Head, Kept, KeptItem, KeptOutgoing, MemberOf, Taken},
};
use crate::RelayError;

/// What changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    replaces_chats: bool,
    is_head_changed: bool,
    /// Whether all members changed as well.
    chats: HashMap<ChatId, bool>,
    removed_chats: HashSet<ChatId>,
    members: HashSet<MemberOf>,
    users: HashSet<UserId>,
    timelines: HashSet<ChatId>,
    drafts: HashSet<ChatId>,
    reads: HashSet<ChatId>,
    settings: HashSet<ChatId>,
}

/// What the store is behind in.
#[derive(Debug, Default)]
pub(crate) struct Unkept {
    /// Whether there is a store at all.
    pub(crate) is_on: bool,
    /// The system may stop the program at any time: nothing is read or written now.
    pub(crate) is_suspended: bool,
    /// Everything goes first.
    is_clear_due: bool,
    notes: Notes,
    /// The token of the latest write.
    token: Option<String>,
}

impl Unkept {
    /// Something of the chat changed, but not its other members.
    pub(super) fn chat(&mut self, id: ChatId) {
        self.notes.chats.entry(id).or_default();
    }

    /// The chat and all its members may have changed.
    pub(super) fn whole_chat(&mut self, id: ChatId) {
        self.notes.chats.insert(id, true);
    }

    pub(super) fn removed_chat(&mut self, id: ChatId) {
        self.notes.removed_chats.insert(id);
        self.notes.drafts.insert(id);
        self.notes.reads.insert(id);
        self.notes.settings.insert(id);
    }

    pub(super) fn member(&mut self, chat_id: ChatId, user_id: UserId) {
        self.notes.members.insert((chat_id, user_id));
    }

    pub(super) fn user(&mut self, id: UserId) {
        self.notes.users.insert(id);
    }

    pub(super) fn timeline(&mut self, id: ChatId) {
        self.notes.timelines.insert(id);
    }

    pub(super) fn draft(&mut self, id: ChatId) {
        self.notes.drafts.insert(id);
    }

    pub(super) fn read(&mut self, id: ChatId) {
        self.notes.reads.insert(id);
    }

    pub(super) fn settings(&mut self, id: ChatId) {
        self.notes.settings.insert(id);
    }

    pub(super) fn head(&mut self) {
        self.notes.is_head_changed = true;
    }

    pub(super) fn all_chats(&mut self) {
        let notes = &mut self.notes;
        notes.chats.clear();
        notes.members.clear();
        notes.removed_chats.clear();
        notes.timelines.clear();
        notes.replaces_chats = true;
    }

    /// Nothing of what is in the store is of use any more.
    pub(crate) fn clear(&mut self) {
        *self = Self {
            is_on: self.is_on,
            is_suspended: self.is_suspended,
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
    pub(crate) fn is_store_behind(&mut self) -> bool {
        if !self.unkept.is_on {
            self.drop_notes();
            return false;
        }
        !self.unkept.is_suspended && (self.unkept.is_clear_due || self.is_write_due())
    }

    fn drop_notes(&mut self) {
        for chat_id in std::mem::take(&mut self.unkept.notes).timelines {
            if let Some(history) = self.histories.get_mut(&chat_id) {
                history.unwritten.clear();
            }
        }
        self.outbox.unkept.clear();
        self.changes.unkept.clear();
    }

    fn is_write_due(&self) -> bool {
        let Notes {
            replaces_chats,
            is_head_changed,
            chats,
            removed_chats,
            members,
            users,
            timelines,
            drafts,
            reads,
            settings,
        } = &self.unkept.notes;
        let is_chat_behind = *replaces_chats || *is_head_changed || !chats.is_empty();
        let is_part_behind = !removed_chats.is_empty() || !members.is_empty() || !users.is_empty();
        let is_told_behind = !drafts.is_empty() || !reads.is_empty() || !settings.is_empty();
        let is_sync_behind = self.unkept.token.as_deref() != self.sync.token();
        (self.me.is_some()
            && (is_chat_behind || is_part_behind || !timelines.is_empty() || is_sync_behind))
            || is_told_behind
            || !self.outbox.unkept.is_empty()
            || !self.changes.unkept.is_empty()
    }

    /// All that the store is behind in. What is only queued goes also when nothing else may
    /// (`is_only_queue`): after the end of the client.
    pub(crate) fn take_unkept(&mut self, is_only_queue: bool) -> Option<(Changes, Taken)> {
        if !self.is_write_due() {
            return None;
        }
        let mut changes = Changes::default();
        let mut taken = Taken::default();
        let head = self.me.as_ref().and_then(|me| {
            Some(Head {
                me: self.users.to_wire_me(me)?,
                token: self.sync.token().map(str::to_owned),
                next_chats_cursor: self.next_chats_cursor.clone(),
            })
        });
        if let Some(head) = head.filter(|_| !is_only_queue) {
            self.unkept.token.clone_from(&head.token);
            changes.head = Some(head);
            self.take_synced(&mut changes, &mut taken);
        }
        self.take_queue(&mut changes, &mut taken);
        Some((changes, taken))
    }

    fn take_synced(&mut self, changes: &mut Changes, taken: &mut Taken) {
        let notes = &mut self.unkept.notes;
        taken.notes = Notes {
            drafts: std::mem::take(&mut notes.drafts),
            reads: std::mem::take(&mut notes.reads),
            settings: std::mem::take(&mut notes.settings),
            ..Notes::default()
        };
        std::mem::swap(notes, &mut taken.notes);
        changes.replaces_chats = taken.notes.replaces_chats;
        changes.removed_chat_ids = taken.notes.removed_chats.iter().copied().collect();
        for (id, is_whole) in &taken.notes.chats {
            let Some(chat) = self.chats.get(id) else {
                continue;
            };
            let mut chat = chat.to_wire();
            let members = std::mem::take(&mut chat.members).into_iter();
            changes.chats.push(chat);
            if *is_whole {
                changes.regrouped_chat_ids.push(*id);
                changes.members.extend(members.map(|member| (*id, member)));
            }
        }
        for (chat_id, user_id) in &taken.notes.members {
            let others = self.chats.get(chat_id).into_iter();
            let mut others = others.flat_map(|chat| &chat.others);
            if let Some(member) = others.find(|other| other.user_id == *user_id) {
                changes.members.push((*chat_id, member.clone()));
            }
        }
        let users = taken.notes.users.iter();
        changes.users = users.filter_map(|id| self.users.to_wire(*id)).collect();
        let kept_of_each = self.bounds.kept_of_each(self.chats.len());
        for chat_id in &taken.notes.timelines {
            let Some(history) = self.histories.get_mut(chat_id) else {
                continue;
            };
            if !self.chats.contains_key(chat_id) {
                continue;
            }
            let keeping = history.keep(kept_of_each);
            changes.timelines.push((*chat_id, keeping.timeline));
            let cut = keeping.cut_before.map(|seq| (*chat_id, seq));
            changes.cut_before.extend(cut);
            let outdated = keeping.outdated.into_iter();
            let outdated = outdated.map(|range| (*chat_id, range));
            taken.outdated.extend(outdated);
            for seq in keeping.seqs {
                changes.messages.extend(history.get(seq).cloned());
                taken.seqs.push((*chat_id, seq));
            }
        }
        changes.outdated.clone_from(&taken.outdated);
    }

    fn take_queue(&mut self, changes: &mut Changes, taken: &mut Taken) {
        let notes = &mut self.unkept.notes;
        for chat_id in std::mem::take(&mut notes.drafts) {
            let draft = self.drafts.get(&chat_id).cloned();
            changes.drafts.push((chat_id, draft));
            taken.notes.drafts.insert(chat_id);
        }
        for chat_id in std::mem::take(&mut notes.reads) {
            changes
                .reads
                .push((chat_id, self.marks.wanted_read(chat_id)));
            taken.notes.reads.insert(chat_id);
        }
        for chat_id in std::mem::take(&mut notes.settings) {
            let wanted = self.settings.wanted(chat_id).cloned();
            changes.settings.push((chat_id, wanted));
            taken.notes.settings.insert(chat_id);
        }
        taken.outgoing = self.outbox.take_unkept(changes);
        taken.changes = self.changes.take_unkept(changes);
    }

    /// The changes were not written: they go with the next write.
    pub(crate) fn put_back(&mut self, taken: Taken) {
        if self.unkept.is_clear_due {
            return;
        }
        let Taken {
            notes,
            outgoing,
            changes,
            seqs,
            outdated,
        } = taken;
        for (chat_id, range) in outdated {
            if let Some(history) = self.histories.get_mut(&chat_id) {
                history.put_back_outdated(range);
            }
        }
        for (chat_id, seq) in seqs {
            if let Some(history) = self.histories.get_mut(&chat_id) {
                history.put_back(seq);
            }
        }
        self.outbox.put_back(outgoing);
        self.changes.put_back(changes);
        let unkept = &mut self.unkept.notes;
        // Chats that were to be replaced meanwhile are replaced; what came before is of no use.
        if !unkept.replaces_chats {
            unkept.replaces_chats = notes.replaces_chats;
            for (id, is_whole) in notes.chats {
                *unkept.chats.entry(id).or_default() |= is_whole;
            }
            unkept.removed_chats.extend(notes.removed_chats);
            unkept.members.extend(notes.members);
            unkept.timelines.extend(notes.timelines);
        }
        unkept.users.extend(notes.users);
        unkept.drafts.extend(notes.drafts);
        unkept.reads.extend(notes.reads);
        unkept.settings.extend(notes.settings);
        (unkept.is_head_changed, self.unkept.token) = (true, None);
    }

    /// A write is due though nothing changed.
    pub(crate) fn check_store(&mut self) {
        self.unkept.head();
    }

    /// Notes everything that is known: the store was cleared under it.
    pub(crate) fn note_everything(&mut self) {
        self.unkept.all_chats();
        self.unkept.head();
        for id in self.chats.keys().copied().collect::<Vec<_>>() {
            self.unkept.whole_chat(id);
        }
        for (id, history) in self.histories.iter_mut() {
            history.note_everything();
            self.unkept.timeline(*id);
        }
        self.unkept.notes.users.extend(self.users.ids());
        self.unkept.notes.drafts.extend(self.drafts.keys());
        self.unkept.notes.reads.extend(self.chats.keys());
        self.unkept.notes.settings.extend(self.settings.chats());
        self.outbox.note_everything();
        self.changes.note_everything();
    }

    /// Takes what the store has kept. Without a head, or after the server has answered already,
    /// only what is queued and typed is of use.
    pub(crate) fn restore(&mut self, kept: Kept) {
        let Kept {
            head,
            chats,
            users,
            timelines,
            drafts,
            outgoing,
            uploads,
        } = kept;
        let is_other = match (&self.me, &head) {
            (Some(me), Some(head)) => me.user.id != head.me.user.id,
            _ => false,
        };
        if is_other {
            self.unkept.clear();
            return;
        }
        let is_early = !self.has_snapshot;
        let mut reads = Vec::new();
        let mut messages = Vec::new();
        for KeptOutgoing { chat_id, item } in outgoing {
            match item {
                KeptItem::Message(message) => messages.push((chat_id, message)),
                KeptItem::Change(change) => self.changes.restore(chat_id, change),
                KeptItem::Read { seq } => reads.push((chat_id, seq)),
                // What was set in this run is newer.
                KeptItem::Settings(wanted) if self.settings.wanted(chat_id).is_none() => {
                    self.settings.want(chat_id, wanted);
                }
                KeptItem::Settings(_) | KeptItem::Unknown => {}
            }
        }
        if let Some(head) = head.filter(|_| is_early) {
            self.restore_synced(head, chats, users, timelines);
        }
        for (chat_id, seq) in reads {
            // After the chats: a kept chat is marked already, and would count as confirmed.
            self.marks.read(chat_id, seq);
        }
        for (chat_id, text) in drafts {
            self.drafts.entry(chat_id).or_insert(text);
        }
        self.outbox.restore(messages, uploads);
        self.dirty.is_everything = true;
    }

    fn restore_synced(
        &mut self,
        head: Head,
        chats: Vec<Chat>,
        users: Vec<relaychat_protocol::rest::users::User>,
        timelines: Vec<(ChatId, super::kept::KeptTimeline)>,
    ) {
        let mut queued = Notes {
            drafts: std::mem::take(&mut self.unkept.notes.drafts),
            reads: std::mem::take(&mut self.unkept.notes.reads),
            settings: std::mem::take(&mut self.unkept.notes.settings),
            ..Notes::default()
        };
        self.learn_me(head.me);
        self.learn_users(users);
        for chat in chats {
            self.upsert_chat(chat);
        }
        for (chat_id, timeline) in timelines {
            if self.chats.contains_key(&chat_id) {
                self.history(chat_id).restore(timeline);
            }
        }
        // The newest message came with its chat. The store may have it there alone.
        for (chat_id, history) in self.histories.iter_mut() {
            if history.forget_written() {
                queued.timelines.insert(*chat_id);
            }
        }
        self.next_chats_cursor = head.next_chats_cursor;
        if let Some(token) = &head.token {
            self.sync.resume(token.clone());
        }
        self.has_snapshot = true;
        (self.unkept.notes, self.unkept.token) = (queued, head.token);
    }

    /// Forgets everything that belongs to the person, here and in the store.
    pub(super) fn forget_everything(&mut self, error: &RelayError) {
        self.forget_chats();
        self.users.forget();
        self.outbox.clear(error);
        self.changes = super::MessageChanges::default();
        self.drafts.clear();
        self.marks = super::Marks::default();
        self.settings = super::SettingsQueue::default();
        self.recent_uploads = super::RecentUploads::default();
        self.sync.restart();
        self.blocks.forget();
        self.me = None;
        self.generation += 1;
        self.unkept.clear();
    }
}
