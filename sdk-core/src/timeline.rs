//! The timeline of a chat: what a person scrolls through.
//!
//! Items, not messages: dividers and the start of the chat are items too, made here once for every
//! platform. An item's `key` never changes, also not when the server acknowledges the message.

use std::sync::Arc;

use relaychat_protocol::{
    AttachmentId, ChatId, MessageId,
    rest::{
        attachments::Attachment as WireAttachment,
        chats::Role,
        messages::{ChatEventKind, Mentions},
    },
};

use crate::{
    DeliveryState, Diffs, RelayError, Upload, User, diff, observable::Observable, runtime::Runtime,
};

/// A message as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Made by the sender; the same before and after the server has it.
    pub id: MessageId,
    /// Place in the chat; absent until the server has it.
    pub seq: Option<u64>,
    /// Where it was sent.
    pub chat_id: ChatId,
    /// Who sent it.
    pub sender: Arc<User>,
    /// Whether that is the caller.
    pub is_own: bool,
    /// When the server took it, or, until then, when it was sent.
    pub sent_at_ms: i64,
    /// What was written.
    pub text: String,
    /// What was attached.
    pub attachments: Vec<Attachment>,
    /// For own messages.
    pub state: Option<DeliveryState>,
    /// While `state` is `Uploading`, from 0 to 1000.
    pub upload_permille: Option<u16>,
    /// While `state` is `Failed`.
    pub error: Option<RelayError>,
    /// When its text was last edited.
    pub edited_at_ms: Option<i64>,
    /// Deleted for everyone: no text, no attachments, no reactions.
    pub is_deleted: bool,
    /// The message that this one answers.
    pub reply_to: Option<Quote>,
    /// How people reacted, in the order in which each emoji was first used.
    pub reactions: Vec<Reaction>,
    /// Whom it is meant for in particular, if anybody.
    pub mentions: Option<Mentions>,
    /// When it was pinned for everyone in the chat, if it is.
    pub pinned_at_ms: Option<i64>,
    /// What it tells of, if it is a system line: nobody wrote it, and nothing can be done to it.
    pub event: Option<ChatEvent>,
    /// A change of it that the server does not have yet, or refused.
    pub pending: Option<PendingChange>,
}

/// What a system line tells of: something that `sender` of the line did to the group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatEvent {
    /// What happened. A kind that this build does not know is best shown as nothing.
    pub kind: ChatEventKind,
    /// Who was added or removed, or whose role changed: at most 50 people.
    pub users: Vec<Arc<User>>,
    /// How many people were added, also where that is more than `users` names; 0 otherwise.
    pub member_count: u64,
    /// The role that they have now.
    pub role: Option<Role>,
    /// The name that the group has now.
    pub name: Option<String>,
}

/// The message that another one answers, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The message.
    pub message_id: MessageId,
    /// Its place in the same chat, to jump to.
    pub seq: u64,
    /// Who sent it.
    pub sender: Arc<User>,
    /// Its text, or the beginning of it.
    pub text: String,
    /// How many attachments it has.
    pub attachment_count: u64,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How many people reacted with it.
    pub count: u64,
    /// Whether the caller is one of them.
    pub is_own: bool,
    /// The first 50 of them.
    pub users: Vec<Arc<User>>,
}

/// What is being changed of a message that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Its text.
    Edit,
    /// It goes.
    Delete,
    /// The caller's reactions to it.
    Reaction,
    /// Whether it is pinned.
    Pin,
}

/// A change of a message that the server does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingChange {
    /// What changes; the weightiest, if it is more than one thing.
    pub kind: ChangeKind,
    /// Why the server refused it. The message is shown as the server has it until the change is
    /// tried again or dropped.
    pub error: Option<RelayError>,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// What the server says of it. For a file that is not uploaded yet: what is known of it here,
    /// under an id of this device.
    pub info: WireAttachment,
    /// The local file, for what this device sent not long ago.
    pub local: Option<Upload>,
}

