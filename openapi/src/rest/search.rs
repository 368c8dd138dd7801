//! Searching messages.

use serde::{Deserialize, Serialize};

use super::{messages::Message, users::User};

/// What a message must have beside what it is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Having {
    /// A file that is no picture.
    File,
    /// A picture.
    Image,
    /// A link in its text.
    Link,
}

/// `GET /v1/search/messages`: messages that a query finds, newest first.
///
/// A query finds a message when each of its words is the beginning of a word of the text. Case,
/// accents and widths do not count. In scripts that are written without spaces (Han, Kana, Thai and
/// others) what is written together must stand together anywhere in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SearchPage {
    /// The messages. There may be fewer than asked for, even none, while there are more: the page
    /// ends where the server has looked far enough for one request.
    pub items: Vec<Message>,
    /// The people who sent them.
    pub users: Vec<User>,
    /// Opaque place to read on from; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
