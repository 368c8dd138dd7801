//! One page of changes.

use std::collections::{HashMap, HashSet};

use relaychat_protocol::{ChatId, UserId};

use super::{ChatMessages, SyncAnswer, token::Place};
use crate::{
    domain::{chat::Chat, member::Member, user::User},
    limits::{SYNC_PAGE, SYNC_ROWS, SYNC_WINDOW},
    services::{ServiceError, load},
    storage::{Changed, Transaction},
};

/// Rows that changed after a position, ascending, and up to which number they are all there.
struct Rows {
    chats: Vec<Changed<ChatId>>,
    removed: Vec<Changed<ChatId>>,
    members: Vec<Changed<Member>>,
    users: Vec<Changed<User>>,
    complete_to: u64,
}

/// Fills `answer` with what changed after `place`; gives the place after it.
pub(super) async fn fill(
    transaction: &mut dyn Transaction,
    answer: &mut SyncAnswer,
    place: Place,
) -> Result<Place, ServiceError> {
    let viewer = answer.me.id;
    let mut rows = read_rows(transaction, viewer, place.position, answer.change).await?;
    let budget_end = fill_messages(transaction, answer, &rows, place).await?;
    let complete_to = rows.complete_to.min(budget_end);
    rows.cut(complete_to);

    let ids: Vec<ChatId> = rows.chats.iter().map(|row| row.value).collect();
    let chats = in_order(transaction.chats().find_many(&ids).await?, &ids);
    let (views, named) = load::chat_views(transaction, viewer, chats).await?;
    let shown: HashSet<(ChatId, UserId)> = views
        .iter()
        .flat_map(|view| view.others.iter().chain([&view.me]))
        .map(|member| (member.chat_id, member.user_id))
        .collect();
    answer.chats = views;
    answer.removed_chat_ids = rows.removed.into_iter().map(|row| row.value).collect();
    answer.receipts = rows
        .members
        .into_iter()
        .map(|row| row.value)
        .filter(|member| !shown.contains(&(member.chat_id, member.user_id)))
        .collect();
    let senders = answer
        .messages
        .iter()
        .flat_map(|part| &part.messages)
        .map(|message| message.sender_id);
    let others = answer.receipts.iter().map(|member| member.user_id);
    let known: HashMap<UserId, User> = named
        .into_iter()
        .chain(rows.users.into_iter().map(|row| row.value))
        .map(|user| (user.id, user))
        .collect();
    let missing: Vec<UserId> = senders
        .chain(others)
        .filter(|id| !known.contains_key(id))
        .collect();
    answer.users = load::users(transaction, missing).await?;
    answer.users.extend(known.into_values());
    answer.users.sort_by_key(|user| user.id);

    let floor = if complete_to == answer.change {
        complete_to
    } else {
        place.floor
    };
    Ok(Place {
        floor,
        position: complete_to,
    })
}

/// Reads all four lists. One commit may touch more rows than a page: then the page grows, for a
/// page that ends where it began would never end.
async fn read_rows(
    transaction: &mut dyn Transaction,
    viewer: UserId,
    position: u64,
    current: u64,
) -> Result<Rows, ServiceError> {
    let mut limit = SYNC_ROWS;
    loop {
        let changes = transaction.changes();
        let chats = changes.list_chats(viewer, position, limit).await?;
        let removed = changes.list_removed_chats(viewer, position, limit).await?;
        let members = changes.list_members(viewer, position, limit).await?;
        let users = changes.list_users(viewer, position, limit).await?;
        let complete_to = [
            end_of(&chats, limit),
            end_of(&removed, limit),
            end_of(&members, limit),
            end_of(&users, limit),
        ]
        .into_iter()
        .flatten()
        .fold(current, u64::min);
        if complete_to > position || position == current {
            return Ok(Rows {
                chats,
                removed,
                members,
                users,
                complete_to,
            });
        }
        limit = limit.saturating_mul(4);
    }
}

/// Up to which number a list is complete; `None` when it holds everything there is. A full list may
/// have been cut in the middle of a commit, so that its last number does not count.
fn end_of<T>(rows: &[Changed<T>], limit: u32) -> Option<u64> {
    let is_full = rows.len() >= limit as usize;
    rows.last()
        .filter(|_| is_full)
        .map(|last| last.change.saturating_sub(1))
}

impl Rows {
    /// Leaves out what the next page brings.
    fn cut(&mut self, complete_to: u64) {
        self.chats.retain(|row| row.change <= complete_to);
        self.removed.retain(|row| row.change <= complete_to);
        self.members.retain(|row| row.change <= complete_to);
        self.users.retain(|row| row.change <= complete_to);
    }
}

/// Reads the missed messages of the changed chats, as long as the page has room; gives the number
/// up to which that went. The chats of the first commit are always taken, so that every page gets
/// somewhere: what has no room then is a gap.
async fn fill_messages(
    transaction: &mut dyn Transaction,
    answer: &mut SyncAnswer,
    rows: &Rows,
    place: Place,
) -> Result<u64, ServiceError> {
    let mut room = SYNC_PAGE;
    let first = rows.chats.first().map(|row| row.change);
    let mut parts: Vec<(u64, ChatMessages)> = Vec::new();
    let mut end = u64::MAX;
    for row in &rows.chats {
        if row.change > rows.complete_to {
            break;
        }
        if room < SYNC_WINDOW && Some(row.change) != first {
            end = row.change - 1;
            break;
        }
        let part = missed(transaction, row.value, place.floor, room.min(SYNC_WINDOW)).await?;
        room -= u32::try_from(part.messages.len()).unwrap_or(room);
        parts.push((row.change, part));
    }
    answer.messages = parts
        .into_iter()
        .filter(|(change, part)| *change <= end && !is_empty(part))
        .map(|(_, part)| part)
        .collect();
    Ok(end)
}

fn is_empty(part: &ChatMessages) -> bool {
    part.messages.is_empty() && part.gap.is_none()
}

/// The newest of the messages of a chat that changed after `floor`, and the gap before them.
async fn missed(
    transaction: &mut dyn Transaction,
    chat_id: ChatId,
    floor: u64,
    limit: u32,
) -> Result<ChatMessages, ServiceError> {
    let mut messages = Vec::new();
    if limit > 0 {
        messages = transaction
            .messages()
            .list_changed(chat_id, floor, limit)
            .await?;
    }
    let mut gap = None;
    if messages.len() >= limit as usize {
        let first = transaction
            .messages()
            .first_changed_seq(chat_id, floor)
            .await?;
        gap = match (first, messages.first()) {
            (Some(first), Some(oldest)) if first < oldest.seq => Some((first, oldest.seq - 1)),
            (Some(first), None) => {
                let chats = transaction.chats().find_many(&[chat_id]).await?;
                chats.first().map(|chat| (first, chat.last_seq))
            }
            _ => None,
        };
    }
    Ok(ChatMessages {
        chat_id,
        messages,
        gap,
    })
}

/// The chats in the order of `ids`.
fn in_order(chats: Vec<Chat>, ids: &[ChatId]) -> Vec<Chat> {
    let mut by_id: HashMap<ChatId, Chat> = chats.into_iter().map(|chat| (chat.id, chat)).collect();
    ids.iter().filter_map(|id| by_id.remove(id)).collect()
}
