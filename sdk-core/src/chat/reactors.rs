//! Who reacted to a message.

use std::sync::Arc;

use relaychat_protocol::{MessageId, rest::messages::UserReaction};

use super::Chat;
use crate::{RelayError, User};

/// How one person reacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reactor {
    /// Who.
    pub user: Arc<User>,
    /// When.
    pub reacted_at_ms: i64,
}

/// A part of those who reacted to a message with one emoji, in the order in which they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReactionPage {
    /// The people: at most 50.
    pub items: Vec<Reactor>,
    /// Pass it back to read on; absent on the last page.
    pub next_cursor: Option<String>,
}

impl Chat {
    /// Everybody who reacted to a message with an emoji, page by page. A message itself has the first
    /// few: see [`Reaction::users`](crate::Reaction::users).
    ///
    /// # Errors
    /// `not_found` when there is no such message, `validation_failed` for what is not one emoji, or
    /// what the network says.
    pub async fn reactions(
        &self,
        message_id: MessageId,
        emoji: &str,
        cursor: Option<&str>,
    ) -> Result<ReactionPage, RelayError> {
        let of = (self.id, message_id, emoji);
        let page = self.runtime.api().list_reactions(of, cursor).await?;
        self.runtime.learn_users(page.users);
        let reactor = |reaction: UserReaction| Reactor {
            user: self.runtime.user(reaction.user_id),
            reacted_at_ms: reaction.reacted_at_ms,
        };
        Ok(ReactionPage {
            items: page.items.into_iter().map(reactor).collect(),
            next_cursor: page.next_cursor,
        })
    }
}
