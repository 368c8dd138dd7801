//! Searching messages: what the caller's present chats hold, compared with the one definition of
//! what a query finds ([`matching`](relaychat_protocol::matching)).
//!
//! ```text
//!   not in the index yet ── read ──┐
//!                                  ├── compared with the query ── newest first ── page
//!   in the index ── may match ─────┘
//! ```
//!
//! So the answer is exact at any time: the index may be as far behind as it likes. What is found is
//! in the order of the commits over all chats, not of a clock and not by rank: the same query gives
//! the same list on every server, and reading on never shows anything twice.
//!
//! A request compares a bounded number of messages that the index named; beyond that the page ends
//! early and says where to read on.
//!
//! Not here: people and chats. People are found by name where they are listed (`/v1/users`); the
//! chats of a person are few, and clients have them.

use std::collections::BTreeSet;

use relaychat_protocol::{
    ChatId, UserId,
    matching::{Query, has_link},
    rest::search::Having,
};

use super::{Caller, Rate, ServiceError, Services, cursor, load, validate};
use crate::{
    domain::{
        attachment::{Attachment, Kind},
        message::Message,
        user::User,
    },
    limits::{SEARCH_COMPARED, SEARCH_STEP},
    storage::{Changed, Transaction, WordFilter},
};

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Search {
    /// Words.
    pub(crate) query: String,
    /// Only in this chat.
    pub(crate) chat_id: Option<ChatId>,
    /// Only by this person.
    pub(crate) sender_id: Option<UserId>,
    /// Only sent before this time.
    pub(crate) before_ms: Option<i64>,
    /// Only sent at this time or later.
    pub(crate) after_ms: Option<i64>,
    /// Only with this.
    pub(crate) has: Option<Having>,
}

/// A part of what was found.
#[derive(Debug)]
pub(crate) struct SearchPage {
    /// Newest first.
    pub(crate) messages: Vec<Message>,
    /// Who sent them.
    pub(crate) users: Vec<User>,
    /// Where to read on.
    pub(crate) next_cursor: Option<String>,
}

/// A place in what is found: the order is the larger one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HitPosition {
    /// The change number of the sending.
    pub(super) change: u64,
    /// The chat.
    pub(super) chat_id: ChatId,
    /// The place in it.
    pub(super) seq: u64,
}

/// A message that was found.
type Hit = (HitPosition, Message);

impl Services {
    /// A page of what is found in the caller's chats.
    pub(crate) async fn search_messages(
        &self,
        caller: Caller,
        search: Search,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<SearchPage, ServiceError> {
        let limit = validate::page_limit(limit)?;
        let below = cursor::to_hit(after)?;
        let text = validate::query(Some(&search.query))?.unwrap_or_default();
        let query = Query::parse(text).ok_or_else(|| {
            ServiceError::invalid("query", "There is no word in the query to search for.")
        })?;
        self.check_rate(Rate::Search, caller.user_id).await?;
        if let Some(chat_id) = search.chat_id {
            self.keep_membership_fresh(chat_id).await?;
        }
        let mut snapshot = self.storage.snapshot().await?;
        let chat_ids = chats_of(&mut *snapshot, caller.user_id, search.chat_id).await?;
        let wanted = Wanted {
            search,
            query,
            below,
            limit: limit as usize,
        };
        let whose = (caller.user_id, wanted.search.chat_id);
        let mut hits = wanted.unindexed(&mut *snapshot, whose).await?;
        let (indexed, end) = wanted.indexed(&mut *snapshot, chat_ids).await?;
        hits.extend(indexed);
        let (hits, next) = wanted.cut(hits, end);
        drop(snapshot);
        self.page(caller.user_id, hits, next).await
    }

    /// What was found, of chats that the caller is in still.
    async fn page(
        &self,
        user_id: UserId,
        hits: Vec<Hit>,
        next: Option<HitPosition>,
    ) -> Result<SearchPage, ServiceError> {
        let chat_ids: BTreeSet<ChatId> = hits.iter().map(|(place, _)| place.chat_id).collect();
        for chat_id in &chat_ids {
            self.keep_membership_fresh(*chat_id).await?;
        }
        let mut snapshot = self.storage.snapshot().await?;
        let present = snapshot.users().list_chat_ids(user_id).await?;
        let present: BTreeSet<ChatId> = present.into_iter().collect();
        let messages: Vec<Message> = hits
            .into_iter()
            .filter(|(place, _)| present.contains(&place.chat_id))
            .map(|(_, message)| message)
            .collect();
        let senders: Vec<_> = messages.iter().map(|message| message.sender_id).collect();
        Ok(SearchPage {
            users: load::users(&mut *snapshot, senders).await?,
            messages,
            next_cursor: next.map(cursor::of_hit),
        })
    }
}

/// The chats to search: all of a person's, or the one that was named.
async fn chats_of(
    transaction: &mut dyn Transaction,
    user_id: UserId,
    chat_id: Option<ChatId>,
) -> Result<Vec<ChatId>, ServiceError> {
    match chat_id {
        Some(chat_id) => {
            load::membership(transaction, chat_id, user_id).await?;
            Ok(vec![chat_id])
        }
        None => Ok(transaction.users().list_chat_ids(user_id).await?),
    }
}

/// What is looked for, and how much of it.
struct Wanted {
    search: Search,
    query: Query,
    below: Option<HitPosition>,
    limit: usize,
}

impl Wanted {
    /// Hits among messages that are not in the index: all that may be on the page.
    async fn unindexed(
        &self,
        transaction: &mut dyn Transaction,
        whose: (UserId, Option<ChatId>),
    ) -> Result<Vec<Hit>, ServiceError> {
        let (mut hits, mut after) = (Vec::new(), None);
        loop {
            let listed = transaction
                .search()
                .list_unindexed(whose, after, SEARCH_STEP);
            let listed = listed.await?;
            let is_last = listed.len() < SEARCH_STEP as usize;
            after = listed.last().map(|row| (row.value.chat_id, row.value.seq));
            hits.extend(listed.into_iter().filter_map(|row| self.hit(row)));
            // However far behind the index is, no more is held than fits the page.
            if is_last || hits.len() > 4 * self.limit {
                hits.sort_unstable_by_key(|(place, _)| std::cmp::Reverse(*place));
                hits.truncate(self.limit + 1);
            }
            if is_last {
                return Ok(hits);
            }
        }
    }

