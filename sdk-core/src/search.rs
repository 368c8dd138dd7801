//! Searching messages: what is asked, and what is found.
//!
//! With a connection the server answers for all of the caller's chats. Without one the client
//! searches what it holds itself, by the same definition ([`matching`](crate::protocol::matching)),
//! and says so.

use std::{ops::Range, sync::Arc};

use relaychat_protocol::{ChatId, UserId, rest::search::Having};

use crate::{ChatSummary, Message};

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Words; each is found by its beginning.
    pub query: String,
    /// Only in this chat.
    pub chat_id: Option<ChatId>,
    /// Only by this person.
    pub sender_id: Option<UserId>,
    /// Only sent before this time.
    pub before_ms: Option<i64>,
    /// Only sent at this time or later.
    pub after_ms: Option<i64>,
    /// Only with this.
    pub has: Option<Having>,
    /// [`SearchPage::next_cursor`] of the page before.
    pub cursor: Option<String>,
}

impl Search {
    /// Looks for words in all chats.
    #[must_use]
    pub fn of(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            ..Self::default()
        }
    }
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    /// The message.
    pub message: Arc<Message>,
    /// Its chat, where that is known here.
    pub chat: Option<Arc<ChatSummary>>,
    /// What to highlight, in bytes of the text: ascending, none touches the next.
    pub highlights: Vec<Range<usize>>,
}

/// A part of what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPage {
    /// Newest first. There may be few or none while there are more.
    pub items: Vec<SearchHit>,
    /// Pass it back to read on; absent on the last page.
    pub next_cursor: Option<String>,
    /// Only what this device holds was searched.
    pub is_local: bool,
}
