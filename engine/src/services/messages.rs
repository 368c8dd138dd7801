//! Reading messages: the history in both directions and around a place, and one message.

use relaychat_protocol::{ChatId, MessageId};

use super::{Caller, ServiceError, Services, cursor, load, validate};
use crate::{
    domain::{
        message::{Message, UserReaction},
        user::User,
    },
    limits::{HISTORY_PAGE, HISTORY_PAGE_DEFAULT, PINS_PER_CHAT},
    storage::{MessageWindow, Transaction},
};

/// Which part of a history to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HistoryPlace {
    /// The newest messages.
    Newest,
    /// Those right before this `seq`.
    Before(u64),
    /// Those right after this `seq`.
    After(u64),
    /// Those on both sides of this `seq`, itself included.
    Around(u64),
}

/// A part of a history, without holes.
#[derive(Debug)]
pub(crate) struct HistoryPage {
    /// Ascending by `seq`.
    pub(crate) messages: Vec<Message>,
    /// Who sent them.
    pub(crate) users: Vec<User>,
    /// Whether there are older ones.
    pub(crate) has_before: bool,
    /// Whether there are newer ones.
    pub(crate) has_after: bool,
}

/// A part of those who reacted.
#[derive(Debug)]
pub(crate) struct ReactionPage {
    /// In the order in which they did.
    pub(crate) reactions: Vec<UserReaction>,
    /// Who they are.
    pub(crate) users: Vec<User>,
    /// Where to read on.
    pub(crate) next_cursor: Option<String>,
}

impl Services {
    /// A part of the history of a chat of the caller.
    pub(crate) async fn list_messages(
        &self,
        caller: Caller,
        chat_id: ChatId,
        place: HistoryPlace,
        limit: Option<u32>,
    ) -> Result<HistoryPage, ServiceError> {
        let limit = validate::limit_within(limit, HISTORY_PAGE_DEFAULT, HISTORY_PAGE)?;
        self.keep_membership_fresh(chat_id).await?;
        let mut snapshot = self.storage.snapshot().await?;
        let (chat, _) = load::chat_of_member(&mut *snapshot, chat_id, caller.user_id).await?;
        let messages = read(&mut *snapshot, chat_id, place, limit).await?;
        let named: Vec<_> = messages.iter().flat_map(Message::named).collect();
        let users = load::users(&mut *snapshot, named).await?;
        let (has_before, has_after) = neighbours(&messages, place, chat.last_seq);
        Ok(HistoryPage {
            messages,
            users,
            has_before,
            has_after,
        })
    }

    /// One message of a chat of the caller, with its sender.
    pub(crate) async fn get_message(
        &self,
        caller: Caller,
        chat_id: ChatId,
        message_id: MessageId,
    ) -> Result<Message, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        load::membership(&mut *snapshot, chat_id, caller.user_id).await?;
        let found = snapshot.messages().find_many(&[message_id]).await?;
        let message = found.into_iter().find(|message| message.chat_id == chat_id);
        message.ok_or_else(ServiceError::not_found)
    }
}

impl Services {
    /// What is pinned in a chat of the caller, the one that was pinned last in front, and who sent
    /// it.
    pub(crate) async fn list_pins(
        &self,
        caller: Caller,
        chat_id: ChatId,
    ) -> Result<(Vec<Message>, Vec<User>), ServiceError> {
        self.keep_membership_fresh(chat_id).await?;
        let mut snapshot = self.storage.snapshot().await?;
        load::membership(&mut *snapshot, chat_id, caller.user_id).await?;
        let pinned = snapshot.messages().list_pinned(chat_id, PINS_PER_CHAT);
        let messages = pinned.await?;
        let senders: Vec<_> = messages.iter().map(|message| message.sender_id).collect();
        let users = load::users(&mut *snapshot, senders).await?;
        Ok((messages, users))
    }

    /// A page of those who reacted to a message with an emoji, the people they are, and the next
    /// cursor.
    pub(crate) async fn list_reactions(
        &self,
        caller: Caller,
        (chat_id, message_id, emoji): (ChatId, MessageId, &str),
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<ReactionPage, ServiceError> {
        let limit = validate::page_limit(limit)?;
        validate::emoji(emoji)?;
        let after = cursor::to_reaction(after)?;
        let message = self.get_message(caller, chat_id, message_id).await?;
        let place = (chat_id, message.seq);
        let mut snapshot = self.storage.snapshot().await?;
        let listed = snapshot.reactions().list(place, emoji, after, limit + 1);
        let mut listed = listed.await?;
        let has_more = listed.len() > limit as usize;
        listed.truncate(limit as usize);
        let next_cursor = listed
            .last()
            .filter(|_| has_more)
            .map(|last| cursor::of_reaction(last.change, last.value.user_id));
        let reactions: Vec<_> = listed.into_iter().map(|row| row.value).collect();
        let ids = reactions.iter().map(|reaction| reaction.user_id);
        let users = load::users(&mut *snapshot, ids).await?;
        Ok(ReactionPage {
            reactions,
            users,
            next_cursor,
        })
    }
}

async fn read(
    transaction: &mut dyn Transaction,
    chat_id: ChatId,
    place: HistoryPlace,
    limit: u32,
) -> Result<Vec<Message>, ServiceError> {
    let window = match place {
        HistoryPlace::Newest => MessageWindow::Newest,
        HistoryPlace::Before(seq) => MessageWindow::Before(cursor::storable(seq)),
        HistoryPlace::After(seq) => MessageWindow::After(cursor::storable(seq)),
        HistoryPlace::Around(seq) => {
            let seq = cursor::storable(seq);
            let half = limit.div_ceil(2);
            let older = MessageWindow::Before(seq.saturating_add(1));
            let mut messages = transaction.messages().list(chat_id, older, half).await?;
            if limit > half {
                let newer = MessageWindow::After(seq);
                let newer = transaction.messages().list(chat_id, newer, limit - half);
                messages.extend(newer.await?);
            }
            return Ok(messages);
        }
    };
    Ok(transaction.messages().list(chat_id, window, limit).await?)
}

/// Whether there are older and newer messages than a page. Places are dense from 1 to `last_seq`.
fn neighbours(messages: &[Message], place: HistoryPlace, last_seq: u64) -> (bool, bool) {
    if let (Some(first), Some(last)) = (messages.first(), messages.last()) {
        return (first.seq > 1, last.seq < last_seq);
    }
    match place {
        HistoryPlace::Newest => (false, false),
        HistoryPlace::Before(seq) => (false, last_seq >= seq.max(1)),
        HistoryPlace::After(seq) | HistoryPlace::Around(seq) => (last_seq > 0 && seq > 0, false),
    }
}
