//! What the server accepts, as `GET /v1/limits` and the `ready` frame list it.

use serde::{Deserialize, Serialize};

/// The limits in force. Each is a setting of the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Limits {
    /// Largest WebSocket frame and JSON body, in bytes.
    #[cfg_attr(feature = "schema", schema(example = 65_536))]
    pub frame_bytes: u64,
    /// Longest message text, in bytes of UTF-8.
    #[cfg_attr(feature = "schema", schema(example = 16_384))]
    pub text_bytes: u64,
    /// How long after it was sent a message can be edited, in milliseconds; 0: not at all.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(example = 172_800_000))]
    pub edit_window_ms: u64,
    /// Most attachments of one message.
    #[cfg_attr(feature = "schema", schema(example = 10))]
    pub attachments_per_message: u64,
    /// Largest image file, in bytes.
    #[cfg_attr(feature = "schema", schema(example = 10_485_760))]
    pub image_bytes: u64,
    /// Largest file of any type, in bytes; 0: none but images.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(example = 104_857_600))]
    pub file_bytes: u64,
    /// Most pixels of an image.
    #[cfg_attr(feature = "schema", schema(example = 40_000_000))]
    pub image_pixels: u64,
    /// Image types that can be uploaded.
    pub image_content_types: Vec<String>,
    /// Messages a second of one user, sustained.
    #[cfg_attr(feature = "schema", schema(example = 5))]
    pub sends_per_second: u64,
    /// Messages of one user in a burst.
    #[cfg_attr(feature = "schema", schema(example = 20))]
    pub send_burst: u64,
    /// Longest page of history.
    #[cfg_attr(feature = "schema", schema(example = 100))]
    pub history_page: u64,
    /// Most messages in one sync answer.
    #[cfg_attr(feature = "schema", schema(example = 500))]
    pub sync_page: u64,
    /// Sockets one user may hold.
    #[cfg_attr(feature = "schema", schema(example = 20))]
    pub sockets_per_user: u64,
    /// People one socket may watch the presence of.
    #[cfg_attr(feature = "schema", schema(example = 500))]
    pub watched_users: u64,
    /// Least time between two `typing` frames for one chat, in milliseconds.
    #[cfg_attr(feature = "schema", schema(example = 3_000))]
    pub typing_throttle_ms: u64,
    /// How long a `typing` event is valid, in milliseconds.
    #[cfg_attr(feature = "schema", schema(example = 6_000))]
    pub typing_expires_ms: u64,
    /// Whether people are told how far others have read. Off, it is told of nobody.
    #[serde(default = "super::users::shown")]
    pub read_receipts: bool,
}
