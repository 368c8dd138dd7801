//! Searching messages.

use std::{ops::Range, sync::Arc};

use relaychat_sdk::{self as sdk, protocol::rest::search::Having};

use crate::{CancelToken, ChatSummary, CoreClient, Message, RelayError, client::id};

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Search {
    /// Words; each is found by its beginning.
    pub query: String,
    /// Only in this chat.
    #[uniffi(default = None)]
    pub chat_id: Option<String>,
    /// Only by this person.
    #[uniffi(default = None)]
    pub sender_id: Option<String>,
    /// Only sent before this time.
    #[uniffi(default = None)]
    pub before_ms: Option<i64>,
    /// Only sent at this time or later.
    #[uniffi(default = None)]
    pub after_ms: Option<i64>,
    /// Only with this.
    #[uniffi(default = None)]
    pub has: Option<SearchedPart>,
    /// The cursor of the page before.
    #[uniffi(default = None)]
    pub cursor: Option<String>,
}

/// What a message may have beside its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SearchedPart {
    /// A file that is no picture.
    File,
    /// A picture.
    Image,
    /// A link in its text.
    Link,
}

/// A part of what was found.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SearchPage {
    /// Newest first. There may be few or none while there are more.
    pub items: Vec<SearchHit>,
    /// Pass it back to read on; absent on the last page.
    pub next_cursor: Option<String>,
    /// Only what this device holds was searched.
    pub is_local: bool,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SearchHit {
    pub message: Message,
    /// Its chat, where that is known here.
    pub chat: Option<ChatSummary>,
    /// What to highlight in its text: ascending, none touches the next.
    pub highlights: Vec<TextRange>,
}

/// A part of a text, in units of UTF-16: as `String` counts in Kotlin and `NSString` in Swift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct TextRange {
    pub start: u32,
    /// Behind its last unit.
    pub end: u32,
}

#[uniffi::export]
impl CoreClient {
    /// Searches the messages of all chats that the caller is in. Without a connection what this
    /// device holds is searched, and the page says so.
    ///
    /// # Errors
    /// `validation_failed` for a query without a word; when a text is no id.
    #[uniffi::method(default(cancel = None))]
    pub async fn search(
        &self,
        search: Search,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<SearchPage, RelayError> {
        let client = self.client().clone();
        let find = async move { Ok((&client.search(&wanted(search)?).await?).into()) };
        self.host().call(cancel, find).await
    }
}

fn wanted(search: Search) -> Result<sdk::Search, sdk::RelayError> {
    let Search {
        query,
        chat_id,
        sender_id,
        before_ms,
        after_ms,
        has,
        cursor,
    } = search;
    Ok(sdk::Search {
        query,
        chat_id: chat_id.map(|text| id(&text)).transpose()?,
        sender_id: sender_id.map(|text| id(&text)).transpose()?,
        before_ms,
        after_ms,
        has: has.map(|part| match part {
            SearchedPart::File => Having::File,
            SearchedPart::Image => Having::Image,
            SearchedPart::Link => Having::Link,
        }),
        cursor,
    })
}

impl From<&sdk::SearchPage> for SearchPage {
    fn from(page: &sdk::SearchPage) -> Self {
        let sdk::SearchPage {
            items,
            next_cursor,
            is_local,
        } = page;
        Self {
            items: items.iter().map(Into::into).collect(),
            next_cursor: next_cursor.clone(),
            is_local: *is_local,
        }
    }
}

impl From<&sdk::SearchHit> for SearchHit {
    fn from(hit: &sdk::SearchHit) -> Self {
        let sdk::SearchHit {
            message,
            chat,
            highlights,
        } = hit;
        let highlights = highlights.iter();
        Self {
            highlights: highlights
                .map(|range| text_range(&message.text, range))
                .collect(),
            message: (&**message).into(),
            chat: chat.as_ref().map(|chat| (&**chat).into()),
        }
    }
}

/// From bytes to units of UTF-16.
fn text_range(text: &str, range: &Range<usize>) -> TextRange {
    let units = |bytes: usize| {
        let before = text.get(..bytes).unwrap_or(text);
        u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
    };
    TextRange {
        start: units(range.start),
        end: units(range.end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_highlighted_is_counted_as_phones_count() {
        let text = "🎉 café 東京";
        let found = text.find("café").expect("is there");
        let range = text_range(text, &(found..found + "café".len()));
        assert_eq!((range.start, range.end), (3, 7));
        let units: Vec<u16> = text.encode_utf16().collect();
        let shown = &units[range.start as usize..range.end as usize];
        assert_eq!(String::from_utf16(shown).expect("UTF-16"), "café");
    }
}
