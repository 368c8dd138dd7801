//! One page of changes.

use std::collections::{HashMap, HashSet};

use relaychat_protocol::{ChatId, UserId};

use super::{ChatMessages, SyncAnswer, token::Place};
use crate::{
    domain::{
        chat::Chat, chat_settings::ChatSettings, chat_view::ChatView, member::Member,
        message::Message, user::User,
    },
    services::{ServiceError, SyncPages, load},
    storage::{Changed, Transaction},
};

/// A page that is being filled.
pub(super) struct Page<'a> {
    pub(super) transaction: &'a mut dyn Transaction,
    pub(super) answer: &'a mut SyncAnswer,
    pub(super) sizes: SyncPages,
}

/// Rows that changed after a position, ascending, and up to which number they are all there.
struct Rows {
    chats: Vec<Changed<ChatId>>,
    removed: Vec<Changed<ChatId>>,
    members: Vec<Changed<Member>>,
    settings: Vec<Changed<ChatSettings>>,
    users: Vec<Changed<User>>,
    complete_to: u64,
}

impl Page<'_> {
    /// Fills the answer with what changed after `place`; gives the place after it.
    pub(super) async fn fill(&mut self, place: Place) -> Result<Place, ServiceError> {
        let viewer = self.answer.me.id;
        let mut rows = self.read_rows(place.position).await?;
        let complete_to = self.fill_messages(&rows, place).await?;
        rows.cut(complete_to);

        let ids: Vec<ChatId> = rows.chats.iter().map(|row| row.value).collect();
        let chats = self.transaction.chats().find_many(&ids).await?;
        let chats = in_order(chats, &ids);
        let (views, named) = load::chat_views(self.transaction, viewer, chats).await?;
        let is_told_reads = self.answer.me.privacy.shows_read_receipts;
        self.answer.receipts = not_in(rows.members, &views)
            .into_iter()
            .map(|member| member.seen_by(viewer, is_told_reads))
            .collect();
        let settings = rows.settings.into_iter().map(|row| row.value);
        let is_shown = |one: &ChatSettings| views.iter().any(|view| view.chat.id == one.chat_id);
        self.answer.settings = settings.filter(|one| !is_shown(one)).collect();
        self.answer.chats = views;
        self.answer.removed_chat_ids = rows.removed.into_iter().map(|row| row.value).collect();
        let changed = rows.users.into_iter().map(|row| row.value);
        self.fill_users(named.into_iter().chain(changed)).await?;
        let is_last = complete_to == self.answer.change;
        Ok(Place {
            floor: if is_last { complete_to } else { place.floor },
            position: complete_to,
            is_told_reads,
        })
    }

    /// Reads all five lists. One commit may touch more rows than a page: then the page grows, for a
    /// page that ends where it began would never end.
    async fn read_rows(&mut self, position: u64) -> Result<Rows, ServiceError> {
        let viewer = self.answer.me.id;
        let current = self.answer.change;
        let mut limit = self.sizes.rows;
        loop {
            let changes = self.transaction.changes();
            let chats = changes.list_chats(viewer, position, limit).await?;
            let removed = changes.list_removed_chats(viewer, position, limit).await?;
            let members = changes.list_members(viewer, position, limit).await?;
            let settings = changes.list_settings(viewer, position, limit).await?;
            let users = changes.list_users(viewer, position, limit).await?;
            let ends = [
                end_of(&chats, limit),
                end_of(&removed, limit),
                end_of(&members, limit),
                end_of(&settings, limit),
                end_of(&users, limit),
            ];
            let complete_to = ends.into_iter().flatten().fold(current, u64::min);
            if complete_to > position || position == current {
                return Ok(Rows {
                    chats,
                    removed,
                    members,
                    settings,
                    users,
                    complete_to,
                });
            }
            limit = limit.saturating_mul(4);
        }
    }

    /// Reads the missed messages of the changed chats, as long as the page has room; gives the
    /// number up to which that went. The chats of the first commit are always taken, so that every
    /// page gets somewhere: what has no room then is a gap.
    async fn fill_messages(&mut self, rows: &Rows, place: Place) -> Result<u64, ServiceError> {
        let window = self.sizes.window;
        let mut room = self.sizes.messages;
        let mut end = rows.complete_to;
        let first = rows.chats.first().map(|row| row.change);
        let ids: Vec<ChatId> = rows.chats.iter().map(|row| row.value).collect();
        let messages = self.transaction.messages();
        let updated = messages.list_updated_chats(&ids, place.floor).await?;
        let updated: HashSet<ChatId> = updated.into_iter().collect();
        let mut parts: Vec<(u64, ChatMessages)> = Vec::new();
        for row in &rows.chats {
            if row.change > end {
                break;
            }
            if room < window && Some(row.change) != first {
                end = row.change - 1;
                break;
            }
            let limit = room.min(window);
            let mut part = self.missed(row.value, place.floor, limit).await?;
            if updated.contains(&row.value) {
                self.add_updated(&mut part, place.floor, limit).await?;
            }
            let count = part.messages.len() + part.changed.len();
            room = room.saturating_sub(u32::try_from(count).unwrap_or(u32::MAX));
            parts.push((row.change, part));
        }
        self.answer.messages = parts
            .into_iter()
            .filter(|(change, part)| *change <= end && !is_empty(part))
            .map(|(_, part)| part)
            .collect();
        Ok(end)
    }

    /// The newest of the messages of a chat that were sent after `floor`, and the gap before them.
    async fn missed(
        &mut self,
        chat_id: ChatId,
        floor: u64,
        limit: u32,
    ) -> Result<ChatMessages, ServiceError> {
        let mut messages = Vec::new();
        if limit > 0 {
            let sent = self.transaction.messages();
            messages = sent.list_sent(chat_id, floor, limit).await?;
        }
        let mut gap = None;
        if messages.len() >= limit as usize {
            let found = self.transaction.messages();
            let first = found.first_sent_seq(chat_id, floor).await?;
            let last = match messages.first() {
                Some(oldest) => Some(oldest.seq - 1),
                None => self.last_seq(chat_id).await?,
            };
            gap = first.zip(last).filter(|(first, last)| first <= last);
        }
        Ok(ChatMessages {
            chat_id,
            messages,
            changed: Vec::new(),
            gap,
        })
    }

    /// Adds the newest of the messages that were updated after `floor` and are not there yet. What
    /// has no room becomes a part of the gap.
    async fn add_updated(
        &mut self,
        part: &mut ChatMessages,
        floor: u64,
        limit: u32,
    ) -> Result<(), ServiceError> {
        let found = self.transaction.messages();
        let updated = found.list_updated(part.chat_id, floor, limit + 1).await?;
        let left_out = updated.len().saturating_sub(limit as usize);
        if let Some(last) = updated[..left_out].last().map(|message| message.seq) {
            let first = found.first_updated_seq(part.chat_id, floor).await?;
            let first = first.unwrap_or(last);
            part.gap = Some(match part.gap {
                None => (first, last),
                Some((first_sent, last_sent)) => (first.min(first_sent), last.max(last_sent)),
            });
        }
        let first_new = part.messages.first().map_or(u64::MAX, |first| first.seq);
        let kept = updated.into_iter().skip(left_out);
        part.changed = kept.filter(|message| message.seq < first_new).collect();
        Ok(())
    }

    async fn last_seq(&mut self, chat_id: ChatId) -> Result<Option<u64>, ServiceError> {
        let chats = self.transaction.chats().find_many(&[chat_id]).await?;
        Ok(chats.first().map(|chat| chat.last_seq))
    }

    /// The people who are known already, and those whom messages and receipts name.
    async fn fill_users(&mut self, known: impl Iterator<Item = User>) -> Result<(), ServiceError> {
        let mut users: HashMap<UserId, User> = known.map(|user| (user.id, user)).collect();
        let parts = &self.answer.messages;
        let senders = parts
            .iter()
            .flat_map(|part| part.messages.iter().chain(&part.changed))
            .flat_map(Message::named);
        let others = self.answer.receipts.iter().map(|member| member.user_id);
        let missing: Vec<UserId> = senders
            .chain(others)
            .filter(|id| !users.contains_key(id))
            .collect();
        let found = load::users(self.transaction, missing).await?;
        users.extend(found.into_iter().map(|user| (user.id, user)));
        let mut users: Vec<User> = users.into_values().collect();
        users.sort_by_key(|user| user.id);
        self.answer.users = users;
        Ok(())
    }
}

