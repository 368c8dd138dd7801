//! Who is online: all sockets of a user count, a reload does not flap, and the last time somebody
//! was seen is known.

use std::sync::Arc;

use relaychat_protocol::UserId;

use super::{Hub, Online, State, remove_socket};
use crate::{
    domain::user::User,
    realtime::{frames, outbox::Outbox},
};

/// The presence of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) is_online: bool,
    pub(crate) last_seen_at_ms: Option<i64>,
}

/// When people were last connected: to be stored.
pub(crate) type Seen = Vec<(UserId, i64)>;

impl Hub {
    /// Has the socket watch these people and no others, and queues their present state. Nothing is
    /// done and the answer is no where what somebody lets others see has changed since `steps`: what
    /// was read may be old.
    pub(crate) fn watch(&self, outbox: &Arc<Outbox>, people: &[User], steps: u64) -> bool {
        let mut state = self.lock();
        if !state.apart.is_at(steps) {
            return false;
        }
        state.replace_watched(outbox, people.iter().map(|user| user.id).collect());
        for user in people {
            state.hidden.set(user.id, user.privacy);
            let status = state.seen_by(outbox.user_id, user.id, user.last_seen_at_ms);
            outbox.push(None, &frames::presence(user.id, status));
        }
        true
    }

    /// Ends watching of everybody who is not in `still_visible`, without a word.
    pub(crate) fn keep_watching(&self, outbox: &Arc<Outbox>, still_visible: &[UserId]) {
        let mut state = self.lock();
        let watched = state.watched_by(outbox);
        let kept = watched
            .into_iter()
            .filter(|user_id| still_visible.contains(user_id))
            .collect();
        state.replace_watched(outbox, kept);
    }

    /// Whom the socket watches.
    pub(crate) fn watched(&self, outbox: &Outbox) -> Vec<UserId> {
        self.lock().watched_by(outbox)
    }

    /// Tells of those who have been gone for longer than the grace, and answers with what has to be
    /// stored: those, and from time to time everybody who is online.
    pub(crate) fn check_presence(&self, now_ms: i64) -> Seen {
        let elapsed_ms = self.elapsed_ms();
        let mut state = self.lock();
        let mut seen = state.end_grace(elapsed_ms, self.settings.offline_grace_ms);
        let since_flush_ms = elapsed_ms.saturating_sub(state.last_seen_flushed_ms);
        if since_flush_ms >= self.settings.last_seen_every_ms {
            state.last_seen_flushed_ms = elapsed_ms;
            seen.extend(state.online(now_ms));
        }
        seen
    }

    /// Everybody who is online or was a moment ago, for the end of the process.
    pub(crate) fn all_seen(&self, now_ms: i64) -> Seen {
        self.lock().online(now_ms)
    }
}

impl Online {
    /// Whether nothing was known of the user a moment ago.
    pub(super) fn is_new(&self) -> bool {
        self.sockets.is_empty() && self.nodes == 0 && self.gone.is_none()
    }
}

impl State {
    /// A socket of its user is there.
    pub(super) fn arrive(&mut self, outbox: &Arc<Outbox>) {
        let online = self.users.entry(outbox.user_id).or_default();
        let was_gone = online.is_new();
        let is_first = online.sockets.is_empty();
        online.gone = None;
        online.sockets.push(Arc::clone(outbox));
        self.leaving.remove(&outbox.user_id);
        if is_first {
            self.note_moved(outbox.user_id);
        }
        if was_gone {
            self.tell_online(outbox.user_id);
        }
    }

    pub(super) fn tell_online(&self, user_id: UserId) {
        let status = Status {
            is_online: true,
            last_seen_at_ms: None,
        };
        self.tell_watchers(user_id, status);
    }

    /// A socket of its user has gone, at a time on the hub's clock and the engine's.
    pub(super) fn depart(&mut self, outbox: &Outbox, at: (u64, i64)) {
        if let Some(online) = self.users.get_mut(&outbox.user_id) {
            remove_socket(&mut online.sockets, outbox);
            if online.sockets.is_empty() {
                if online.nodes == 0 {
                    online.gone = Some(at);
                    online.is_ours = true;
                    self.leaving.insert(outbox.user_id);
                }
                self.note_moved(outbox.user_id);
            }
        }
    }

    pub(super) fn remove_watcher(&mut self, outbox: &Outbox, user_id: UserId) {
        if let Some(audience) = self.watchers.get_mut(&user_id) {
            remove_socket(audience, outbox);
            if audience.is_empty() {
                self.watchers.remove(&user_id);
                self.forget_hidden(user_id);
            }
        }
    }

    pub(super) fn status(&self, user_id: UserId, last_seen_at_ms: Option<i64>) -> Status {
        let is_online = self.users.contains_key(&user_id);
        Status {
            is_online,
            last_seen_at_ms: last_seen_at_ms.filter(|_| !is_online),
        }
    }

    fn tell_watchers(&self, user_id: UserId, status: Status) {
        if let Some(audience) = self.watchers.get(&user_id) {
            let frame = frames::presence(user_id, status);
            let may_see = |outbox: &&Arc<Outbox>| !self.is_hidden(outbox.user_id, user_id);
            for outbox in audience.iter().filter(may_see) {
                outbox.push(None, &frame);
            }
        }
    }

    pub(super) fn watched_by(&self, outbox: &Outbox) -> Vec<UserId> {
        self.sockets
            .get(&outbox.id)
            .map(|entry| entry.watched.clone())
            .unwrap_or_default()
    }

    fn replace_watched(&mut self, outbox: &Arc<Outbox>, watched: Vec<UserId>) {
        let Some(entry) = self.sockets.get_mut(&outbox.id) else {
            return;
        };
        let before = std::mem::replace(&mut entry.watched, watched.clone());
        for user_id in before {
            self.remove_watcher(outbox, user_id);
        }
        for user_id in watched {
            self.watchers
                .entry(user_id)
                .or_default()
                .push(Arc::clone(outbox));
        }
    }

    fn end_grace(&mut self, elapsed_ms: u64, grace_ms: u64) -> Seen {
        let mut seen = Seen::new();
        for user_id in std::mem::take(&mut self.leaving) {
            let online = self.users.get(&user_id);
            let is_ours = online.is_some_and(|online| online.is_ours);
            match online.and_then(|online| online.gone) {
                Some((gone_ms, at_ms)) if elapsed_ms.saturating_sub(gone_ms) >= grace_ms => {
                    self.users.remove(&user_id);
                    self.apart.forget(user_id);
                    self.forget_hidden(user_id);
                    let status = Status {
                        is_online: false,
                        last_seen_at_ms: Some(at_ms),
                    };
                    self.tell_watchers(user_id, status);
                    if is_ours {
                        seen.push((user_id, at_ms));
                    }
                }
                Some(_) => {
                    self.leaving.insert(user_id);
                }
                None => {}
            }
        }
        seen
    }

    fn online(&self, now_ms: i64) -> Seen {
        let at_ms = |online: &Online| online.gone.map_or(now_ms, |(_, at_ms)| at_ms);
        let was_here = |online: &Online| {
            !online.sockets.is_empty() || (online.gone.is_some() && online.is_ours)
        };
        self.users
            .iter()
            .filter(|(_, online)| was_here(online))
            .map(|(user_id, online)| (*user_id, at_ms(online)))
            .collect()
    }
}