impl Attachment {
    /// Names the file.
    #[must_use]
    pub fn id(&self) -> AttachmentId {
        self.info.id
    }
}

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimelineItem {
    /// The beginning of the chat: there is nothing older.
    Start {
        /// Names the item.
        key: String,
    },
    /// A new day.
    DateDivider {
        /// Names the item.
        key: String,
        /// Midnight of the day in the device's time zone.
        day_ms: i64,
    },
    /// What follows was unread when the timeline was opened.
    UnreadDivider {
        /// Names the item.
        key: String,
        /// How many messages were unread.
        count: u64,
    },
    /// A message, or the echo of one on its way.
    Message {
        /// Names the item.
        key: String,
        /// The message.
        message: Arc<Message>,
    },
    /// A system line: a message with an `event` and without text.
    Event {
        /// Names the item.
        key: String,
        /// The line.
        message: Arc<Message>,
    },
}

impl TimelineItem {
    /// Names the item in its timeline, for ever.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Start { key }
            | Self::DateDivider { key, .. }
            | Self::UnreadDivider { key, .. }
            | Self::Message { key, .. }
            | Self::Event { key, .. } => key,
        }
    }

    /// The message, if it is one that somebody wrote.
    #[must_use]
    pub fn message(&self) -> Option<&Arc<Message>> {
        match self {
            Self::Message { message, .. } => Some(message),
            Self::Start { .. }
            | Self::DateDivider { .. }
            | Self::UnreadDivider { .. }
            | Self::Event { .. } => None,
        }
    }
}

/// A timeline at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineState {
    /// Oldest first. An unchanged item keeps its `Arc`.
    pub items: Vec<Arc<TimelineItem>>,
    /// Nothing has been loaded yet.
    pub is_loading: bool,
    /// Older messages are on their way.
    pub is_loading_before: bool,
    /// There are older messages that are not here.
    pub has_before: bool,
    /// Newer messages are on their way.
    pub is_loading_after: bool,
    /// There are newer messages that are not here (after a jump).
    pub has_after: bool,
    /// Why the last load failed.
    pub error: Option<RelayError>,
}

/// Ends the openness of a timeline with the last handle.
#[derive(Debug)]
struct Opened {
    chat_id: ChatId,
    runtime: Arc<Runtime>,
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.runtime.close_timeline(self.chat_id);
    }
}

/// An open timeline. Clones share it; it closes with the last of them.
#[derive(Clone, Debug)]
pub struct Timeline {
    opened: Arc<Opened>,
    state: Observable<TimelineState>,
}

impl Timeline {
    pub(crate) fn open(chat_id: ChatId, runtime: Arc<Runtime>) -> Self {
        Self {
            state: runtime.open_timeline(chat_id),
            opened: Arc::new(Opened { chat_id, runtime }),
        }
    }

    /// The items, now and watched.
    #[must_use]
    pub fn state(&self) -> Observable<TimelineState> {
        self.state.clone()
    }

    /// The items now, and their changes from now on. The timeline stays open as long as the stream
    /// lives.
    #[must_use]
    pub fn subscribe(&self) -> (Vec<Arc<TimelineItem>>, Diffs<TimelineItem>) {
        diff::diffs(&self.state, |state| &state.items, self.clone())
    }

    /// Loads older messages. Resolves when they are in the snapshot.
    ///
    /// # Errors
    /// What the server or the network says.
    pub async fn load_before(&self) -> Result<(), RelayError> {
        self.runtime().load_before(self.opened.chat_id).await
    }

    /// Loads newer messages, after a jump.
    ///
    /// # Errors
    /// What the server or the network says.
    pub async fn load_after(&self) -> Result<(), RelayError> {
        self.runtime().load_after(self.opened.chat_id).await
    }

    /// Loads the part around a message and shows that instead.
    ///
    /// # Errors
    /// What the server or the network says.
    pub async fn jump_to(&self, seq: u64) -> Result<(), RelayError> {
        self.runtime().jump_to(self.opened.chat_id, seq).await
    }

    /// Back to the newest messages.
    ///
    /// # Errors
    /// What the server or the network says.
    pub async fn jump_to_latest(&self) -> Result<(), RelayError> {
        self.runtime().jump_to_latest(self.opened.chat_id).await
    }

    fn runtime(&self) -> &Arc<Runtime> {
        &self.opened.runtime
    }
}
