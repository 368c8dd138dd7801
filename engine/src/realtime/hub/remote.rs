//! What the hub knows of other nodes: who is online there, who types there; and what this node
//! tells them of its own people.

use relaychat_protocol::{ChatId, SessionId, UserId};

use super::{Hub, State};
use crate::realtime::{cluster::digest, frames};

/// Who came to this node and left it since the last report, and who is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// Here now, and not in the last report, or away in between.
    pub(crate) came: Vec<UserId>,
    /// Not here now.
    pub(crate) left: Vec<UserId>,
    /// How many are here.
    pub(crate) count: u64,
    /// What their ids add up to.
    pub(crate) digest: u64,
}

impl Hub {
    /// There are other nodes: this one has everything up to `change`, and keeps note of who comes
    /// and leaves.
    pub(crate) fn join_cluster(&self, change: u64) {
        let mut state = self.lock();
        state.published_change = change;
        state.recall.forget(change);
        state.moved = Some(std::collections::HashSet::new());
    }

    /// Who came and left since the last call, and who is here.
    pub(crate) fn presence_report(&self) -> Report {
        let mut state = self.lock();
        let moved: Vec<UserId> = state
            .moved
            .iter_mut()
            .flat_map(|moved| moved.drain())
            .collect();
        let (came, left) = moved
            .into_iter()
            .partition(|user_id| !state.sockets_of(*user_id).is_empty());
        Report {
            came,
            left,
            count: state.here().count() as u64,
            digest: digest(state.here()),
        }
    }

    /// Everybody who has a socket here.
    pub(crate) fn online_here(&self) -> Vec<UserId> {
        self.lock().here().copied().collect()
    }

    /// Everybody whom somebody here watches.
    pub(crate) fn all_watched(&self) -> Vec<UserId> {
        self.lock().watchers.keys().copied().collect()
    }

    /// These have come to another node.
    pub(crate) fn remote_arrive(&self, users: &[UserId]) {
        let mut state = self.lock();
        for user_id in users {
            let online = state.users.entry(*user_id).or_default();
            let was_gone = online.is_new();
            online.nodes += 1;
            online.gone = None;
            state.leaving.remove(user_id);
            if was_gone {
                state.tell_online(*user_id);
            }
        }
    }

    /// These have left another node, at `now_ms` on the engine's clock. The time is noted by that
    /// node, unless it has died.
    pub(crate) fn remote_depart(&self, users: &[UserId], now_ms: i64, is_dead: bool) {
        let elapsed_ms = self.elapsed_ms();
        let mut state = self.lock();
        for user_id in users {
            let Some(online) = state.users.get_mut(user_id) else {
                continue;
            };
            online.nodes = online.nodes.saturating_sub(1);
            if online.sockets.is_empty() && online.nodes == 0 && online.gone.is_none() {
                online.gone = Some((elapsed_ms, now_ms));
                online.is_ours = is_dead;
                state.leaving.insert(*user_id);
            }
        }
    }

    /// Somebody types on another node.
    pub(crate) fn remote_typing(&self, chat_id: ChatId, user_id: UserId, expires_in_ms: u64) {
        self.lock().tell_typing(chat_id, user_id, expires_in_ms);
    }

    /// The sessions that have sockets, each once.
    pub(crate) fn sessions(&self) -> Vec<SessionId> {
        let state = self.lock();
        let sessions = state.sockets.values().map(|entry| entry.outbox.session_id);
        let mut sessions: Vec<_> = sessions.collect();
        sessions.sort_unstable();
        sessions.dedup();
        sessions
    }

    /// These are over.
    pub(crate) fn end_sessions(&self, sessions: &[SessionId]) {
        let state = self.lock();
        for session_id in sessions {
            state.session_ended(*session_id);
        }
    }
}

impl State {
    /// Somebody's first socket came to this node, or the last one left.
    pub(super) fn note_moved(&mut self, user_id: UserId) {
        if let Some(moved) = &mut self.moved {
            moved.insert(user_id);
        }
    }

    pub(super) fn tell_typing(&self, chat_id: ChatId, user_id: UserId, expires_in_ms: u64) {
        let mut others = self
            .chats
            .get(&chat_id)
            .into_iter()
            .flatten()
            .filter(|other| other.user_id != user_id)
            .filter(|other| !self.apart.holds(other.user_id, user_id))
            .peekable();
        if others.peek().is_some() {
            let frame = frames::typing(chat_id, user_id, expires_in_ms);
            for other in others {
                other.push(Some(chat_id), &frame);
            }
        }
    }

    /// Those with sockets here.
    fn here(&self) -> impl Iterator<Item = &UserId> {
        let here = self
            .users
            .iter()
            .filter(|(_, online)| !online.sockets.is_empty());
        here.map(|(user_id, _)| user_id)
    }
}