    /// Hits in the index, newest first, and the change number below which nothing was looked at,
    /// if that is not the end.
    async fn indexed(
        &self,
        transaction: &mut dyn Transaction,
        chat_ids: Vec<ChatId>,
    ) -> Result<(Vec<Hit>, Option<u64>), ServiceError> {
        let mut filter = WordFilter {
            chat_ids,
            terms: self.query.terms(),
            sender_id: self.search.sender_id,
            before_ms: self.search.before_ms,
            since_ms: self.search.after_ms,
            up_to: self.below.map(|place| place.change),
            limit: SEARCH_STEP,
        };
        let (mut hits, mut compared) = (Vec::new(), 0);
        loop {
            let found = transaction.search().find(&filter).await?;
            compared += found.len();
            let last = found.last().map(|row| row.change);
            let is_last = found.len() < filter.limit as usize;
            hits.extend(found.into_iter().filter_map(|row| self.hit(row)));
            let Some(last) = last.filter(|last| !is_last && *last > 0) else {
                return Ok((hits, None));
            };
            if hits.len() > self.limit || compared >= SEARCH_COMPARED {
                return Ok((hits, Some(last)));
            }
            filter.up_to = Some(last - 1);
        }
    }

    /// A message as a hit, if it is one.
    fn hit(&self, row: Changed<Message>) -> Option<Hit> {
        let Changed {
            change,
            value: message,
        } = row;
        let place = HitPosition {
            change,
            chat_id: message.chat_id,
            seq: message.seq,
        };
        let is_below = self.below.is_none_or(|below| place < below);
        (is_below && self.finds(&message)).then_some((place, message))
    }

    fn finds(&self, message: &Message) -> bool {
        let Search {
            query: _,
            chat_id,
            sender_id,
            before_ms,
            after_ms,
            has,
        } = &self.search;
        let is_image = |attachment: &Attachment| attachment.kind == Kind::Image;
        let attachments = &message.attachments;
        message.deleted_at_ms.is_none()
            && chat_id.is_none_or(|id| id == message.chat_id)
            && sender_id.is_none_or(|id| id == message.sender_id)
            && before_ms.is_none_or(|time_ms| message.sent_at_ms < time_ms)
            && after_ms.is_none_or(|time_ms| message.sent_at_ms >= time_ms)
            && has.is_none_or(|having| match having {
                Having::Image => attachments.iter().any(is_image),
                Having::File => !attachments.iter().all(is_image),
                Having::Link => has_link(&message.text),
            })
            && self.query.matches(&message.text)
    }

    /// The page, and where the next one begins. Below `end` nothing was looked at.
    fn cut(&self, mut hits: Vec<Hit>, end: Option<u64>) -> (Vec<Hit>, Option<HitPosition>) {
        hits.retain(|(place, _)| end.is_none_or(|end| place.change >= end));
        hits.sort_unstable_by_key(|(place, _)| std::cmp::Reverse(*place));
        if hits.len() > self.limit {
            hits.truncate(self.limit);
            let next = hits.last().map(|(place, _)| *place);
            return (hits, next);
        }
        let next = end.map(|change| HitPosition {
            change,
            chat_id: ChatId(uuid::Uuid::nil()),
            seq: 0,
        });
        (hits, next)
    }
}
