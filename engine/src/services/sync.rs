//! Catching up: what a client must know since its last token, from one state of storage.
//!
//! # Why nothing falls through
//!
//! Every commit has a change number, and every row carries the number of its *latest* change. An
//! answer lists the rows whose number lies above the token's, ascending, and the next token is the
//! number up to which the lists were complete. A row that changes while a client reads on moves to
//! a higher number, so it is listed again later: a repeat, never a hole.
//!
//! Messages need one thing more. They are listed through their chat's row, and a chat that moved to
//! a later page must still give its messages since the *first* page's token, not since the page
//! before. So a token carries two numbers: `position`, up to which rows have been listed, and
//! `floor`, above which messages count as missed. Both are the same once the client is up to date.
//!
//! ```text
//!   token {floor 100, position 100}
//!     page 1: rows 101 … 240    ──▶ token {floor 100, position 240}, has_more
//!     page 2: rows 241 … 305    ──▶ token {floor 305, position 305}
//! ```
//!
//! A message that was sent before the floor and updated since comes beside the new ones. If that
//! are more than a page of them, the range of those left out is a gap: the client reads it anew.
//!
//! The cost grows with what was missed: quiet chats and old messages are not looked at.

mod changes;
mod newest;
mod token;

use relaychat_protocol::{ChatId, ErrorCode, UserId};
use tokio::time::Instant;

use super::{Caller, ServiceError, Services, cursor, load};
use crate::{
    domain::{
        chat_settings::ChatSettings, chat_view::ChatView, member::Member, message::Message,
        user::User,
    },
    limits::SNAPSHOT_CHATS,
    storage::{ChatPosition, Transaction},
};
pub(super) use newest::Newest;
use token::Place;

/// How to use an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SyncKind {
    /// No token was given: start from this.
    Snapshot,
    /// Apply this to what is there.
    Changes,
    /// The token cannot be used: forget everything, start from this.
    Reset,
}

/// New and changed messages of one chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChatMessages {
    /// The chat.
    pub(crate) chat_id: ChatId,
    /// New ones, ascending by `seq`.
    pub(crate) messages: Vec<Message>,
    /// Older ones that were updated, ascending by `seq`.
    pub(crate) changed: Vec<Message>,
    /// A closed range of `seq` that was missed and is not here.
    pub(crate) gap: Option<(u64, u64)>,
}

/// Everything a client needs to be up to date, from one state of storage.
#[derive(Clone, Debug)]
pub(crate) struct SyncAnswer {
    pub(crate) kind: SyncKind,
    pub(crate) token: String,
    pub(crate) has_more: bool,
    pub(crate) me: User,
    pub(crate) chats: Vec<ChatView>,
    pub(crate) messages: Vec<ChatMessages>,
    pub(crate) removed_chat_ids: Vec<ChatId>,
    pub(crate) receipts: Vec<Member>,
    pub(crate) settings: Vec<ChatSettings>,
    pub(crate) users: Vec<User>,
    pub(crate) next_chats_cursor: Option<String>,
    /// All chats the caller is a member of, in the same state. For the hub, not for the wire.
    pub(crate) chat_ids: Vec<ChatId>,
    /// The change number of that state, for the hub: the answer and the pages after it cover
    /// everything up to here.
    pub(crate) change: u64,
}

impl SyncAnswer {
    /// Whether there was nothing to tell since a token.
    pub(crate) fn is_empty(&self) -> bool {
        self.kind == SyncKind::Changes
            && !self.has_more
            && self.chats.is_empty()
            && self.messages.is_empty()
            && self.removed_chat_ids.is_empty()
            && self.receipts.is_empty()
            && self.settings.is_empty()
            && self.users.is_empty()
    }
}

impl Services {
    /// What the caller must know since `since`; the first snapshot without it.
    pub(crate) async fn sync(
        &self,
        caller: Caller,
        since: Option<&str>,
    ) -> Result<SyncAnswer, ServiceError> {
        self.timed_sync(caller, since, true).await
    }

    /// The same for a caller without a socket to subscribe: `chat_ids` stays empty, for reading
    /// them costs a row for every quiet chat.
    pub(crate) async fn sync_page(
        &self,
        caller: Caller,
        since: Option<&str>,
    ) -> Result<SyncAnswer, ServiceError> {
        self.timed_sync(caller, since, false).await
    }

    async fn timed_sync(
        &self,
        caller: Caller,
        since: Option<&str>,
        has_socket: bool,
    ) -> Result<SyncAnswer, ServiceError> {
        let started = Instant::now();
        let answer = self.sync_answer(caller, since, has_socket).await?;
        self.metrics.syncs.record(started.elapsed());
        Ok(answer)
    }

