//! What is published: one publisher for each thing somebody looks at.
//!
//! After every step of the client the changed parts are projected anew. An unchanged part keeps its
//! `Arc`; what nobody looks at is not computed.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use relaychat_protocol::{ChatId, UserId, rest::limits::Limits};

use crate::{
    ChatListState, ChatSummary, ConnectionState, Lookup, Me, Member, Message, Observable, Presence,
    StorageState, TimelineItem, TimelineState, User,
    observable::Publisher,
    state::{Dirty, State},
};

/// What is pinned in a chat, if it is known.
type Pinned = Option<Vec<Arc<Message>>>;

/// An open timeline and the items of its last snapshot.
#[derive(Debug)]
struct TimelineView {
    publisher: Publisher<TimelineState>,
    items: HashMap<String, Arc<TimelineItem>>,
}

/// All publishers.
#[derive(Debug)]
pub(super) struct Views {
    connection: Publisher<ConnectionState>,
    me: Publisher<Option<Arc<Me>>>,
    limits: Publisher<Option<Limits>>,
    blocked: Publisher<Option<Vec<Arc<User>>>>,
    list: Publisher<ChatListState>,
    storage: Publisher<StorageState>,
    /// Few: those of the chats that are on a screen.
    drafts: Vec<(ChatId, Publisher<String>)>,
    /// Counts ended loads of history.
    loads: Publisher<u64>,
    known: HashMap<ChatId, Arc<ChatSummary>>,
    summaries: HashMap<ChatId, Publisher<Lookup<ChatSummary>>>,
    members: HashMap<ChatId, Publisher<Vec<Arc<Member>>>>,
    timelines: HashMap<ChatId, TimelineView>,
    /// Few, too.
    pinned: Vec<(ChatId, Publisher<Pinned>)>,
    presences: HashMap<UserId, Publisher<Option<Presence>>>,
}

impl Views {
    pub(super) fn new(state: &State) -> Self {
        Self {
            connection: Publisher::new(state.machine.state()),
            me: Publisher::new(None),
            limits: Publisher::new(None),
            blocked: Publisher::new(None),
            list: Publisher::new(ChatListState {
                items: Vec::new(),
                is_loading: true,
                has_more: false,
                unread_count: 0,
                unread_chat_count: 0,
            }),
            storage: Publisher::new(state.storage),
            drafts: Vec::new(),
            loads: Publisher::new(0),
            known: HashMap::new(),
            summaries: HashMap::new(),
            members: HashMap::new(),
            timelines: HashMap::new(),
            pinned: Vec::new(),
            presences: HashMap::new(),
        }
    }

    pub(super) fn connection(&self) -> Observable<ConnectionState> {
        self.connection.observe()
    }

    pub(super) fn me(&self) -> Observable<Option<Arc<Me>>> {
        self.me.observe()
    }

    pub(super) fn limits(&self) -> Observable<Option<Limits>> {
        self.limits.observe()
    }

    pub(super) fn blocked(&self) -> Observable<Option<Vec<Arc<User>>>> {
        self.blocked.observe()
    }

    pub(super) fn list(&self) -> Observable<ChatListState> {
        self.list.observe()
    }

    pub(super) fn storage(&self) -> Observable<StorageState> {
        self.storage.observe()
    }

    pub(super) fn draft(&mut self, state: &State, id: ChatId) -> Observable<String> {
        if let Some((_, publisher)) = self.drafts.iter().find(|(of, _)| *of == id) {
            return publisher.observe();
        }
        let publisher = Publisher::new(state.draft(id).to_owned());
        let draft = publisher.observe();
        self.drafts.push((id, publisher));
        draft
    }

    pub(super) fn loads(&self) -> Observable<u64> {
        self.loads.observe()
    }

    pub(super) fn loads_changed(&self) {
        let count = *self.loads.observe().get();
        self.loads.set(count.wrapping_add(1));
    }

    pub(super) fn summary(&mut self, state: &State, id: ChatId) -> Observable<Lookup<ChatSummary>> {
        let known = &self.known;
        let publisher = self.summaries.entry(id);
        let publisher = publisher.or_insert_with(|| Publisher::new(look_up(state, known, id)));
        publisher.observe()
    }

    pub(super) fn members(&mut self, state: &State, id: ChatId) -> Observable<Vec<Arc<Member>>> {
        let publisher = self.members.entry(id);
        let publisher = publisher.or_insert_with(|| Publisher::new(members_of(state, id, &[])));
        publisher.observe()
    }

    pub(super) fn timeline(&mut self, state: &State, id: ChatId) -> Observable<TimelineState> {
        let view = self.timelines.entry(id).or_insert_with(|| TimelineView {
            publisher: Publisher::new(TimelineState::empty(true)),
            items: HashMap::new(),
        });
        view.publisher.set(state.timeline(id, &mut view.items));
        view.publisher.observe()
    }

    pub(super) fn pinned(&mut self, state: &State, id: ChatId) -> Observable<Pinned> {
        if let Some((_, publisher)) = self.pinned.iter().find(|(of, _)| *of == id) {
            return publisher.observe();
        }
        let publisher = Publisher::new(state.pinned(id));
        let pinned = publisher.observe();
        self.pinned.push((id, publisher));
        pinned
    }

