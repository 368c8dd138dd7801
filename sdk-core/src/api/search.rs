//! Searching.

use relaychat_protocol::rest::search::{Having, SearchPage};

use super::{Api, encode};
use crate::{RelayError, Search};

/// Messages a page: more than a screen shows.
const HITS_PAGE: u32 = 30;

impl Api<'_> {
    pub(crate) async fn search(self, search: &Search) -> Result<SearchPage, RelayError> {
        let Search {
            query,
            chat_id,
            sender_id,
            before_ms,
            after_ms,
            has,
            cursor,
        } = search;
        let mut path = format!("/search/messages?limit={HITS_PAGE}");
        let has = has.map(|having| match having {
            Having::File => "file",
            Having::Image => "image",
            Having::Link => "link",
        });
        for (name, value) in [
            ("query", Some(query.clone())),
            ("chat_id", chat_id.map(|id| id.to_string())),
            ("sender_id", sender_id.map(|id| id.to_string())),
            ("before_ms", before_ms.map(|ms| ms.to_string())),
            ("after_ms", after_ms.map(|ms| ms.to_string())),
            ("has", has.map(str::to_owned)),
            ("cursor", cursor.clone()),
        ] {
            if let Some(value) = value {
                path.push_str(&format!("&{name}={}", encode(&value)));
            }
        }
        self.get(&path).await
    }
}