impl Rows {
    /// Leaves out what the next page brings.
    fn cut(&mut self, complete_to: u64) {
        self.chats.retain(|row| row.change <= complete_to);
        self.removed.retain(|row| row.change <= complete_to);
        self.members.retain(|row| row.change <= complete_to);
        self.settings.retain(|row| row.change <= complete_to);
        self.users.retain(|row| row.change <= complete_to);
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

fn is_empty(part: &ChatMessages) -> bool {
    part.messages.is_empty() && part.changed.is_empty() && part.gap.is_none()
}

/// Members whose watermarks moved and whom no view shows.
fn not_in(rows: Vec<Changed<Member>>, views: &[ChatView]) -> Vec<Member> {
    let shown: HashSet<(ChatId, UserId)> = views
        .iter()
        .flat_map(|view| view.others.iter().chain([&view.me]))
        .map(|member| (member.chat_id, member.user_id))
        .collect();
    rows.into_iter()
        .map(|row| row.value)
        .filter(|member| !shown.contains(&(member.chat_id, member.user_id)))
        .collect()
}

/// The chats in the order of `ids`.
fn in_order(chats: Vec<Chat>, ids: &[ChatId]) -> Vec<Chat> {
    let mut by_id: HashMap<ChatId, Chat> = chats.into_iter().map(|chat| (chat.id, chat)).collect();
    ids.iter().filter_map(|id| by_id.remove(id)).collect()
}
