//! The list of the caller's chats: pinned ones, then by activity.

use std::sync::Arc;

use relaychat_protocol::{
    ChatId, UserId,
    rest::chats::{ChatKind, Role},
};

pub use relaychat_protocol::rest::users::UnreadTotal;

use crate::{Diffs, Message, RelayError, User, diff, observable::Observable, runtime::Runtime};

/// A chat as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatSummary {
    /// Names the chat.
    pub id: ChatId,
    /// One-to-one or group.
    pub kind: ChatKind,
    /// Name of the group, or of the other person.
    pub title: String,
    /// For a group that belongs to an object of the host application: what the host calls it.
    pub host_key: Option<String>,
    /// What its members say about a group.
    pub description: Option<String>,
    /// Picture of the other person.
    pub avatar_url: Option<String>,
    /// The other person of a one-to-one chat.
    pub peer: Option<Arc<User>>,
    /// The newest message.
    pub last_message: Option<Arc<Message>>,
    /// The lowest role that writes messages; an application hides the field from those below.
    pub send_role: Role,
    /// The lowest role that adds people to a group and makes links to it.
    pub add_role: Role,
    /// The lowest role that pins messages in a group.
    pub pin_role: Role,
    /// When it was last written to or changed.
    pub last_activity_at_ms: i64,
    /// Messages the caller has not read.
    pub unread_count: u64,
    /// Those of them that mention the caller, or everyone.
    pub mention_count: u64,
    /// The `seq` of the newest message, 0 when there is none.
    pub last_seq: u64,
    /// Up to where the caller has read.
    pub read_seq: u64,
    /// How many members it has.
    pub member_count: u64,
    /// Since when it is at the top of the list, if the person pinned it.
    pub pinned_at_ms: Option<i64>,
    /// Put away by the person. It is in the list all the same.
    pub is_archived: bool,
    /// To be shown as unread although everything was read.
    pub is_marked_unread: bool,
    /// Muted until then; in the past: not muted any more.
    pub muted_until_ms: Option<i64>,
    /// People who are typing now.
    pub typing: Vec<Arc<User>>,
}

impl ChatSummary {
    /// Whether the person keeps it at the top of the list.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.pinned_at_ms.is_some()
    }

    /// Whether it counts in totals at `now_ms`.
    pub(crate) fn counts(&self, now_ms: i64) -> bool {
        !self.is_archived
            && self
                .muted_until_ms
                .is_none_or(|until_ms| until_ms <= now_ms)
    }
}

/// The list of chats at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatListState {
    /// Pinned ones first, the newest pin before the others; then by activity, the newest first. An unchanged chat keeps its `Arc`.
    pub items: Vec<Arc<ChatSummary>>,
    /// Nothing has been loaded yet.
    pub is_loading: bool,
    /// Whether there are more that [`ChatList::load_more`] brings.
    pub has_more: bool,
    /// Unread messages over the loaded chats that are neither muted nor archived.
    pub unread_count: u64,
    /// How many of these chats have any, or are marked unread.
    pub unread_chat_count: u64,
}

/// The caller's chats.
#[derive(Clone, Debug)]
pub struct ChatList {
    runtime: Arc<Runtime>,
}

impl ChatList {
    pub(crate) fn new(runtime: Arc<Runtime>) -> Self {
        Self { runtime }
    }

    /// The list, now and watched.
    #[must_use]
    pub fn state(&self) -> Observable<ChatListState> {
        self.runtime.chat_list()
    }

    /// The list now, and its changes from now on.
    #[must_use]
    pub fn subscribe(&self) -> (Vec<Arc<ChatSummary>>, Diffs<ChatSummary>) {
        diff::diffs(&self.state(), |state| &state.items, ())
    }

    /// Loads the next page of older chats, if there is one.
    ///
    /// # Errors
    /// What the server or the network says.
    pub async fn load_more(&self) -> Result<(), RelayError> {
        let Some(cursor) = self.runtime.next_chats_cursor() else {
            return Ok(());
        };
        let page = self.runtime.api().list_chats(&cursor).await?;
        self.runtime.learn_chat_page(&cursor, page);
        Ok(())
    }

    /// Unread messages over *all* chats that are neither muted nor archived, also those that are
    /// not loaded: for a badge. Asked of the server, while [`ChatListState::unread_count`] is known.
    ///
    /// # Errors
    /// What the server or the network says.
    pub async fn unread_total(&self) -> Result<UnreadTotal, RelayError> {
        self.runtime.api().unread_total().await
    }

    /// The one-to-one chat with a person, made if it does not exist.
    ///
    /// # Errors
    /// `not_found` when there is no such person, or what the network says.
    pub async fn open_direct(&self, user_id: UserId) -> Result<ChatId, RelayError> {
        let found = self.runtime.api().open_direct_chat(user_id).await?;
        Ok(self.runtime.learn_chat(found))
    }

    /// A new group of these people and the caller. A try that got no answer is repeated, and makes
    /// one group all the same.
    ///
    /// # Errors
    /// What the server or the network says.
    pub async fn create_group(
        &self,
        name: &str,
        user_ids: Vec<UserId>,
    ) -> Result<ChatId, RelayError> {
        let made = self.runtime.api().create_group(name, user_ids).await?;
        Ok(self.runtime.learn_chat(made))
    }
}
