//! A chat as one of its members sees it.

use super::{chat::Chat, member::Member, message::Message};

/// A chat with what one member needs to show it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatView {
    /// The chat.
    pub chat: Chat,
    /// The member who looks.
    pub me: Member,
    /// The newest message.
    pub last_message: Option<Message>,
    /// The other members, longest standing first, as far as a view carries them.
    pub others: Vec<Member>,
}
