//! A message that was written in a transaction of the host and waits to be sent.

use relaychat_protocol::{AttachmentId, ChatId, MessageId};

use super::host_key::HostKey;

/// A waiting message, as storage names it: its place, and its id.
pub type StagedRef = (i64, MessageId);

/// A message that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedMessage {
    /// The idempotency key.
    pub id: MessageId,
    /// Where to.
    pub target: StagedTarget,
    /// By whom, as the host names people.
    pub sender: String,
    /// Plain text.
    pub text: String,
    /// Uploads of the sender.
    pub attachment_ids: Vec<AttachmentId>,
    /// Whether hooks were asked already.
    pub is_judged: bool,
    /// When it was written.
    pub staged_at_ms: i64,
}

/// Where a staged message goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StagedTarget {
    /// A chat.
    Chat(ChatId),
    /// The chat of an object of the host, made if need be.
    Object {
        /// The object.
        key: HostKey,
        /// What the chat is called if it is made.
        name: Option<String>,
    },
}
