//! Who reacted to a message.

use std::sync::Arc;

use relaychat_sdk as sdk;

use crate::{CancelToken, CoreChat, RelayError, User, client::id};

/// How one person reacted.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Reactor {
    pub user: User,
    pub reacted_at_ms: i64,
}

/// A part of those who reacted to a message with one emoji, in the order in which they did.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ReactionPage {
    pub items: Vec<Reactor>,
    /// Pass it back to read on; absent on the last page.
    pub next_cursor: Option<String>,
}

#[uniffi::export]
impl CoreChat {
    /// Everybody who reacted to a message with an emoji. A page; pass its cursor back to read on.
    #[uniffi::method(default(cursor = None, cancel = None))]
    pub async fn reactions(
        &self,
        message_id: String,
        emoji: String,
        cursor: Option<String>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<ReactionPage, RelayError> {
        let chat = self.chat.clone();
        let list = async move {
            let page = chat.reactions(id(&message_id)?, &emoji, cursor.as_deref());
            Ok((&page.await?).into())
        };
        self.shared.host.call(cancel, list).await
    }
}

impl From<&sdk::ReactionPage> for ReactionPage {
    fn from(page: &sdk::ReactionPage) -> Self {
        let sdk::ReactionPage { items, next_cursor } = page;
        Self {
            items: items.iter().map(Into::into).collect(),
            next_cursor: next_cursor.clone(),
        }
    }
}

impl From<&sdk::Reactor> for Reactor {
    fn from(reactor: &sdk::Reactor) -> Self {
        let sdk::Reactor {
            user,
            reacted_at_ms,
        } = reactor;
        Self {
            user: (&**user).into(),
            reacted_at_ms: *reacted_at_ms,
        }
    }
}