    async fn sync_answer(
        &self,
        caller: Caller,
        since: Option<&str>,
        has_socket: bool,
    ) -> Result<SyncAnswer, ServiceError> {
        let user_id = caller.user_id;
        let mut snapshot = self.storage.snapshot().await?;
        let change = snapshot.changes().current().await?;
        let place = since.map(|text| {
            token::read(&self.keys.sync, text, self.epoch, user_id, self.now_ms())
                .filter(|place| place.position <= change)
        });
        let found = snapshot.users().find_many(&[user_id]).await?;
        let me = found.into_iter().next();
        let me = me.ok_or_else(|| ServiceError::new(ErrorCode::Unauthenticated))?;
        let is_told_reads = me.privacy.shows_read_receipts;
        let place =
            place.map(|place| place.filter(|place: &Place| place.is_told_reads == is_told_reads));
        let mut answer = SyncAnswer {
            kind: SyncKind::Snapshot,
            token: self.sync_token(user_id, change, is_told_reads),
            has_more: false,
            me,
            chats: Vec::new(),
            messages: Vec::new(),
            removed_chat_ids: Vec::new(),
            receipts: Vec::new(),
            settings: Vec::new(),
            users: Vec::new(),
            next_chats_cursor: None,
            chat_ids: match has_socket {
                true => snapshot.users().list_chat_ids(user_id).await?,
                false => Vec::new(),
            },
            change,
        };
        match place {
            Some(Some(place)) => {
                answer.kind = SyncKind::Changes;
                let mut page = changes::Page {
                    transaction: &mut *snapshot,
                    answer: &mut answer,
                    sizes: self.settings.sync,
                };
                let next = page.fill(place).await?;
                answer.has_more = next.position < change;
                answer.token = self.token_at(user_id, next);
            }
            unusable => {
                if unusable.is_some() {
                    answer.kind = SyncKind::Reset;
                }
                fill_snapshot(&mut *snapshot, &mut answer).await?;
            }
        }
        Ok(answer)
    }

    /// The token of somebody who has been told everything up to `change`.
    pub(crate) fn sync_token(&self, user_id: UserId, change: u64, is_told_reads: bool) -> String {
        let place = Place {
            floor: change,
            position: change,
            is_told_reads,
        };
        self.token_at(user_id, place)
    }

    /// How far the owner of a token has seen everything, and whether they were told what others
    /// read; `None` when it cannot be used, or when pages are missing.
    pub(crate) fn seen_up_to(&self, user_id: UserId, since: &str) -> Option<(u64, bool)> {
        let key = &self.keys.sync;
        let place = token::read(key, since, self.epoch, user_id, self.now_ms())?;
        (place.floor == place.position).then_some((place.position, place.is_told_reads))
    }

    /// The answer to somebody who has missed nothing up to `change`.
    pub(crate) fn nothing_missed(
        &self,
        me: User,
        chat_ids: Vec<ChatId>,
        change: u64,
    ) -> SyncAnswer {
        SyncAnswer {
            kind: SyncKind::Changes,
            token: self.sync_token(me.id, change, me.privacy.shows_read_receipts),
            has_more: false,
            me,
            chats: Vec::new(),
            messages: Vec::new(),
            removed_chat_ids: Vec::new(),
            receipts: Vec::new(),
            settings: Vec::new(),
            users: Vec::new(),
            next_chats_cursor: None,
            chat_ids,
            change,
        }
    }

    fn token_at(&self, user_id: UserId, place: Place) -> String {
        let now_ms = self.now_ms();
        token::write(&self.keys.sync, place, self.epoch, user_id, now_ms)
    }
}

/// The first page of all chats, and all that are pinned. Messages beyond the newest of each are history, which is paged.
async fn fill_snapshot(
    transaction: &mut dyn Transaction,
    answer: &mut SyncAnswer,
) -> Result<(), ServiceError> {
    let viewer = answer.me.id;
    let mut chats = transaction
        .chats()
        .list(viewer, None, SNAPSHOT_CHATS + 1)
        .await?;
    if chats.len() > SNAPSHOT_CHATS as usize {
        chats.truncate(SNAPSHOT_CHATS as usize);
        answer.next_chats_cursor = chats.last().map(|last| {
            cursor::of_chat(ChatPosition {
                last_activity_at_ms: last.last_activity_at_ms,
                id: last.id,
            })
        });
    }
    let pinned = transaction.chat_settings().list_pinned(viewer).await?;
    let is_further_down = |id: &ChatId| chats.iter().all(|chat| chat.id != *id);
    let further_down: Vec<ChatId> = pinned.into_iter().filter(is_further_down).collect();
    chats.extend(transaction.chats().find_many(&further_down).await?);
    (answer.chats, answer.users) = load::chat_views(transaction, viewer, chats).await?;
    Ok(())
}
