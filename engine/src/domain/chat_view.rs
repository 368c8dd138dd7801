//! A chat as one of its members sees it.

use super::{chat::Chat, chat_settings::ChatSettings, member::Member, message::Message};

/// A chat with what one member needs to show it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatView {
    /// The chat.
    pub chat: Chat,
    /// The member who looks.
    pub me: Member,
    /// The newest message.
    pub last_message: Option<Message>,
    /// What the member has set for themselves, if anything.
    pub settings: Option<ChatSettings>,
    /// Places of deleted messages above the member's read mark, ascending.
    pub deleted_unread: Vec<u64>,
    /// Places of messages above the member's read mark that mention the member, ascending.
    pub mentioned_unread: Vec<u64>,
    /// The other members, longest standing first, as far as a view carries them.
    pub others: Vec<Member>,
}

impl ChatView {
    /// Messages that the member has not read: those that were deleted count no more. None of them
    /// is the member's own, for sending moves one's own mark.
    #[must_use]
    pub fn unread_count(&self) -> u64 {
        let unread = self.me.watermarks.unread_count(self.chat.message_count);
        unread.saturating_sub(self.deleted_unread.len() as u64)
    }
}
