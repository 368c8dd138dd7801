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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Empty: nothing is typed any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<String>,
    /// When a pin was wished: where it stands until the server says it.
    #[serde(default)]
    pub(crate) at_ms: i64,
    /// Until when the draft is not told: somebody is typing.
    #[serde(skip)]
    pub(crate) typing_until_ms: i64,
}

impl WantedSettings {
    /// As it is told to the server.
    fn to_wire(&self) -> UpdateChatSettings {
        let Self {
            is_pinned,
            is_archived,
            is_marked_unread,
            muted_until_ms,
            draft,
            at_ms: _,
            typing_until_ms: _,
        } = self;
        UpdateChatSettings {
            is_pinned: *is_pinned,
            is_archived: *is_archived,
            is_marked_unread: *is_marked_unread,
            muted_until_ms: *muted_until_ms,
            draft: draft.clone(),
        }
    }

    fn is_empty(&self) -> bool {
        self.is_draft_only() && self.draft.is_none()
    }

    /// Whether nothing but a draft is wished, if anything.
    fn is_draft_only(&self) -> bool {
        let told = (self.is_pinned, self.is_archived, self.is_marked_unread);
        told == (None, None, None) && self.muted_until_ms.is_none()
    }

    /// When it may be told: a draft waits for a pause, what else was set for nothing.
    fn due_ms(&self) -> i64 {
        match self.is_draft_only() {
            true => self.typing_until_ms,
            false => 0,
        }
    }

    /// The later wish holds, field by field.
    fn add(&mut self, later: Self) {
        self.is_pinned = later.is_pinned.or(self.is_pinned);
        self.is_archived = later.is_archived.or(self.is_archived);
        self.is_marked_unread = later.is_marked_unread.or(self.is_marked_unread);
        self.muted_until_ms = later.muted_until_ms.or(self.muted_until_ms);
        if later.is_pinned.is_some() {
            self.at_ms = later.at_ms;
        }
        if later.draft.is_some() {
            (self.draft, self.typing_until_ms) = (later.draft, later.typing_until_ms);
        }
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
        if self.draft == sent.draft {
            self.draft = None;
        }
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
        let is_due = |(_, wanted): &(&ChatId, &WantedSettings)| wanted.due_ms() <= now_ms;
        let (chat_id, wanted) = self.wanted.iter().find(is_due)?;
        self.in_flight = Some((*chat_id, wanted.clone(), now_ms));
        Some((*chat_id, wanted.to_wire()))
    }

    /// When the next wish may be told.
    pub(crate) fn deadline_ms(&self) -> Option<i64> {
        let due_ms = self.wanted.values().map(WantedSettings::due_ms).min()?;
        let overdue_ms = match &self.in_flight {
            Some((_, _, since_ms)) => since_ms + ACK_MS,
            None => 0,
        };
        Some(self.not_before_ms.max(overdue_ms).max(due_ms))
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
        self.in_flight.take_if(|(other, ..)| *other == chat_id);
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
    fn a_draft_waits_for_a_pause_and_nothing_else_waits_for_it() {
        let mut queue = SettingsQueue::default();
        let typed = |text: &str, typing_until_ms| WantedSettings {
            draft: Some(text.to_owned()),
            typing_until_ms,
            ..WantedSettings::default()
        };
        queue.want(chat(1), typed("he", 10));
        queue.want(chat(1), typed("hell", 20));
        queue.want(chat(2), pin(true));
        let (first, _) = queue.next(0).expect("the pin");
        assert_eq!((first, queue.next(1)), (chat(2), None));
        queue.answered();
        assert_eq!((queue.deadline_ms(), queue.next(19)), (Some(20), None));
        let (_, told) = queue.next(20).expect("the draft");
        assert_eq!(told.draft.as_deref(), Some("hell"));
        queue.want(chat(1), typed("hello", 40));
        queue.answered();
        assert_eq!(queue.deadline_ms(), Some(40), "typed meanwhile");
        queue.next(40);
        queue.answered();
        assert_eq!(queue.deadline_ms(), None);
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
