//! Everything the client knows, and the only place where that changes. Pure: no I/O, no clock.
//!
//! What happens (frames, answers, commands, time) comes in by methods; what must be done comes out
//! of [`State::take_effects`]; what is to be shown anew is in [`State::take_dirty`]. After each of
//! them the caller calls [`State::plan`], which turns what is wanted into what is done next.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use relaychat_protocol::{
    ChatId, MessageId, UserId, frames::ClientFrame, rest::limits::Limits, rest::messages::Message,
};

use crate::{
    ConnectionState, Me, RelayError, StorageState, Upload,
    api::HistoryQuery,
    connection::machine::{Action, Input, Machine},
    outgoing::wire_mentions,
};

mod apply;
mod blocks;
pub(crate) mod changes;
pub(crate) mod chat_state;
mod command;
pub(crate) mod history;
pub(crate) mod kept;
mod known_users;
mod marks;
pub(crate) mod outbox;
mod pins;
mod plan;
mod presence;
mod projection;
mod ranges;
mod recent_uploads;
mod settings;
pub(crate) mod sorted;
mod sync;
mod typing;
mod unkept;
pub(crate) mod wanted_settings;

use blocks::Blocks;
use changes::MessageChanges;
use chat_state::ChatState;
use history::{Bounds, History, KeptLoad};
use known_users::KnownUsers;
pub(crate) use known_users::absolute;
use marks::Marks;
use outbox::Outbox;
use pins::Pins;
use presence::Watches;
use recent_uploads::RecentUploads;
use sorted::{SortedMap, SortedSet};
use sync::Sync;
use typing::OwnTyping;
use unkept::Unkept;
use wanted_settings::SettingsQueue;

/// What is read whole when somebody looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Who is blocked.
    Blocks,
    /// What is pinned in a chat.
    Pins(ChatId),
}

/// What must be done, in this order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    Connection(Action),
    Frame(Box<ClientFrame>),
    RenewToken,
    Sync {
        since: Option<String>,
    },
    LoadHistory(ChatId, HistoryQuery),
    /// Read from the store.
    LoadKept(ChatId, KeptLoad),
    LoadChat(ChatId),
    LoadUser(UserId),
    LoadList(List),
    Upload {
        message_id: MessageId,
        index: usize,
        upload: Upload,
    },
    /// The person is logged out: forget their session.
    ForgetSession,
}

/// What is to be shown anew.
#[derive(Debug, Default)]
pub(crate) struct Dirty {
    pub(crate) chats: HashSet<ChatId>,
    pub(crate) presence: HashSet<UserId>,
    /// A profile changed, or everything did.
    pub(crate) is_everything: bool,
    /// The list itself: its order, its end.
    pub(crate) is_list: bool,
    /// Who is blocked.
    pub(crate) is_blocks: bool,
}

/// Everything the client knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) machine: Machine,
    pub(crate) users: KnownUsers,
    pub(crate) me: Option<Arc<Me>>,
    pub(crate) limits: Option<Limits>,
    pub(crate) blocks: Blocks,
    /// Of the chats where somebody looks at them.
    pub(crate) pins: SortedMap<ChatId, Pins>,
    pub(crate) chats: HashMap<ChatId, ChatState>,
    pub(crate) histories: SortedMap<ChatId, History>,
    pub(crate) outbox: Outbox,
    pub(crate) changes: MessageChanges,
    pub(crate) watches: Watches,
    pub(crate) unkept: Unkept,
    /// How the store is.
    pub(crate) storage: StorageState,
    /// What was typed and not sent.
    pub(crate) drafts: HashMap<ChatId, String>,
    /// How much is held.
    pub(crate) bounds: Bounds,
    /// How often somebody has begun or ceased to look at a chat.
    looks: u64,
    recent_uploads: RecentUploads,
    marks: Marks,
    settings: SettingsQueue,
    /// The server's clock at the last step.
    now_ms: i64,
    typing: OwnTyping,
    sync: Sync,
    has_snapshot: bool,
    next_chats_cursor: Option<String>,
    /// Chats somebody looks at that are not in the list.
    wanted_chats: SortedSet<ChatId>,
    missing_chats: HashSet<ChatId>,
    loading_chats: HashSet<ChatId>,
    asked_users: HashSet<UserId>,
    /// Answers to questions of an earlier one are of no use.
    generation: u64,
    /// When the socket's token should be renewed.
    renew_at_ms: Option<i64>,
    token_lasts_ms: u64,
    /// How far the server's clock is ahead of this device's.
    clock_ahead_ms: i64,
    utc_offset_ms: fn(i64) -> i64,
    fixed_utc_offset_ms: Option<i64>,
    effects: Vec<Effect>,
    dirty: Dirty,
}

