//! Typing: told to whoever is looking, never stored, over by itself.

use relaychat_protocol::ChatId;

use super::Hub;
use crate::realtime::outbox::Outbox;

impl Hub {
    /// Tells the other people in the chat that the socket's user is typing or has stopped; says for
    /// how long that holds. Nothing happens when the user is not in the chat.
    pub(crate) fn typing(&self, outbox: &Outbox, chat_id: ChatId, is_typing: bool) -> Option<u64> {
        let expires_in_ms = if is_typing {
            self.settings.typing_expires_ms
        } else {
            0
        };
        let state = self.lock();
        let entry = state.sockets.get(&outbox.id)?;
        if !entry.chats.contains(&chat_id) {
            return None;
        }
        state.tell_typing(chat_id, outbox.user_id, expires_in_ms);
        Some(expires_in_ms)
    }
}
