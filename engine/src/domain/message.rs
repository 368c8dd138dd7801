//! A message.

use relaychat_protocol::{AttachmentId, ChatId, MessageId, UserId};

use super::attachment::Attachment;

/// A message as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Made by the sender.
    pub id: MessageId,
    /// Where it was sent.
    pub chat_id: ChatId,
    /// Place in the chat.
    pub seq: u64,
    /// The chat's version when it last changed.
    pub version: u64,
    /// Running count of messages in the chat with this one.
    pub count: u64,
    /// Who sent it.
    pub sender_id: UserId,
    /// When the server took it.
    pub sent_at_ms: i64,
    /// Plain text.
    pub text: String,
    /// What was attached, in the sender's order.
    pub attachments: Vec<Attachment>,
}

/// A message that somebody wants to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Made by the sender: the idempotency key.
    pub id: MessageId,
    /// Where to.
    pub chat_id: ChatId,
    /// By whom.
    pub sender_id: UserId,
    /// Plain text.
    pub text: String,
    /// Uploads of the sender that no message has named yet.
    pub attachment_ids: Vec<AttachmentId>,
}

impl Draft {
    /// Whether `message` is what this draft became: the same id means the same content, or the
    /// client made a mistake.
    #[must_use]
    pub fn became(&self, message: &Message) -> bool {
        self.id == message.id
            && self.chat_id == message.chat_id
            && self.sender_id == message.sender_id
            && self.text == message.text
            && self
                .attachment_ids
                .iter()
                .eq(message.attachments.iter().map(|attachment| &attachment.id))
    }
}
