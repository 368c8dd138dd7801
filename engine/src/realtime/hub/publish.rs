//! One event to its audience.

use std::sync::Arc;

use relaychat_protocol::{ChatId, SessionId, UserId, frames::close_code};

use super::{Audience, State};
use crate::{
    domain::{chat::Chat, event::Event, member::Member, user::User},
    realtime::{
        frames,
        outbox::{Close, Outbox},
        socket::Frame,
    },
    wire,
};

const SESSION_ENDED: Close = Close {
    code: close_code::UNAUTHENTICATED,
    reason: "session ended",
};

impl State {
    /// Changes who hears what, then tells who may hear it.
    pub(super) fn publish(&mut self, event: Event, now_ms: u64) {
        match &event {
            Event::MessageSent { message, .. } => {
                self.tell_chat(message.chat_id, &event, now_ms);
            }
            Event::WatermarksMoved { member } => self.tell_chat(member.chat_id, &event, now_ms),
            Event::ChatUpdated { chat } | Event::RoleChanged { chat, .. } => {
                self.tell_chat(chat.id, &event, now_ms);
            }
            Event::MembersAdded { chat, added, .. } => {
                self.members_added(chat, added, &event, now_ms);
            }
            Event::MemberRemoved { chat, user_id } => {
                self.member_removed(chat.id, *user_id, &event, now_ms);
            }
            Event::UserUpdated { user, chat_ids } => {
                self.user_updated(user.id, chat_ids, &event, now_ms);
            }
            Event::SessionEnded { session_id } => self.session_ended(*session_id),
        }
    }

    fn tell_chat(&self, chat_id: ChatId, event: &Event, now_ms: u64) {
        if let Some(audience) = self.chats.get(&chat_id) {
            tell(audience, Some(chat_id), event, now_ms);
        }
    }

    /// Those who were there are told of each new member; the new ones get the whole chat, and
    /// everything that happens in it from here on.
    fn members_added(
        &mut self,
        chat: &Chat,
        added: &[(Member, User, u64)],
        event: &Event,
        now_ms: u64,
    ) {
        self.tell_chat(chat.id, event, now_ms);
        for (member, ..) in added {
            let Some(online) = self.users.get(&member.user_id) else {
                continue;
            };
            let sockets = online.sockets.clone();
            let Some(frame) = wire::chat_added(event, member.user_id) else {
                continue;
            };
            let frame = frames::encode(&frame);
            for outbox in sockets {
                self.subscribe(&outbox, chat.id);
                self.note_added(&outbox, chat.id);
                outbox.push_event(Some(chat.id), &frame, now_ms);
            }
        }
    }

    fn note_added(&mut self, outbox: &Outbox, chat_id: ChatId) {
        let added = self
            .sockets
            .get_mut(&outbox.id)
            .and_then(|entry| entry.added_while_connecting.as_mut());
        if let Some(added) = added {
            added.insert(chat_id);
        }
    }

    /// The removed one hears of it, and nothing of this chat ever after.
    fn member_removed(&mut self, chat_id: ChatId, user_id: UserId, event: &Event, now_ms: u64) {
        let sockets = self
            .users
            .get(&user_id)
            .map(|online| online.sockets.clone())
            .unwrap_or_default();
        if !sockets.is_empty() {
            let frame = frames::chat_removed(chat_id);
            for outbox in &sockets {
                self.unsubscribe(outbox, chat_id);
                outbox.push_event(None, &frame, now_ms);
            }
        }
        self.tell_chat(chat_id, event, now_ms);
        self.recheck_watches(chat_id, user_id, &sockets);
    }

    /// The removed one and the others may share no chat any more: presence has to be asked again.
    fn recheck_watches(&self, chat_id: ChatId, user_id: UserId, removed: &[Arc<Outbox>]) {
        let watches = |outbox: &Outbox| {
            self.sockets
                .get(&outbox.id)
                .is_some_and(|entry| !entry.watched.is_empty())
        };
        for outbox in removed.iter().filter(|outbox| watches(outbox)) {
            outbox.recheck_watch();
        }
        for watcher in self.watchers.get(&user_id).into_iter().flatten() {
            let is_in_chat = self
                .sockets
                .get(&watcher.id)
                .is_some_and(|entry| entry.chats.contains(&chat_id));
            if is_in_chat {
                watcher.recheck_watch();
            }
        }
    }

    /// Everybody who shares a chat with the person, each socket once, and the person.
    fn user_updated(&self, user_id: UserId, chat_ids: &[ChatId], event: &Event, now_ms: u64) {
        let own = self.users.get(&user_id).map(|online| &online.sockets);
        let shared = chat_ids
            .iter()
            .filter_map(|chat_id| self.chats.get(chat_id));
        let mut audience: Audience = shared.chain(own).flatten().cloned().collect();
        audience.sort_unstable_by_key(|outbox| outbox.id);
        audience.dedup_by_key(|outbox| outbox.id);
        tell(&audience, None, event, now_ms);
    }

    fn session_ended(&self, session_id: SessionId) {
        for entry in self.sockets.values() {
            if entry.outbox.session_id == session_id {
                entry.outbox.close(SESSION_ENDED);
            }
        }
    }
}

/// Builds the frames of an event once and pushes them to everybody in `audience`.
fn tell(audience: &Audience, chat_id: Option<ChatId>, event: &Event, now_ms: u64) {
    if audience.is_empty() {
        return;
    }
    let frames: Vec<Frame> = wire::shared_frames(event)
        .iter()
        .map(frames::encode)
        .collect();
    for outbox in audience {
        for frame in &frames {
            outbox.push_event(chat_id, frame, now_ms);
        }
    }
}
