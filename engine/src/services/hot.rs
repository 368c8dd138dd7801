//! Chats and members as they are at the newest change, so that a batch reads only what is new to it.
//!
//! Whoever writes has the turn to themselves and knows the newest change number. As long as it is
//! the number that these rows were kept at, nothing that they hold has been written since, by
//! nobody and on no node: whatever they show of a chat or of a member draws a number. Otherwise all
//! of them are forgotten.
//!
//! Not a cache for reading: outside of a turn nothing here is known to be true.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

use relaychat_protocol::{ChatId, UserId};

use super::ServiceError;
use crate::{
    domain::{chat::Chat, member::Member},
    storage::Transaction,
};

/// Rows of each kind before all are forgotten: some 5 MiB together.
const ROWS: usize = 10_000;

/// Who is in which chat.
pub(super) type Pair = (ChatId, UserId);

/// The rows.
#[derive(Debug, Default)]
pub(super) struct Hot(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// All rows are as of this number.
    change: u64,
    chats: HashMap<ChatId, Chat>,
    members: HashMap<Pair, Member>,
}

impl Hot {
    /// Those of the chats and members that exist. `transaction` has the turn, has written nothing,
    /// and `change` is its newest number.
    pub(super) async fn load(
        &self,
        transaction: &mut dyn Transaction,
        change: u64,
        chat_ids: &[ChatId],
        pairs: &[Pair],
    ) -> Result<(HashMap<ChatId, Chat>, HashMap<Pair, Member>), ServiceError> {
        let (mut chats, missing_chats, mut members, missing_pairs) = {
            let known = &*self.at(change);
            let (chats, missing_chats) = split(&known.chats, chat_ids);
            let (members, missing_pairs) = split(&known.members, pairs);
            (chats, missing_chats, members, missing_pairs)
        };
        if missing_chats.is_empty() && missing_pairs.is_empty() {
            return Ok((chats, members));
        }
        let read_chats = transaction.chats().find_many(&missing_chats).await?;
        let read_members = transaction.members().find_many(&missing_pairs).await?;
        self.keep(change, &read_chats, &read_members);
        chats.extend(read_chats.into_iter().map(|chat| (chat.id, chat)));
        let keyed = |member: Member| ((member.chat_id, member.user_id), member);
        members.extend(read_members.into_iter().map(keyed));
        Ok((chats, members))
    }

    /// The transaction that followed `before` was committed as `change` and wrote these.
    pub(super) fn advance(&self, before: u64, change: u64, chats: &[Chat], members: &[Member]) {
        let mut known = self.at(before);
        known.change = change;
        known.keep(chats, members);
    }

    fn keep(&self, change: u64, chats: &[Chat], members: &[Member]) {
        self.at(change).keep(chats, members);
    }

    /// What is known at `change`: nothing, when it was known at another.
    fn at(&self, change: u64) -> MutexGuard<'_, Known> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.change != change {
            known.change = change;
            known.chats.clear();
            known.members.clear();
        }
        known
    }
}

impl Known {
    fn keep(&mut self, chats: &[Chat], members: &[Member]) {
        if self.chats.len() + chats.len() > ROWS {
            self.chats.clear();
        }
        if self.members.len() + members.len() > ROWS {
            self.members.clear();
        }
        for chat in chats {
            self.chats.insert(chat.id, chat.clone());
        }
        for member in members {
            let pair = (member.chat_id, member.user_id);
            self.members.insert(pair, member.clone());
        }
    }
}

/// What is known of `keys`, and which are not.
fn split<K: Copy + Eq + Hash, V: Clone>(
    known: &HashMap<K, V>,
    keys: &[K],
) -> (HashMap<K, V>, Vec<K>) {
    let mut found = HashMap::with_capacity(keys.len());
    let mut missing = Vec::new();
    for key in keys {
        match known.get(key) {
            Some(value) => {
                found.insert(*key, value.clone());
            }
            None => missing.push(*key),
        }
    }
    (found, missing)
}
