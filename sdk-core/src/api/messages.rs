//! History.

use relaychat_protocol::{ChatId, rest::messages::MessagePage};

use super::Api;
use crate::RelayError;

/// Messages a page: several screens, so that scrolling rarely waits; half the server's limit.
pub(crate) const HISTORY_PAGE: u64 = 50;

/// Which part of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HistoryQuery {
    /// The newest messages.
    Latest,
    /// Older ones than this `seq`.
    Before(u64),
    /// Newer ones than this `seq`.
    After(u64),
    /// Those around this `seq`.
    Around(u64),
}

impl Api<'_> {
    pub(crate) async fn history(
        self,
        chat_id: ChatId,
        query: HistoryQuery,
    ) -> Result<MessagePage, RelayError> {
        let part = match query {
            HistoryQuery::Latest => String::new(),
            HistoryQuery::Before(seq) => format!("&before={seq}"),
            HistoryQuery::After(seq) => format!("&after={seq}"),
            HistoryQuery::Around(seq) => format!("&around={seq}"),
        };
        self.get(&format!(
            "/chats/{chat_id}/messages?limit={HISTORY_PAGE}{part}"
        ))
        .await
    }
}
