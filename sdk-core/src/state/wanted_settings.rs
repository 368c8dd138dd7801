//! What the person has set for chats and the server does not have yet: one wish for each field, the
//! last one.
//!
//! A wish is laid over what the server says until the server has taken it. Of two devices that set
//! the same field the one whose wish was committed last has its way, whatever was wished first.

use relaychat_protocol::{
    ChatId,
    rest::chat_settings::{ChatSettings, UpdateChatSettings},
};
use serde::{Deserialize, Serialize};

use super::sorted::SortedMap;

/// How long the server may take on a living connection before a wish is sent again.
const ACK_MS: i64 = 20_000;

/// A wish for one chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WantedSettings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) is_pinned: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) is_archived: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) is_marked_unread: Option<bool>,
    /// 0: not muted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) muted_until_ms: Option<i64>,
    /// When it was wished: where a pin stands until the server says it.
    #[serde(default)]
    pub(crate) at_ms: i64,
}

impl WantedSettings {
    /// As it is told to the server.
    fn to_wire(self) -> UpdateChatSettings {
        let Self {
            is_pinned,
            is_archived,
            is_marked_unread,
            muted_until_ms,
            at_ms: _,
        } = self;
        UpdateChatSettings {
            is_pinned,
            is_archived,
            is_marked_unread,
            muted_until_ms,
        }
    }

    fn is_empty(self) -> bool {
        self.to_wire() == UpdateChatSettings::default()
    }

    /// The later wish holds, field by field.
    fn add(&mut self, later: Self) {
        self.is_pinned = later.is_pinned.or(self.is_pinned);
        self.is_archived = later.is_archived.or(self.is_archived);
        self.is_marked_unread = later.is_marked_unread.or(self.is_marked_unread);
        self.muted_until_ms = later.muted_until_ms.or(self.muted_until_ms);
        self.at_ms = later.at_ms;
    }

    /// Without what was answered and not wished otherwise since.
    fn without(&mut self, sent: &Self) {
        self.is_pinned = self.is_pinned.filter(|_| self.is_pinned != sent.is_pinned);
        self.is_archived = self
            .is_archived
            .filter(|_| self.is_archived != sent.is_archived);
        self.is_marked_unread = self
            .is_marked_unread
            .filter(|_| self.is_marked_unread != sent.is_marked_unread);
        self.muted_until_ms = self
            .muted_until_ms
            .filter(|_| self.muted_until_ms != sent.muted_until_ms);
    }

    /// What the server has, with the wish laid over it.
    pub(crate) fn over(&self, mut settings: ChatSettings) -> ChatSettings {
        if let Some(is_pinned) = self.is_pinned {
            let since_ms = settings.pinned_at_ms.unwrap_or(self.at_ms);
            settings.pinned_at_ms = is_pinned.then_some(since_ms);
        }
        settings.is_archived = self.is_archived.unwrap_or(settings.is_archived);
        settings.is_marked_unread = self.is_marked_unread.unwrap_or(settings.is_marked_unread);
        if let Some(until_ms) = self.muted_until_ms {
            settings.muted_until_ms = (until_ms != 0).then_some(until_ms);
        }
        settings
    }
}

/// All wishes.
#[derive(Debug, Default)]
pub(crate) struct SettingsQueue {
    wanted: SortedMap<ChatId, WantedSettings>,
    in_flight: Option<(ChatId, WantedSettings, i64)>,
    not_before_ms: i64,
}

impl SettingsQueue {
    /// The person wishes this, beside what they wished before.
    pub(crate) fn want(&mut self, chat_id: ChatId, wanted: WantedSettings) {
        self.wanted.or_default(chat_id).add(wanted);
    }

    /// What is wished for a chat and not taken.
    pub(crate) fn wanted(&self, chat_id: ChatId) -> Option<&WantedSettings> {
        self.wanted.get(&chat_id)
    }

    /// The chats there are wishes for.
    pub(crate) fn chats(&self) -> impl Iterator<Item = ChatId> {
        self.wanted.keys().copied()
    }

    /// The next wish to tell, given a living connection: one at a time.
    pub(crate) fn next(&mut self, now_ms: i64) -> Option<(ChatId, UpdateChatSettings)> {
        if self.deadline_ms()? > now_ms {
            return None;
        }
        let (chat_id, wanted) = self.wanted.first()?;
        self.in_flight = Some((*chat_id, *wanted, now_ms));
        Some((*chat_id, wanted.to_wire()))
    }

    /// When the next wish may be told.
    pub(crate) fn deadline_ms(&self) -> Option<i64> {
        self.wanted.first()?;
        let overdue_ms = self
            .in_flight
            .map_or(0, |(_, _, since_ms)| since_ms + ACK_MS);
        Some(self.not_before_ms.max(overdue_ms))
    }

    /// The server has taken what is under way, or never will.
    pub(crate) fn answered(&mut self) -> Option<ChatId> {
        let (chat_id, sent, _) = self.in_flight.take()?;
        if let Some(wanted) = self.wanted.get_mut(&chat_id) {
            wanted.without(&sent);
            if wanted.is_empty() {
                self.wanted.remove(&chat_id);
            }
        }
        Some(chat_id)
    }

    /// The server wants to be left alone for a while.
    pub(crate) fn postponed(&mut self, until_ms: i64) {
        self.in_flight = None;
        self.not_before_ms = self.not_before_ms.max(until_ms);
    }

    /// The connection is gone; what is under way is told again later.
    pub(crate) fn abandon(&mut self) {
        (self.in_flight, self.not_before_ms) = (None, 0);
    }

    /// The caller is not in this chat any more.
    pub(crate) fn forget(&mut self, chat_id: ChatId) {
        self.wanted.remove(&chat_id);
        if self.in_flight.is_some_and(|(other, ..)| other == chat_id) {
            self.in_flight = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(number: u128) -> ChatId {
        ChatId(uuid::Uuid::from_u128(number))
    }

    fn pin(is_pinned: bool) -> WantedSettings {
        WantedSettings {
            is_pinned: Some(is_pinned),
            ..WantedSettings::default()
        }
    }

    #[test]
    fn wishes_for_a_chat_become_one_and_the_last_of_a_field_holds() {
        let mut queue = SettingsQueue::default();
        queue.want(chat(1), pin(true));
        let archived = WantedSettings {
            is_archived: Some(true),
            ..WantedSettings::default()
        };
        queue.want(chat(1), archived);
        queue.want(chat(1), pin(false));
        let (_, told) = queue.next(0).expect("something is wished");
        assert_eq!(
            (told.is_pinned, told.is_archived),
            (Some(false), Some(true))
        );
        assert_eq!(queue.next(1), None, "one at a time");
    }

    #[test]
    fn what_was_wished_while_another_was_under_way_is_told_after_it() {
        let mut queue = SettingsQueue::default();
        queue.want(chat(1), pin(true));
        queue.next(0);
        queue.want(chat(1), pin(false));
        queue.answered();
        let (_, told) = queue.next(0).expect("the later wish");
        assert_eq!(told.is_pinned, Some(false));
        queue.answered();
        assert_eq!(queue.next(0), None);
    }

    #[test]
    fn what_got_no_answer_is_told_again_after_a_reconnect() {
        let mut queue = SettingsQueue::default();
        queue.want(chat(1), pin(true));
        let first = queue.next(0);
        queue.abandon();
        assert_eq!(queue.next(1), first);
        queue.answered();
        assert_eq!(queue.deadline_ms(), None);
    }
}
