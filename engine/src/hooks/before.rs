//! What hooks are asked about.

use relaychat_protocol::{
    AttachmentId, ChatId, MessageId, UserId,
    rest::{attachments::AttachmentKind, chats::ChatKind},
};

use super::{Who, chain::Question};

/// A message that is about to be stored, or a new text of one that is. The sender is a member of the
/// chat.
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
    /// Whether the message is there already and gets this text. Its attachments stay as they are.
    pub is_edit: bool,
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
            is_edit: false,
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

/// Somebody has proved that an address is theirs, and is about to be logged in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BeforeLogin {
    /// The address.
    pub email: String,
    /// Who they are; none for an account that would be made now.
    pub user: Option<Who>,
    /// What their device calls itself.
    pub device_name: Option<String>,
}

impl BeforeLogin {
    pub(crate) fn new(email: String, user: Option<Who>, device_name: Option<String>) -> Self {
        Self {
            email,
            user,
            device_name,
        }
    }
}

impl Question for BeforeLogin {
    type Content = ();

    const MOMENT: &'static str = "before_login";

    fn put(&mut self, (): ()) {}
}

/// A chat that a person is about to make.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BeforeChat {
    /// Who makes it.
    pub creator: Who,
    /// A group, or a one-to-one chat.
    pub kind: ChatKind,
    /// With whom, beside the creator.
    pub user_ids: Vec<UserId>,
    /// What a hook may change.
    pub content: ChatContent,
}

/// What a hook may change about a new chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatContent {
    /// The name; one-to-one chats have none.
    pub name: Option<String>,
}

impl Question for BeforeChat {
    type Content = ChatContent;

    const MOMENT: &'static str = "before_chat";

    fn put(&mut self, content: ChatContent) {
        self.content = content;
    }
}

/// A file that has arrived whole and is about to be stored.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BeforeUpload {
    /// Who uploads.
    pub owner: Who,
    /// What it is.
    pub kind: AttachmentKind,
    /// Its type.
    pub content_type: String,
    /// Its size as it will be stored.
    pub size_bytes: u64,
    /// Its width, in pixels; 0 for what is no image.
    pub width: u32,
    /// Its height, in pixels; 0 for what is no image.
    pub height: u32,
    /// The name it had, without any path.
    pub file_name: Option<String>,
}

impl Question for BeforeUpload {
    type Content = ();

    const MOMENT: &'static str = "before_upload";

    fn put(&mut self, (): ()) {}
}

/// A socket of somebody who is logged in, about to go live.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BeforeConnect {
    /// Who connects.
    pub user: Who,
}

impl Question for BeforeConnect {
    type Content = ();

    const MOMENT: &'static str = "before_connect";

    fn put(&mut self, (): ()) {}
}
