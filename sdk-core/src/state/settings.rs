//! What the person has set for chats: wished at once, and as the server says it.

use relaychat_protocol::{ChatId, rest::chat_settings};

use super::{State, chat_state::ChatState, wanted_settings::WantedSettings};
use crate::ChatSettings;

/// A pause in typing after which the other devices are told.
const PAUSE_MS: i64 = 1_500;

/// The longest draft that is told, as the server takes it. A longer one stays on the device.
const DRAFT_BYTES: usize = 16_384;

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
            ..WantedSettings::default()
        };
        self.settings.want(chat_id, wanted);
        self.unkept.settings(chat_id);
        self.touch(chat_id);
    }

    /// The other devices of the person are told what was typed here, once they pause.
    pub(super) fn share_draft(&mut self, chat_id: ChatId, text: &str, now_ms: i64) {
        if !self.chats.contains_key(&chat_id) || text.len() > DRAFT_BYTES {
            return;
        }
        let pause_ms = if text.is_empty() { 0 } else { PAUSE_MS };
        let wanted = WantedSettings {
            draft: Some(text.to_owned()),
            typing_until_ms: now_ms + pause_ms,
            ..WantedSettings::default()
        };
        self.settings.want(chat_id, wanted);
        self.unkept.settings(chat_id);
    }

    /// What another device has typed is the draft here too, unless something was typed here that
    /// was not told yet. `before` is what the server said last.
    pub(super) fn draft_came(&mut self, chat_id: ChatId, before: Option<String>) {
        let Some(chat) = self.chats.get(&chat_id) else {
            return;
        };
        let draft = chat.settings().draft;
        let wanted = self.settings.wanted(chat_id);
        let is_own = wanted.is_some_and(|wanted| wanted.draft.is_some());
        if is_own || draft == before {
            return;
        }
        let draft = draft.unwrap_or_default();
        // Space around it is nothing to tell, and nothing to take away from who types it.
        if draft.trim() != self.draft(chat_id).trim() {
            self.keep_draft(chat_id, &draft);
        }
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
        let Some(chat) = self.chats.get_mut(&chat_id) else {
            return;
        };
        let before = chat.settings().draft;
        if chat.apply_settings(settings) {
            self.touch_kept(chat_id);
            self.draft_came(chat_id, before);
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
