//! Uploaded files.

use serde::{Deserialize, Serialize};

use super::users::User;
use crate::{AttachmentId, MessageId, UploadId, UserId};

/// What kind of file an attachment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttachmentKind {
    /// A picture that was decoded and written anew by the server, without its metadata.
    Image,
    /// Any file, byte for byte as it was sent in.
    File,
    /// A kind this build does not know (sent by a newer server).
    #[serde(other)]
    Unknown,
}

/// An uploaded file, as the message that carries it names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Names the file.
    pub id: AttachmentId,
    /// What kind of file it is.
    pub kind: AttachmentKind,
    /// The type of the stored bytes. Of a file it is what its sender said.
    #[cfg_attr(feature = "schema", schema(example = "image/jpeg"))]
    pub content_type: String,
    /// Size of the stored bytes.
    pub size_bytes: u64,
    /// Width of an image as it is shown, in pixels; 0 for other files.
    pub width: u32,
    /// Height of an image as it is shown, in pixels; 0 for other files.
    pub height: u32,
    /// A very small picture to show while the image loads: base64 of a ThumbHash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb_hash: Option<String>,
    /// The name the file had, without any path. Data, not a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

/// `GET /v1/attachments/{attachment_id}/links`: where the bytes can be read for a short time,
/// without further authentication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AttachmentLinks {
    /// The whole file, relative to the root of the API.
    pub url: String,
    /// A small version, at most 640 pixels on its longer side, relative to the root of the API. Of a
    /// file that is no image there is none, and this is the whole file too.
    pub thumbnail_url: String,
    /// When both stop working.
    pub expires_at_ms: i64,
}

/// A file of a chat, and the message that carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChatAttachment {
    /// The message.
    pub message_id: MessageId,
    /// The place of the message in its chat.
    pub seq: u64,
    /// Who sent it.
    pub sender_id: UserId,
    /// When it was sent.
    pub sent_at_ms: i64,
    /// The file.
    pub attachment: Attachment,
}

/// `GET /v1/chats/{chat_id}/attachments`: a part of the files of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AttachmentPage {
    /// The newest first; of one message the last in front.
    pub items: Vec<ChatAttachment>,
    /// The people who sent them.
    pub users: Vec<User>,
    /// Pass it back as `cursor` to read on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// `POST /v1/uploads/begin`: a file that is going to come in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BeginUpload {
    /// What to make of the file; `image` unless said otherwise.
    #[serde(default = "image")]
    pub kind: AttachmentKind,
    /// The name the file has on the caller's device. Shown to those who see the file; anything like
    /// a path is cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(example = "regatta.mp4"))]
    pub file_name: Option<String>,
    /// Its type. Of a file that is no image it is what the others are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(example = "video/mp4"))]
    pub content_type: Option<String>,
    /// How large it is. So much room is kept for it.
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 9007199254740991u64))]
    #[serde(deserialize_with = "size")]
    pub size_bytes: u64,
}

fn image() -> AttachmentKind {
    AttachmentKind::Image
}

fn size<'de, D: serde::Deserializer<'de>>(input: D) -> Result<u64, D::Error> {
    let number = super::whole_number::read(input)?;
    number.ok_or_else(|| serde::de::Error::custom("not a whole number below 2^53"))
}

/// An upload that comes in parts: how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Upload {
    /// Names the upload.
    pub upload_id: UploadId,
    /// How long each part is. The last one is what is left.
    pub part_bytes: u64,
    /// How much has arrived: where the next part begins.
    pub received_bytes: u64,
    /// How large the file is.
    pub size_bytes: u64,
    /// When it is given up unless another part comes.
    pub expires_at_ms: i64,
}
