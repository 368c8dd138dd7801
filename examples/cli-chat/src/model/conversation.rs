//! The open chat: its items, where one reads in them, and what is being typed.

use std::sync::Arc;

use relaychat_sdk::{
    DeliveryState, Message, Presence, TimelineItem,
    protocol::{ChatId, MessageId},
};

use crate::input::Input;

/// Where one reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the end, and what comes is followed.
    End,
    /// An item is at the lower edge, the last lines of it below: whatever comes before or after it,
    /// what one reads stays where it is.
    At { key: String, hidden_lines: usize },
}

/// The open chat.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) id: ChatId,
    pub(crate) items: Vec<Arc<TimelineItem>>,
    pub(crate) is_loading: bool,
    pub(crate) is_loading_before: bool,
    pub(crate) has_before: bool,
    /// Older messages were asked for. Without a connection they are not asked for again.
    pub(crate) is_asked_for_older: bool,
    pub(crate) presence: Option<Presence>,
    pub(crate) place: Place,
    pub(crate) input: Input,
    /// Up to where this program has said that it was read.
    pub(super) marked_seq: u64,
    /// The place was chosen: at what was unread when the chat was opened.
    pub(super) is_placed: bool,
}

impl Conversation {
    /// Opens with what is there already, and with what was typed before.
    pub(crate) fn new(id: ChatId, items: Vec<Arc<TimelineItem>>, draft: String) -> Self {
        Self {
            id,
            items,
            is_loading: true,
            is_loading_before: false,
            has_before: false,
            is_asked_for_older: false,
            presence: None,
            place: Place::End,
            input: Input::new(draft),
            marked_seq: 0,
            is_placed: false,
        }
    }

    fn messages(&self) -> impl DoubleEndedIterator<Item = &Arc<Message>> {
        self.items.iter().filter_map(|item| item.message())
    }

    /// The messages that failed, oldest first.
    pub(crate) fn failed(&self) -> Vec<MessageId> {
        let failed = self
            .messages()
            .filter(|message| message.state == Some(DeliveryState::Failed));
        failed.map(|message| message.id).collect()
    }

    /// The newest message that the server does not have.
    pub(crate) fn newest_unsent(&self) -> Option<MessageId> {
        let mut unsent = self.messages().rev();
        let newest = unsent.find(|message| message.is_own && message.seq.is_none());
        newest.map(|message| message.id)
    }

    /// How many messages wait to be sent.
    pub(crate) fn queued_count(&self) -> usize {
        let waits = |message: &&Arc<Message>| {
            message.seq.is_none() && message.state != Some(DeliveryState::Failed)
        };
        self.messages().filter(waits).count()
    }

    /// The newest own message that everybody has read: the one that says so in a word.
    pub(crate) fn newest_seen(&self) -> Option<MessageId> {
        let mut own = self.messages().rev();
        let newest = own.find(|message| message.state == Some(DeliveryState::Read));
        newest.map(|message| message.id)
    }
}
