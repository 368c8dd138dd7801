//! A message that a host writes for somebody.

use relaychat_protocol::{AttachmentId, MessageId};

/// What to say. With an id of the caller's own, sending it again gives the first message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub(crate) id: Option<MessageId>,
    pub(crate) text: String,
    pub(crate) attachment_ids: Vec<AttachmentId>,
}

impl Draft {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// The id, for calls that may be repeated.
    #[must_use]
    pub fn id(mut self, id: MessageId) -> Self {
        self.id = Some(id);
        self
    }

    /// Adds a file that the sender has uploaded.
    #[must_use]
    pub fn attach(mut self, id: AttachmentId) -> Self {
        self.attachment_ids.push(id);
        self
    }
}
