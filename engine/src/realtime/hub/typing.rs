//! Typing: told to whoever is looking, never stored, over by itself.

use relaychat_protocol::ChatId;

use super::Hub;
use crate::realtime::{frames, outbox::Outbox};

impl Hub {
    /// Tells the other people in the chat that the socket's user is typing or has stopped. Nothing
    /// happens when the user is not in the chat.
    pub(crate) fn typing(&self, outbox: &Outbox, chat_id: ChatId, is_typing: bool) {
        let expires_in_ms = if is_typing {
            self.settings.typing_expires_ms
        } else {
            0
        };
        let state = self.lock();
        let is_subscribed = state
            .sockets
            .get(&outbox.id)
            .is_some_and(|entry| entry.chats.contains(&chat_id));
        let audience = state.chats.get(&chat_id).filter(|_| is_subscribed);
        let mut others = audience
            .into_iter()
            .flatten()
            .filter(|other| other.user_id != outbox.user_id)
            .peekable();
        if others.peek().is_some() {
            let frame = frames::typing(chat_id, outbox.user_id, expires_in_ms);
            for other in others {
                other.push(Some(chat_id), frame.clone());
            }
        }
    }
}
