//! History, what is pinned, and who reacted.

use relaychat_protocol::{
    ChatId, MessageId,
    rest::messages::{MessagePage, PinList, ReactionPage},
};

use super::{Api, encode};
use crate::RelayError;

/// Messages a page: several screens, so that scrolling rarely waits; half the server's limit.
pub(crate) const HISTORY_PAGE: u64 = 50;

/// People a page: more than a screen shows.
const REACTORS_PAGE: u32 = 50;

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

    pub(crate) async fn list_pins(self, chat_id: ChatId) -> Result<PinList, RelayError> {
        self.get(&format!("/chats/{chat_id}/pins")).await
    }

    /// Who reacted to a message of a chat with an emoji.
    pub(crate) async fn list_reactions(
        self,
        (chat_id, message_id, emoji): (ChatId, MessageId, &str),
        cursor: Option<&str>,
    ) -> Result<ReactionPage, RelayError> {
        let emoji = encode(emoji);
        let mut path = format!(
            "/chats/{chat_id}/messages/{message_id}/reactions/{emoji}?limit={REACTORS_PAGE}"
        );
        if let Some(cursor) = cursor {
            path.push_str(&format!("&cursor={}", encode(cursor)));
        }
        self.get(&path).await
    }
}