impl State {
    pub(crate) fn new(
        base_url: String,
        utc_offset_ms: fn(i64) -> i64,
        fixed_utc_offset_ms: Option<i64>,
    ) -> Self {
        Self {
            machine: Machine::new(),
            users: KnownUsers::new(base_url),
            me: None,
            limits: None,
            blocks: Blocks::default(),
            pins: SortedMap::default(),
            chats: HashMap::new(),
            histories: SortedMap::default(),
            outbox: Outbox::default(),
            changes: MessageChanges::default(),
            watches: Watches::default(),
            unkept: Unkept::default(),
            storage: StorageState::MemoryOnly,
            drafts: HashMap::new(),
            bounds: Bounds::default(),
            looks: 0,
            recent_uploads: RecentUploads::default(),
            marks: Marks::default(),
            settings: SettingsQueue::default(),
            now_ms: 0,
            typing: OwnTyping::default(),
            sync: Sync::default(),
            has_snapshot: false,
            next_chats_cursor: None,
            wanted_chats: SortedSet::default(),
            missing_chats: HashSet::new(),
            loading_chats: HashSet::new(),
            asked_users: HashSet::new(),
            generation: 0,
            renew_at_ms: None,
            token_lasts_ms: 0,
            clock_ahead_ms: 0,
            utc_offset_ms,
            fixed_utc_offset_ms,
            effects: Vec::new(),
            dirty: Dirty::default(),
        }
    }

    /// What must be done since the last time this was asked.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// What is to be shown anew since the last time this was asked.
    pub(crate) fn take_dirty(&mut self) -> Dirty {
        std::mem::take(&mut self.dirty)
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    pub(crate) fn clock_ahead_ms(&self) -> i64 {
        self.clock_ahead_ms
    }

    /// The server's clock at the last step.
    pub(crate) fn server_now_ms(&self) -> i64 {
        self.now_ms
    }

    pub(crate) fn sync_token(&self) -> Option<&str> {
        self.sync.token()
    }

    pub(crate) fn has_snapshot(&self) -> bool {
        self.has_snapshot
    }

    pub(crate) fn next_chats_cursor(&self) -> Option<&str> {
        self.next_chats_cursor.as_deref()
    }

    /// Whether there is nothing left to do on a living connection.
    #[cfg(test)]
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.machine.is_live()
            && self.sync.is_quiet()
            && self.marks.deadline_ms().is_none()
            && self.settings.deadline_ms().is_none()
            && !self.is_store_behind()
            && !self.histories.values().any(History::is_busy)
            && self.outbox.alive().next().is_none()
            && self.changes.is_quiet()
    }

    /// Whether it is clear that the caller cannot see this chat.
    pub(crate) fn is_missing(&self, chat_id: ChatId) -> bool {
        self.missing_chats.contains(&chat_id)
    }

    fn utc_offset_ms(&self, at_ms: i64) -> i64 {
        self.fixed_utc_offset_ms
            .unwrap_or_else(|| (self.utc_offset_ms)(at_ms))
    }

    /// Something happened to the connection.
    pub(crate) fn connection(&mut self, input: Input, now_ms: i64, unit: f64) {
        let was_live = self.machine.is_live();
        let was_signed_out = self.is_signed_out();
        let actions = self.machine.handle(input, now_ms, unit);
        self.effects
            .extend(actions.into_iter().map(Effect::Connection));
        if was_live && !self.machine.is_live() {
            self.disconnected();
        }
        if self.is_signed_out() && !was_signed_out {
            self.forget_person(&RelayError::unauthenticated("the session has ended"));
        }
        if self.machine.is_closed() {
            self.outbox.tell_all_ended(&RelayError::closed());
        }
    }

