//! What hooks are asked about.

use relaychat_protocol::{AttachmentId, ChatId, MessageId};

use super::{Who, chain::Question};

/// A message that is about to be stored. The sender is a member of the chat, and the message has
/// not been stored before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BeforeSend {
    /// Who sends.
    pub sender: Who,
    /// Where to.
    pub chat_id: ChatId,
    /// The id the client made.
    pub message_id: MessageId,
    /// What is sent: what a hook may change.
    pub draft: DraftContent,
}

impl BeforeSend {
    /// A question, for tests of a hook.
    pub fn new(
        sender: Who,
        chat_id: ChatId,
        message_id: MessageId,
        text: impl Into<String>,
    ) -> Self {
        Self {
            sender,
            chat_id,
            message_id,
            draft: DraftContent {
                text: text.into(),
                attachment_ids: Vec::new(),
            },
        }
    }
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftContent {
    /// Plain text.
    pub text: String,
    /// Uploads of the sender.
    pub attachment_ids: Vec<AttachmentId>,
}

impl Question for BeforeSend {
    type Content = DraftContent;

    const MOMENT: &'static str = "before_send";

    fn put(&mut self, content: DraftContent) {
        self.draft = content;
    }
}
