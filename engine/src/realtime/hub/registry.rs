//! Sockets come and go: registering, subscribing, going live, leaving, expiring.

use std::{collections::HashSet, sync::Arc};

use relaychat_protocol::{ChatId, UserId, frames::close_code};

use super::{Entry, Hub, State, remove_socket};
use crate::{
    realtime::{
        frames,
        outbox::{Close, Outbox},
    },
    services::Caller,
};

const EXPIRED: Close = Close {
    code: close_code::UNAUTHENTICATED,
    reason: "access token expired",
};
const REPLACED: Close = Close {
    code: close_code::REPLACED,
    reason: "too many sockets of this user",
};

impl Hub {
    /// Step 1 of connecting: events of the user's own reach the socket from here on, and are
    /// buffered. A user who has too many sockets loses the oldest.
    pub(crate) fn register(&self, caller: Caller) -> Arc<Outbox> {
        let now_ms = self.elapsed_ms();
        let mut state = self.lock();
        state.next_socket_id += 1;
        let outbox = Arc::new(Outbox::new(
            state.next_socket_id,
            caller.user_id,
            caller.session_id,
            self.settings.bounds,
            now_ms,
        ));
        state.sockets.insert(
            outbox.id,
            Box::new(Entry {
                outbox: Arc::clone(&outbox),
                chats: Vec::new(),
                watched: Vec::new(),
                token_expires_at_ms: caller.token_expires_at_ms,
                added_while_connecting: Some(Box::default()),
            }),
        );
        state.replace_oldest(caller.user_id, self.settings.sockets_per_user);
        state.arrive(&outbox);
        outbox
    }

    /// Step 2 of connecting: events of these chats reach the socket from here on, and are buffered.
    pub(crate) fn subscribe(&self, outbox: &Arc<Outbox>, chat_ids: &[ChatId]) {
        let mut state = self.lock();
        for chat_id in chat_ids {
            state.subscribe(outbox, *chat_id);
        }
    }

    /// Step 5 of connecting: `chat_ids` are the chats of the snapshot that `ready` was made from.
    /// What is subscribed beyond them and was not added by an event since is dropped; then what was
    /// buffered goes out, and the socket is live. Only when the answer was whole may `token` frames
    /// follow: otherwise the client has to read on from the token it has.
    pub(crate) fn go_live(&self, outbox: &Arc<Outbox>, chat_ids: &[ChatId], is_whole: bool) {
        let mut state = self.lock();
        let Some(entry) = state.sockets.get_mut(&outbox.id) else {
            return;
        };
        let mut visible: HashSet<ChatId> = chat_ids.iter().copied().collect();
        let added = entry.added_while_connecting.take();
        visible.extend(added.into_iter().flat_map(|added| *added));
        entry.chats.shrink_to_fit();
        let stale: Vec<ChatId> = entry
            .chats
            .iter()
            .copied()
            .filter(|chat_id| !visible.contains(chat_id))
            .collect();
        for chat_id in stale {
            state.unsubscribe(outbox, chat_id);
        }
        outbox.go_live(is_whole, |chat_id| visible.contains(&chat_id));
    }

    /// The socket has gone. `now_ms` is the engine's clock: its user was last seen then.
    pub(crate) fn deregister(&self, outbox: &Arc<Outbox>, now_ms: i64) {
        let elapsed_ms = self.elapsed_ms();
        let mut state = self.lock();
        let Some(entry) = state.sockets.remove(&outbox.id) else {
            return;
        };
        for chat_id in entry.chats {
            state.remove_from_chat(outbox, chat_id);
        }
        for user_id in entry.watched {
            state.remove_watcher(outbox, user_id);
        }
        state.depart(outbox, (elapsed_ms, now_ms));
    }

    /// A new access token of the same session keeps the socket open for longer.
    pub(crate) fn prolong(&self, outbox: &Outbox, token_expires_at_ms: i64) {
        if let Some(entry) = self.lock().sockets.get_mut(&outbox.id) {
            entry.token_expires_at_ms = token_expires_at_ms;
        }
    }

    /// What is due on every socket: expiry (`now_ms` is the engine's clock), pings, tokens (made by
    /// `make_token` from a user, a change number, and whether they are told what others read). How many frames went out since the last time.
    pub(crate) fn check_sockets(
        &self,
        now_ms: i64,
        make_token: impl Fn(UserId, u64, bool) -> String,
    ) -> usize {
        let elapsed_ms = self.elapsed_ms();
        let settings = &self.settings;
        let mut sent = 0;
        let state = self.lock();
        for entry in state.sockets.values() {
            let outbox = &entry.outbox;
            if now_ms >= entry.token_expires_at_ms {
                outbox.close(EXPIRED);
                continue;
            }
            outbox.check_alive(elapsed_ms, settings.ping_after_ms, settings.pong_timeout_ms);
            if outbox.take_token_due(elapsed_ms, settings.token_pace) {
                let is_told_reads = !state.hidden.reads.contains(&outbox.user_id);
                let token = make_token(outbox.user_id, state.published_change, is_told_reads);
                outbox.push(None, &frames::token(token));
            }
            sent += outbox.take_sent();
        }
        sent
    }
}

impl State {
    pub(super) fn subscribe(&mut self, outbox: &Arc<Outbox>, chat_id: ChatId) {
        let Some(entry) = self.sockets.get_mut(&outbox.id) else {
            return;
        };
        if !entry.chats.contains(&chat_id) {
            entry.chats.push(chat_id);
            self.chats
                .entry(chat_id)
                .or_default()
                .push(Arc::clone(outbox));
        }
    }

    pub(super) fn unsubscribe(&mut self, outbox: &Outbox, chat_id: ChatId) {
        if let Some(entry) = self.sockets.get_mut(&outbox.id) {
            entry.chats.retain(|known| *known != chat_id);
            if let Some(added) = &mut entry.added_while_connecting {
                added.remove(&chat_id);
            }
        }
        self.remove_from_chat(outbox, chat_id);
    }

    fn remove_from_chat(&mut self, outbox: &Outbox, chat_id: ChatId) {
        if let Some(audience) = self.chats.get_mut(&chat_id) {
            remove_socket(audience, outbox);
            if audience.is_empty() {
                self.chats.remove(&chat_id);
            }
        }
    }

    fn replace_oldest(&mut self, user_id: UserId, sockets_max: usize) {
        let Some(online) = self.users.get(&user_id) else {
            return;
        };
        let open = online
            .sockets
            .iter()
            .filter(|outbox| outbox.closing().is_none());
        if open.clone().count() >= sockets_max
            && let Some(oldest) = open.min_by_key(|outbox| outbox.id)
        {
            oldest.close(REPLACED);
        }
    }
}
