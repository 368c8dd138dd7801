//! An uploaded file.

use relaychat_protocol::{AttachmentId, ChatId, MessageId, UserId};

/// An uploaded file: its bytes lie in the blob store under [`Attachment::blob_key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Names the file.
    pub id: AttachmentId,
    /// Who uploaded it.
    pub owner_id: UserId,
    /// What it is.
    pub kind: Kind,
    /// What names it.
    pub usage: Usage,
    /// Type of the stored bytes; of a file what its sender said.
    pub content_type: String,
    /// Size of the stored bytes.
    pub size_bytes: u64,
    /// Width of an image as shown, in pixels.
    pub width: u32,
    /// Height of an image as shown, in pixels.
    pub height: u32,
    /// ThumbHash of the image.
    pub thumb_hash: Option<Vec<u8>>,
    /// The name the file had, without any path.
    pub file_name: Option<String>,
    /// When it was uploaded.
    pub created_at_ms: i64,
}

/// What an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A picture that the engine wrote, in two sizes.
    Image,
    /// Bytes of a stranger, as they came.
    File,
}

impl Kind {
    /// The forms that are stored of it.
    #[must_use]
    pub const fn variants(self) -> &'static [Variant] {
        match self {
            Self::Image => &[Variant::Original, Variant::Thumbnail],
            Self::File => &[Variant::Original],
        }
    }
}

/// What an upload is used for. Decides who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Not yet named by anything: only its owner may use it; swept after a grace.
    Unused,
    /// Named by a message: readable by the members of the chat.
    Message(ChatId, MessageId),
    /// Somebody's picture: readable by its unguessable address.
    Avatar,
    /// Named by this message until that was deleted: readable by nobody, whatever address they
    /// hold; swept after a grace.
    Deleted(MessageId),
}

/// A stored form of an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The whole file.
    Original,
    /// A small version of a picture.
    Thumbnail,
}

impl Variant {
    /// The word for it in blob keys and addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Thumbnail => "thumbnail",
        }
    }
}

impl Attachment {
    /// What the keys of all uploads begin with.
    pub const BLOB_PREFIX: &str = "attachments/";

    /// Where the bytes lie in the blob store.
    #[must_use]
    pub fn blob_key(id: AttachmentId, variant: Variant) -> String {
        format!("{}{id}/{}", Self::BLOB_PREFIX, variant.as_str())
    }

    /// Whose bytes lie under `key`, if it is one of [`Self::blob_key`].
    #[must_use]
    pub fn id_of_blob(key: &str) -> Option<AttachmentId> {
        let (id, variant) = key.strip_prefix(Self::BLOB_PREFIX)?.split_once('/')?;
        let id = id.parse().ok()?;
        let variants = [Variant::Original, Variant::Thumbnail];
        let is_ours = variants.iter().any(|known| known.as_str() == variant);
        is_ours.then_some(id)
    }
}
