//! Searching: the server's answer, or what is here.

use std::sync::Arc;

use relaychat_protocol::{
    ChatId, ErrorCode,
    matching::{Query, has_link},
    rest::{
        attachments::AttachmentKind,
        messages::Message,
        search::{Having, SearchPage as WirePage},
    },
};

use super::Runtime;
use crate::{
    ConnectionState, RelayError, Search, SearchHit, SearchPage,
    state::{history::KeptLoad, sorted::SortedMap},
};

/// Messages that a search without a connection finds at most: more than anybody reads.
const LOCAL_HITS: usize = 100;

impl Runtime {
    pub(crate) async fn search(&self, search: &Search) -> Result<SearchPage, RelayError> {
        let Some(query) = Query::parse(&search.query) else {
            let code = ErrorCode::ValidationFailed;
            return Err(RelayError::of(code, "there is no word to search for"));
        };
        let is_connected = *self.connection().get() == ConnectionState::Connected;
        if is_connected || search.cursor.is_some() {
            match self.api().search(search).await {
                Ok(page) => return Ok(self.found(page, &query)),
                // What a server began only a server goes on with.
                Err(error) if error.code != "network" || search.cursor.is_some() => {
                    return Err(error);
                }
                Err(_) => {}
            }
        }
        let messages = self.held(search, &query).await;
        Ok(SearchPage {
            items: self.hits(&messages, &query),
            next_cursor: None,
            is_local: true,
        })
    }

    fn found(&self, page: WirePage, query: &Query) -> SearchPage {
        let WirePage {
            items,
            users,
            next_cursor,
        } = page;
        self.learn_users(users);
        SearchPage {
            items: self.hits(&items, query),
            next_cursor,
            is_local: false,
        }
    }

    fn hits(&self, messages: &[Message], query: &Query) -> Vec<SearchHit> {
        let state = &self.lock().state;
        let hit = |message: &Message| {
            let chat = state.chats.get(&message.chat_id);
            SearchHit {
                highlights: query.highlights(&message.text),
                chat: chat.map(|chat| Arc::new(state.summary(chat))),
                message: Arc::new(state.message(message, chat)),
            }
        };
        messages.iter().map(hit).collect()
    }

    /// What is found in the store and in memory, newest first.
    async fn held(&self, search: &Search, query: &Query) -> Vec<Message> {
        let chat_ids: Vec<ChatId> = {
            let state = &self.lock().state;
            let ids = state.chats.keys().copied();
            ids.filter(|id| search.chat_id.is_none_or(|only| only == *id))
                .collect()
        };
        // Oldest first, as they come from each chat: what is found is put at the end.
        let mut found: SortedMap<(i64, ChatId, u64), Message> = SortedMap::default();
        for chat_id in chat_ids {
            let kept = match &self.keeper {
                Some(keeper) => keeper.messages(self, chat_id, KeptLoad::all()).await,
                None => Vec::new(),
            };
            let state = &self.lock().state;
            let here = state.histories.get(&chat_id);
            let here = here.into_iter().flat_map(|history| history.held());
            // What is in memory is newer than what is in the store.
            for message in kept
                .into_iter()
                .chain(here.map(|message| (**message).clone()))
            {
                let place = (message.sent_at_ms, chat_id, message.seq);
                if is_wanted(&message, search) && query.matches(&message.text) {
                    found.insert(place, message);
                } else {
                    found.remove(&place);
                }
            }
            found.keep_last(LOCAL_HITS);
        }
        found.into_values().rev().collect()
    }
}

fn is_wanted(message: &Message, search: &Search) -> bool {
    let kinds = || message.attachments.iter().map(|file| file.kind);
    message.deleted_at_ms.is_none()
        && search.sender_id.is_none_or(|id| id == message.sender_id)
        && search.before_ms.is_none_or(|ms| message.sent_at_ms < ms)
        && search.after_ms.is_none_or(|ms| message.sent_at_ms >= ms)
        && search.has.is_none_or(|having| match having {
            Having::Image => kinds().any(|kind| kind == AttachmentKind::Image),
            Having::File => kinds().any(|kind| kind != AttachmentKind::Image),
            Having::Link => has_link(&message.text),
        })
}
