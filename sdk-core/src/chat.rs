//! One chat: what it is, who is in it, its timeline, and what the caller does in it.

mod change;
mod invites;
mod reactors;
mod settings;

use std::sync::Arc;

use relaychat_protocol::{ChatId, MessageId, rest::chats::Role};

use crate::{
    ChatSummary, Draft, Edit, Message, Outgoing, RelayError, Timeline, User,
    observable::Observable, runtime::Runtime,
};

pub use change::ChatChange;
pub use invites::{Invite, InvitePreview, InviteTerms};
pub use reactors::{ReactionPage, Reactor};
pub use settings::ChatSettings;

/// Something that is looked up by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lookup<T> {
    /// It is being looked up.
    #[default]
    Pending,
    /// It does not exist, or is not visible to the caller.
    Missing,
    /// Here it is.
    Found(Arc<T>),
}

impl<T> Lookup<T> {
    /// The value, if it was found.
    #[must_use]
    pub fn found(&self) -> Option<&Arc<T>> {
        match self {
            Self::Found(value) => Some(value),
            Self::Pending | Self::Missing => None,
        }
    }
}

/// A member of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: Arc<User>,
    /// What they may do.
    pub role: Role,
    /// When they joined.
    pub joined_at_ms: i64,
    /// Highest `seq` that reached one of their devices.
    pub delivered_seq: u64,
    /// Highest `seq` they have read.
    pub read_seq: u64,
}

/// A handle to one chat. Cheap to make and to clone.
#[derive(Clone, Debug)]
pub struct Chat {
    pub(crate) id: ChatId,
    pub(crate) runtime: Arc<Runtime>,
}

impl Chat {
    pub(crate) fn new(id: ChatId, runtime: Arc<Runtime>) -> Self {
        Self { id, runtime }
    }

    /// Names the chat.
    #[must_use]
    pub fn id(&self) -> ChatId {
        self.id
    }

    /// The chat as the list shows it. Looks it up when it is not in the list.
    #[must_use]
    pub fn summary(&self) -> Observable<Lookup<ChatSummary>> {
        self.runtime.chat_summary(self.id)
    }

    /// The members, the caller among them. An unchanged member keeps its `Arc`.
    #[must_use]
    pub fn members(&self) -> Observable<Vec<Arc<Member>>> {
        self.runtime.chat_members(self.id)
    }

    /// Opens the timeline. It is open while the returned value or a clone of it lives; the unread
    /// divider is fixed when it opens.
    #[must_use]
    pub fn timeline(&self) -> Timeline {
        Timeline::open(self.id, Arc::clone(&self.runtime))
    }

    /// Sends at once: the echo is in the timeline when this returns.
    pub fn send(&self, draft: impl Into<Draft>) -> Outgoing {
        self.send_with_id(Outgoing::new_id(), draft)
    }

    /// Sends under an id that was made before, for who hands a message over from one client to the
    /// next: a message that is known by this id is not sent once more.
    pub fn send_with_id(&self, id: MessageId, draft: impl Into<Draft>) -> Outgoing {
        Outgoing::queue(self.id, id, draft.into(), Arc::clone(&self.runtime))
    }

    /// A message that is on its way, also one of an earlier run of the program.
    #[must_use]
    pub fn outgoing(&self, message_id: MessageId) -> Option<Outgoing> {
        Outgoing::find(message_id, Arc::clone(&self.runtime))
    }

    /// What was typed and not sent; empty if nothing was.
    #[must_use]
    pub fn draft(&self) -> String {
        self.runtime.draft(self.id)
    }

    /// The same, watched: what another view of this client or another device types, or an earlier
    /// run has left.
    #[must_use]
    pub fn watch_draft(&self) -> Observable<String> {
        self.runtime.watch_draft(self.id)
    }

    /// Keeps what is typed, in the store too, and tells the person's other devices after a pause of
    /// 1.5 seconds. An empty text forgets it. Of two drafts the one that was told last holds; one
    /// from elsewhere replaces nothing that was typed here and not told yet. More than 16 KiB stays
    /// on this device.
    pub fn set_draft(&self, text: &str) {
        self.runtime.set_draft(self.id, text);
    }

    /// Tries a failed message again, or what the server refused to do with a sent one.
    pub fn retry(&self, message_id: MessageId) {
        self.runtime.retry(message_id);
    }

    /// Gives an own message another text, shown at once, and perhaps other [mentions](Edit). One that was sent is edited as soon as the
    /// server can be asked; of several edits the last one to arrive stays. What the server refuses
    /// (`edit_too_late`, `forbidden`) is in [`Message::pending`](crate::Message::pending).
    ///
    /// # Errors
    /// `validation_failed` for a text that leaves nothing of the message.
    pub fn edit(&self, message_id: MessageId, edit: impl Into<Edit>) -> Result<(), RelayError> {
        self.runtime.edit(self.id, message_id, edit.into())
    }

    /// Deletes a message for everyone, shown at once, told to the server by and by. One that was not
    /// sent is taken back.
    pub fn delete(&self, message_id: MessageId) {
        self.runtime.delete(self.id, message_id);
    }

    /// Reacts to a message with an emoji, or takes that back: shown at once, told to the server by
    /// and by.
    pub fn react(&self, message_id: MessageId, emoji: &str, is_on: bool) {
        self.runtime.react(self.id, message_id, emoji, is_on);
    }

    /// Pins a message for everyone in the chat, or unpins it: shown at once, told to the server by
    /// and by. What the server refuses (`forbidden`, `too_many_pins`) is in
    /// [`Message::pending`](crate::Message::pending).
    pub fn pin(&self, message_id: MessageId, is_pinned: bool) {
        self.runtime.pin(self.id, message_id, is_pinned);
    }

    /// What is pinned in the chat, the message that was pinned last in front; `None` until something
    /// of it is known. It is read from the server once this is asked for, and kept up to date as long
    /// as the observable lives. Offline before that: what of it is in memory.
    #[must_use]
    pub fn pinned(&self) -> Observable<Option<Vec<Arc<Message>>>> {
        self.runtime.pinned(self.id)
    }

    /// Takes a message back: see [`Outgoing::cancel`]. Of a sent one it drops what the server
    /// refused, else what was not told it yet.
    pub fn cancel(&self, message_id: MessageId) {
        self.runtime.cancel(message_id);
    }

    /// Sets something for the person alone, on all their devices: shown at once, and told to the
    /// server as soon as there is a connection.
    pub fn set(&self, settings: ChatSettings) {
        self.runtime.set_chat(self.id, settings);
    }

    /// Everything up to `seq` has been seen by the person. Never moves backwards.
    pub fn mark_read(&self, seq: u64) {
        self.runtime.mark_read(self.id, seq);
    }

    /// Call on every keystroke; throttled, and ended by itself. `false` ends it at once.
    pub fn set_typing(&self, is_typing: bool) {
        self.runtime.set_typing(self.id, is_typing);
    }
}