    pub(super) fn presence(&mut self, state: &State, id: UserId) -> Observable<Option<Presence>> {
        let publisher = self.presences.entry(id);
        let publisher = publisher.or_insert_with(|| Publisher::new(state.watches.get(id)));
        publisher.observe()
    }

    /// Projects what changed and tells who looks at it.
    pub(super) fn publish(&mut self, state: &mut State) {
        let dirty = state.take_dirty();
        self.publish_pinned(state, &dirty);
        let state = &*state;
        self.connection.set(state.machine.state());
        self.me.set(state.me.clone());
        self.limits.set(state.limits.clone());
        self.storage.set(state.storage);
        self.drafts.retain(|(id, publisher)| {
            publisher.set(state.draft(*id).to_owned());
            publisher.is_observed()
        });
        if dirty.is_everything {
            self.forget_unobserved(state);
        }
        if dirty.is_blocks || dirty.is_everything {
            self.blocked.set(state.blocked());
        }
        self.publish_chats(state, &dirty);
        for id in &dirty.presence {
            if let Some(publisher) = self.presences.get(id) {
                publisher.set(state.watches.get(*id));
            }
        }
    }

    /// Nothing more is done for the pins that nobody looks at any more.
    fn publish_pinned(&mut self, state: &mut State, dirty: &Dirty) {
        self.pinned.retain(|(id, publisher)| {
            let is_observed = publisher.is_observed();
            if !is_observed {
                state.leave_pins(*id);
            } else if dirty.is_everything || dirty.chats.contains(id) {
                publisher.set(state.pinned(*id));
            }
            is_observed
        });
    }

    fn forget_unobserved(&mut self, state: &State) {
        self.summaries
            .retain(|_, publisher| publisher.is_observed());
        self.members.retain(|_, publisher| publisher.is_observed());
        self.presences
            .retain(|_, publisher| publisher.is_observed());
        self.timelines
            .retain(|_, view| view.publisher.is_observed());
        self.known.retain(|id, _| state.chats.contains_key(id));
    }

    fn publish_chats(&mut self, state: &State, dirty: &Dirty) {
        let all: HashSet<ChatId>;
        let changed = if dirty.is_everything {
            let viewed = self.summaries.keys().chain(self.members.keys());
            let viewed = viewed.chain(self.timelines.keys());
            all = viewed.chain(state.chats.keys()).copied().collect();
            &all
        } else {
            &dirty.chats
        };
        for id in changed {
            self.publish_chat(state, *id);
        }
        if dirty.is_list || dirty.is_everything {
            self.list.set(self.list_of(state));
        }
    }

    fn publish_chat(&mut self, state: &State, id: ChatId) {
        match state.chats.get(&id) {
            None => {
                self.known.remove(&id);
            }
            Some(chat) => {
                let summary = state.summary(chat);
                if self.known.get(&id).is_none_or(|known| **known != summary) {
                    self.known.insert(id, Arc::new(summary));
                }
            }
        }
        if let Some(publisher) = self.summaries.get(&id) {
            publisher.set(look_up(state, &self.known, id));
        }
        if let Some(publisher) = self.members.get(&id) {
            let before = publisher.observe().get();
            publisher.set(members_of(state, id, &before));
        }
        if let Some(view) = self.timelines.get_mut(&id) {
            view.publisher.set(state.timeline(id, &mut view.items));
        }
    }

    fn list_of(&self, state: &State) -> ChatListState {
        let mut items: Vec<_> = self.known.values().cloned().collect();
        items.sort_by(|one, other| {
            let newest_pin_first = other.pinned_at_ms.cmp(&one.pinned_at_ms);
            let newest_first = other.last_activity_at_ms.cmp(&one.last_activity_at_ms);
            let pinned_first = newest_pin_first.then(newest_first);
            pinned_first.then(other.id.cmp(&one.id))
        });
        let now_ms = state.server_now_ms();
        let counting = || items.iter().filter(|chat| chat.counts(now_ms));
        let is_unread = |chat: &&Arc<ChatSummary>| chat.unread_count > 0 || chat.is_marked_unread;
        ChatListState {
            unread_count: counting().map(|chat| chat.unread_count).sum(),
            unread_chat_count: counting().filter(is_unread).count() as u64,
            items,
            is_loading: !state.has_snapshot(),
            has_more: state.next_chats_cursor().is_some(),
        }
    }
}

fn look_up(
    state: &State,
    known: &HashMap<ChatId, Arc<ChatSummary>>,
    id: ChatId,
) -> Lookup<ChatSummary> {
    match known.get(&id) {
        Some(summary) => Lookup::Found(Arc::clone(summary)),
        None if state.is_missing(id) => Lookup::Missing,
        None => Lookup::Pending,
    }
}

/// The members of a chat, those who did not change as they were `before`.
fn members_of(state: &State, id: ChatId, before: &[Arc<Member>]) -> Vec<Arc<Member>> {
    let Some(chat) = state.chats.get(&id) else {
        return Vec::new();
    };
    let members = state.members(chat).into_iter();
    let keep = |member: Member| {
        let known = before.iter().find(|known| known.user.id == member.user.id);
        match known {
            Some(known) if **known == member => Arc::clone(known),
            _ => Arc::new(member),
        }
    };
    members.map(keep).collect()
}
