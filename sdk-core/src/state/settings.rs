//! What the person has set for chats: wished at once, and as the server says it.

use relaychat_protocol::{ChatId, rest::chat_settings};

use super::{State, chat_state::ChatState, wanted_settings::WantedSettings};
use crate::ChatSettings;

impl State {
    /// The person sets something: shown at once, told by and by.
    pub(crate) fn set_chat(&mut self, chat_id: ChatId, settings: ChatSettings, now_ms: i64) {
        if !self.chats.contains_key(&chat_id) {
            return;
        }
        let ChatSettings {
            is_pinned,
            is_archived,
            is_marked_unread,
            muted_until_ms,
        } = settings;
        let wanted = WantedSettings {
            is_pinned,
            is_archived,
            is_marked_unread,
            muted_until_ms: muted_until_ms.map(Option::unwrap_or_default),
            at_ms: now_ms + self.clock_ahead_ms,
        };
        self.settings.want(chat_id, wanted);
        self.unkept.settings(chat_id);
        self.touch(chat_id);
    }

    /// Somebody looks at the chat: it is not unread any more. The server leaves that to clients, for
    /// looking at what was read to its end tells it nothing.
    pub(super) fn unmark(&mut self, chat_id: ChatId) {
        let chat = self.chats.get(&chat_id);
        if chat.is_some_and(|chat| self.settings_of(chat).is_marked_unread) {
            let read = ChatSettings {
                is_marked_unread: Some(false),
                ..ChatSettings::default()
            };
            self.set_chat(chat_id, read, 0);
        }
    }

    /// What is set for a chat, with what is wished laid over it.
    pub(crate) fn settings_of(&self, chat: &ChatState) -> chat_settings::ChatSettings {
        let settings = chat.settings();
        match self.settings.wanted(chat.info.id) {
            Some(wanted) => wanted.over(settings),
            None => settings,
        }
    }

    /// What the server says is set for a chat.
    pub(super) fn settings_came(&mut self, settings: chat_settings::ChatSettings) {
        let chat_id = settings.chat_id;
        let chat = self.chats.get_mut(&chat_id);
        if chat.is_some_and(|chat| chat.apply_settings(settings)) {
            self.touch_kept(chat_id);
        }
    }

    /// What was told is taken, or refused for good.
    pub(super) fn settings_answered(&mut self) {
        if let Some(chat_id) = self.settings.answered() {
            self.unkept.settings(chat_id);
            self.touch(chat_id);
        }
    }

    /// When the next muted chat is heard again, on the server's clock.
    pub(super) fn unmuted_at_ms(&self) -> Option<i64> {
        let now_ms = self.now_ms;
        let until_ms = |chat| self.settings_of(chat).muted_until_ms;
        let ends = self.chats.values().filter_map(until_ms);
        ends.filter(|until_ms| *until_ms > now_ms).min()
    }

    /// Time passes: the list counts what is no longer muted.
    pub(super) fn settings_tick(&mut self, now_ms: i64) {
        let due_ms = self.unmuted_at_ms();
        self.now_ms = now_ms + self.clock_ahead_ms;
        if due_ms.is_some_and(|due_ms| due_ms <= self.now_ms) {
            self.dirty.is_list = true;
        }
    }
}
