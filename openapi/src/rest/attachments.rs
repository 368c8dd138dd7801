//! Uploaded files.

use serde::{Deserialize, Serialize};

use crate::AttachmentId;

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
