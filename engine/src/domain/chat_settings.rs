//! What a member set for a chat for themselves alone.

use relaychat_protocol::{ChatId, UserId};

/// Settings of one chat that one member has, on all devices, and that nobody else sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatSettings {
    /// Whose.
    pub user_id: UserId,
    /// Of which chat.
    pub chat_id: ChatId,
    /// One step for every change; 0: nothing was ever set.
    pub revision: u64,
    /// Since when the chat is at the top of the list, if it is.
    pub pinned_at_ms: Option<i64>,
    /// Whether it is put away. New messages do not bring it back.
    pub is_archived: bool,
    /// Whether it counts as unread although everything was read.
    pub is_marked_unread: bool,
    /// Until when it is muted. In the past: no longer.
    pub muted_until_ms: Option<i64>,
    /// What was typed and not sent; never empty.
    pub draft: Option<String>,
}

/// What to change of the settings; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// At the top of the list or not.
    pub is_pinned: Option<bool>,
    /// Put away or not.
    pub is_archived: Option<bool>,
    /// Unread although read, or not.
    pub is_marked_unread: Option<bool>,
    /// Muted until then; the inner `None`: not muted.
    pub muted_until_ms: Option<Option<i64>>,
    /// Typed and not sent; the inner `None`: nothing.
    pub draft: Option<Option<String>>,
}

impl ChatSettings {
    /// What holds where nothing was set.
    #[must_use]
    pub fn new(user_id: UserId, chat_id: ChatId) -> Self {
        Self {
            user_id,
            chat_id,
            revision: 0,
            pinned_at_ms: None,
            is_archived: false,
            is_marked_unread: false,
            muted_until_ms: None,
            draft: None,
        }
    }

    /// The settings after a change at `now_ms`: a revision further, or as they are when it changes
    /// nothing. What is pinned keeps its place when it is pinned again.
    #[must_use]
    pub fn changed(&self, change: SettingsChange, now_ms: i64) -> Self {
        let mut after = self.clone();
        if let Some(is_pinned) = change.is_pinned {
            after.pinned_at_ms = is_pinned.then(|| self.pinned_at_ms.unwrap_or(now_ms));
        }
        after.is_archived = change.is_archived.unwrap_or(self.is_archived);
        after.is_marked_unread = change.is_marked_unread.unwrap_or(self.is_marked_unread);
        after.muted_until_ms = change.muted_until_ms.unwrap_or(self.muted_until_ms);
        if let Some(draft) = change.draft {
            after.draft = draft;
        }
        if after != *self {
            after.revision += 1;
        }
        after
    }

    /// Whether the chat counts in totals of what is unread.
    #[must_use]
    pub fn counts(&self, now_ms: i64) -> bool {
        !self.is_archived
            && self
                .muted_until_ms
                .is_none_or(|until_ms| until_ms <= now_ms)
    }
}
