//! Messages on their way: what is sent, and the handle that tells how far it is.

use std::sync::Arc;

use bytes::Bytes;
use relaychat_protocol::{
    ChatId, MessageId, UserId,
    rest::{attachments::AttachmentKind, messages::Mentions},
};

use crate::{
    Message, RelayError,
    observable::Observable,
    platform::{self, LocalFile},
    runtime::Runtime,
};

/// How far an own message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryState {
    /// It waits for the connection, or for its turn.
    Queued,
    /// Its files are being uploaded.
    Uploading,
    /// It was sent, and the server has not answered yet.
    Sending,
    /// The server has it, durably.
    Sent,
    /// It reached everybody else.
    Delivered,
    /// Everybody else has read it.
    Read,
    /// It will not be sent unless it is tried again.
    Failed,
}

/// Where the bytes of an upload come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Memory.
    Bytes(Bytes),
    /// A file of the device.
    File(LocalFile),
}

impl Content {
    /// How many bytes it has.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(file) => file.size_bytes(),
        }
    }
}

/// What every server writes anew (`image_content_types` at `/v1/limits`).
const IMAGE_TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// A file to upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its bytes.
    pub content: Content,
    /// Its type, such as `image/png`. It decides what is made of the file: see [`Upload::kind`].
    pub content_type: String,
    /// The name it has on this device.
    pub file_name: Option<String>,
    /// Width and height in pixels, if they are known: the echo reserves the room.
    pub pixels: Option<(u32, u32)>,
}

impl Upload {
    /// A file that is in memory.
    #[must_use]
    pub fn bytes(bytes: impl Into<Bytes>, content_type: impl Into<String>) -> Self {
        Self::new(Content::Bytes(bytes.into()), content_type.into())
    }

    /// A file of the device.
    #[must_use]
    pub fn file(file: LocalFile, content_type: impl Into<String>) -> Self {
        Self::new(Content::File(file), content_type.into())
    }

    /// The name the others see.
    #[must_use]
    pub fn named(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// Its width and height in pixels.
    #[must_use]
    pub fn sized(mut self, width: u32, height: u32) -> Self {
        self.pixels = Some((width, height));
        self
    }

    /// What the server makes of it. Images of a type that it writes anew, without their metadata,
    /// are images; everything else goes as a file, byte for byte. To send a photo as it is, give it
    /// the type `application/octet-stream`.
    #[must_use]
    pub fn kind(&self) -> AttachmentKind {
        let is_image = |known: &&str| self.content_type.eq_ignore_ascii_case(known);
        match IMAGE_TYPES.iter().any(is_image) {
            true => AttachmentKind::Image,
            false => AttachmentKind::File,
        }
    }

    fn new(content: Content, content_type: String) -> Self {
        Self {
            content,
            content_type,
            file_name: None,
            pixels: None,
        }
    }
}

/// What to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The text; may be empty when there are files.
    pub text: String,
    /// The files.
    pub uploads: Vec<Upload>,
    /// The message of the same chat that it answers.
    pub reply_to: Option<MessageId>,
    /// Whom it is meant for in particular: they count it apart, and hear of it also where they muted
    /// the rest. At most 50 people, or the server refuses it with `validation_failed`.
    pub mentions: Mentions,
}

impl Draft {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// With one more file.
    #[must_use]
    pub fn attach(mut self, upload: Upload) -> Self {
        self.uploads.push(upload);
        self
    }

    /// As an answer to a message of the same chat, which is quoted above it. What was deleted
    /// meanwhile cannot be answered: then the message fails with `validation_failed`.
    #[must_use]
    pub fn reply_to(mut self, message_id: MessageId) -> Self {
        self.reply_to = Some(message_id);
        self
    }

    /// Meant for one more person in particular.
    #[must_use]
    pub fn mention(mut self, user_id: UserId) -> Self {
        add(&mut self.mentions, user_id);
        self
    }

    /// Meant for everybody in the chat.
    #[must_use]
    pub fn mention_everyone(mut self) -> Self {
        self.mentions.is_everyone = true;
        self
    }
}

