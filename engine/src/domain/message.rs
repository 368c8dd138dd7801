//! A message.

use relaychat_protocol::{AttachmentId, ChatId, MessageId, UserId, rest::messages::ChatEvent};

use super::attachment::Attachment;
use crate::limits::QUOTE_CHARS;

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
    /// When the text was last edited.
    pub edited_at_ms: Option<i64>,
    /// When it was deleted for everyone: then nothing is left but its place.
    pub deleted_at_ms: Option<i64>,
    /// The message it answers.
    pub reply_to: Option<Quote>,
    /// By emoji, the one that came first in front.
    pub reactions: Vec<Reaction>,
    /// Whom it is meant for in particular.
    pub mentions: Mentions,
    /// When it was pinned, if it is.
    pub pinned_at_ms: Option<i64>,
    /// What it tells of, if it is a line and nothing that somebody wrote. Lines are not counted.
    pub event: Option<Box<ChatEvent>>,
}

/// Whom a message is meant for in particular.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// People, each once, ascending. Whether they are in the chat shows when it is counted.
    pub user_ids: Vec<UserId>,
    /// All members.
    pub is_everyone: bool,
}

impl Mentions {
    /// Whether nobody is meant in particular.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.user_ids.is_empty() && !self.is_everyone
    }
}

/// The message that another one answers, as it is when the answer is read. Only its place is
/// stored, so that nothing of it stays behind anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The message.
    pub message_id: MessageId,
    /// Its place in the same chat.
    pub seq: u64,
    /// Who sent it.
    pub sender_id: UserId,
    /// The beginning of its text.
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
    /// The first of them, in the order in which they did.
    pub user_ids: Vec<UserId>,
}

/// How one person reacted to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserReaction {
    /// With what.
    pub emoji: String,
    /// Who.
    pub user_id: UserId,
    /// When.
    pub reacted_at_ms: i64,
}

impl Message {
    /// Everybody it names: who sent it, and whom a line tells of.
    pub fn named(&self) -> impl Iterator<Item = UserId> + '_ {
        let told = self.event.iter().flat_map(|event| &event.user_ids);
        std::iter::once(self.sender_id).chain(told.copied())
    }

    /// What is left of it when it is deleted.
    #[must_use]
    pub fn deleted(self, version: u64, now_ms: i64) -> Self {
        Self {
            version,
            text: String::new(),
            attachments: Vec::new(),
            edited_at_ms: None,
            deleted_at_ms: Some(now_ms),
            reply_to: None,
            reactions: Vec::new(),
            mentions: Mentions::default(),
            pinned_at_ms: None,
            ..self
        }
    }

    /// What its sender sent, as long as nobody has changed it.
    #[must_use]
    pub fn draft(&self) -> Draft {
        Draft {
            id: self.id,
            chat_id: self.chat_id,
            sender_id: self.sender_id,
            text: self.text.clone(),
            attachment_ids: self.attachments.iter().map(|one| one.id).collect(),
            reply_to_id: self.reply_to.as_ref().map(|quote| quote.message_id),
            mentions: self.mentions.clone(),
        }
    }
}

impl Quote {
    /// A message as an answer shows it.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        Self {
            message_id: message.id,
            seq: message.seq,
            sender_id: message.sender_id,
            text: message.text.chars().take(QUOTE_CHARS).collect(),
            attachment_count: message.attachments.len() as u64,
            is_deleted: message.deleted_at_ms.is_some(),
        }
    }
}

/// What an edit makes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The new text.
    pub text: String,
    /// Whom it is meant for in particular from now on.
    pub mentions: Mentions,
}

impl Edit {
    /// Whether `message` says so already.
    #[must_use]
    pub fn is_of(&self, message: &Message) -> bool {
        self.text == message.text && self.mentions == message.mentions
    }
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
    /// The message of the same chat that it answers.
    pub reply_to_id: Option<MessageId>,
    /// Whom it is meant for in particular.
    pub mentions: Mentions,
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
            && self.mentions == message.mentions
            && self.reply_to_id == message.reply_to.as_ref().map(|quote| quote.message_id)
            && self
                .attachment_ids
                .iter()
                .eq(message.attachments.iter().map(|attachment| &attachment.id))
    }
}
