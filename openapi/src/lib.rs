//! The wire contract of RelayChat: what travels between a client and the engine.
//!
//! REST bodies are in [`rest`], WebSocket frames in [`frames`]; ids, errors, pages and the
//! protocol version are shared by both. Everything here is plain data with serde: no I/O, and no
//! rules but one: what a search finds ([`matching`]). Wire types change only by addition, and
//! clients ignore what they do not know.
//!
//! Every time is a count of **milliseconds since the Unix epoch** in a field ending in `_ms`.
//! Every `seq` and `version` is dense per chat and starts at 1; 0 means "none yet".

pub mod error;
pub mod frames;
pub mod glossary;
pub mod ids;
pub mod matching;
pub mod page;
pub mod rest;
pub mod version;

pub use error::{ErrorCode, Problem};
pub use ids::{
    AttachmentId, ChatId, InviteId, LoginRequestId, MessageId, ReportId, ServerKeyId, SessionId,
    UploadId, UserId,
};
pub use page::Page;
pub use version::{PROTOCOL_MAX, PROTOCOL_MIN, ProtocolRange};