impl From<&str> for Draft {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Draft {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// What becomes of a message of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// The new text.
    pub text: String,
    /// Whom it is meant for in particular from now on; absent: those it was meant for.
    pub mentions: Option<Mentions>,
}

impl Edit {
    /// Another text, meant for the same people.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            mentions: None,
        }
    }

    /// Meant for nobody but those that are named after this.
    #[must_use]
    pub fn mention_nobody(mut self) -> Self {
        self.mentions = Some(Mentions::default());
        self
    }

    /// Meant for one more person, and no more for those of before.
    #[must_use]
    pub fn mention(mut self, user_id: UserId) -> Self {
        add(self.mentions.get_or_insert_default(), user_id);
        self
    }

    /// Meant for everybody in the chat.
    #[must_use]
    pub fn mention_everyone(mut self) -> Self {
        self.mentions.get_or_insert_default().is_everyone = true;
        self
    }
}

impl From<&str> for Edit {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Edit {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// Each person once.
fn add(mentions: &mut Mentions, user_id: UserId) {
    if !mentions.user_ids.contains(&user_id) {
        mentions.user_ids.push(user_id);
    }
}

/// On the wire, nobody in particular is nothing.
pub(crate) fn wire_mentions(mentions: Mentions) -> Option<Mentions> {
    (mentions != Mentions::default()).then_some(mentions)
}

/// How far an [`Outgoing`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingState {
    /// In one word. Ends at `Sent` or `Failed`; ticks are in the timeline.
    pub state: DeliveryState,
    /// Uploaded bytes of all files.
    pub loaded_bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
    /// Why the last try failed, while it is tried again. Later messages of the chat wait with it.
    pub held_up_by: Option<RelayError>,
    /// While `state` is `Failed`, and after a cancel.
    pub error: Option<RelayError>,
    /// Once `state` is `Sent`.
    pub message: Option<Arc<Message>>,
}

impl OutgoingState {
    /// The server has it.
    pub(crate) fn sent(message: Arc<Message>, total_bytes: u64) -> Self {
        Self {
            state: DeliveryState::Sent,
            loaded_bytes: total_bytes,
            total_bytes,
            held_up_by: None,
            error: None,
            message: Some(message),
        }
    }
}

/// A message on its way. It is in the timeline already.
#[derive(Clone, Debug)]
pub struct Outgoing {
    id: MessageId,
    state: Observable<OutgoingState>,
    runtime: Arc<Runtime>,
}

impl Outgoing {
    pub(crate) fn new_id() -> MessageId {
        MessageId(platform::uuid_v7())
    }

    pub(crate) fn queue(
        chat_id: ChatId,
        id: MessageId,
        draft: Draft,
        runtime: Arc<Runtime>,
    ) -> Self {
        let state = runtime.send(chat_id, id, draft);
        Self { id, state, runtime }
    }

    pub(crate) fn find(id: MessageId, runtime: Arc<Runtime>) -> Option<Self> {
        let state = runtime.outgoing(id)?;
        Some(Self { id, state, runtime })
    }

    /// Names the message, now and for ever.
    #[must_use]
    pub fn id(&self) -> MessageId {
        self.id
    }

    /// How far it is, now and watched.
    #[must_use]
    pub fn state(&self) -> Observable<OutgoingState> {
        self.state.clone()
    }

    /// Waits until the server has it.
    ///
    /// # Errors
    /// Why it failed: it can be tried again. `cancelled` after [`Outgoing::cancel`], `closed` when
    /// the client was closed before: the next client on the same store sends it.
    pub async fn delivered(&self) -> Result<Arc<Message>, RelayError> {
        let mut states = self.state.subscribe();
        let settled = states
            .until(|now| now.message.is_some() || now.error.is_some())
            .await
            .ok_or_else(RelayError::closed)?;
        match (&settled.message, &settled.error) {
            (Some(message), _) => Ok(Arc::clone(message)),
            (None, Some(error)) => Err(error.clone()),
            (None, None) => Err(RelayError::closed()),
        }
    }

    /// Tries a failed message again.
    pub fn retry(&self) {
        self.runtime.retry(self.id);
    }

    /// Gives it another text, and perhaps other mentions, while it waits, uploads or has failed. One that has failed stays so
    /// until it is tried again. Later, [`Chat::edit`](crate::Chat::edit) asks the server.
    ///
    /// # Errors
    /// `already_sent` once it has left this device, acknowledged or not: the server may have it.
    pub fn edit(&self, edit: impl Into<Edit>) -> Result<(), RelayError> {
        self.runtime.edit_outgoing(self.id, edit.into())
    }

    /// Takes it back; removes a failed one. What was sent already may be at the server: then the
    /// cancel came too late, and it ends as sent.
    pub fn cancel(&self) {
        self.runtime.cancel(self.id);
    }
}