    fn is_signed_out(&self) -> bool {
        matches!(self.machine.state(), ConnectionState::SignedOut { .. })
    }

    /// What only lives as long as a connection ends.
    fn disconnected(&mut self) {
        self.outbox.abandon();
        self.changes.abandon();
        self.marks.abandon();
        self.settings.abandon();
        self.typing.abandon();
        self.blocks.abandon();
        self.pins.values_mut().for_each(Pins::abandon);
        self.renew_at_ms = None;
        self.loading_chats.clear();
        self.asked_users.clear();
        let known = self.watches.abandon();
        self.dirty.presence.extend(known);
        for history in self.histories.values_mut() {
            history.abandon();
        }
        for chat in self.chats.values_mut() {
            chat.typists.clear();
        }
        self.generation += 1;
        self.dirty.is_everything = true;
    }

    fn touch(&mut self, chat_id: ChatId) {
        self.dirty.chats.insert(chat_id);
        self.dirty.is_list = true;
    }

    /// Something changed that lasts.
    fn touch_kept(&mut self, chat_id: ChatId) {
        self.unkept.chat(chat_id);
        self.touch(chat_id);
    }

    /// The chat changed, and perhaps all its members.
    fn touch_whole(&mut self, chat_id: ChatId) {
        self.unkept.whole_chat(chat_id);
        self.touch(chat_id);
    }

    fn forget_chats(&mut self) {
        self.chats.clear();
        self.missing_chats.clear();
        self.loading_chats.clear();
        self.has_snapshot = false;
        self.next_chats_cursor = None;
        self.histories.retain(History::is_open);
        for (chat_id, history) in self.histories.iter_mut() {
            history.forget();
            self.wanted_chats.insert(*chat_id);
        }
        self.pins.values_mut().for_each(Pins::forget);
        self.dirty.is_everything = true;
        self.unkept.all_chats();
    }

    /// Forgets the person and all that is theirs.
    fn forget_person(&mut self, error: &RelayError) {
        self.forget_everything(error);
        self.renew_at_ms = None;
        self.effects.push(Effect::ForgetSession);
    }

    fn history(&mut self, chat_id: ChatId) -> &mut History {
        self.histories.or_default(chat_id)
    }

    /// The server has this message: it takes its place, and leaves the outbox if it was there.
    fn place(&mut self, message: &Arc<Message>) {
        let is_after_history = self
            .histories
            .get(&message.chat_id)
            .and_then(History::newest)
            .is_some_and(|last| message.seq > last + 1);
        let is_own = self
            .me
            .as_ref()
            .is_some_and(|me| me.user.id == message.sender_id);
        let history = self.history(message.chat_id);
        if is_own && is_after_history {
            history.insert_acknowledged(Arc::clone(message));
        } else {
            history.insert([Arc::clone(message)]);
        }
        self.unkept.timeline(message.chat_id);
        self.note_pin(message);
        if !self.users.knows(message.sender_id) && self.asked_users.insert(message.sender_id) {
            self.effects.push(Effect::LoadUser(message.sender_id));
        }
        self.settle_outgoing(message);
        self.touch(message.chat_id);
    }

    fn settle_outgoing(&mut self, message: &Arc<Message>) {
        let Some(outgoing) = self.outbox.settle(message.id) else {
            return;
        };
        let files = outgoing.files.iter().zip(&message.attachments);
        for (file, attachment) in files {
            self.recent_uploads.keep(attachment.id, file.upload.clone());
        }
        let chat = self.chats.get(&message.chat_id);
        outgoing.tell_sent(Arc::new(self.message(message, chat)));
        // It had left before it was edited, unknown to this device.
        let is_as_sent = message.edited_at_ms.is_none() && message.deleted_at_ms.is_none();
        let mentions = wire_mentions(outgoing.mentions);
        let is_same = (&outgoing.text, &mentions) == (&message.text, &message.mentions);
        if outgoing.is_edited && is_as_sent && !is_same {
            let edit = (outgoing.text, outgoing.sent_at_ms);
            let place = (message.chat_id, message.id);
            self.changes.edit(place, edit, mentions, false);
        }
    }
}
