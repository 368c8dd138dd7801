//! Claiming what is told next, and what of it may be told side by side.

use std::collections::{HashMap, HashSet};

use relaychat_protocol::ChatId;

use crate::{
    domain::notice::Notice,
    services::ServiceError,
    storage::{DueNotices, Transaction},
};

/// How long a claim lasts: several attempts, one after another.
const LEASE_MS: i64 = 120_000;
/// Notices claimed for one listener at once.
const CLAIMED_AT_ONCE: u32 = 64;
/// Of these, those that failed before: they never take all the room.
const AGAIN_AT_ONCE: u32 = 16;

/// Notices of one chat together, in their order; each of the others alone.
pub(super) fn groups(notices: Vec<Notice>) -> Vec<Vec<Notice>> {
    let mut groups: Vec<Vec<Notice>> = Vec::new();
    let mut places: HashMap<ChatId, usize> = HashMap::new();
    for notice in notices {
        let place = notice.chat_id.and_then(|id| places.get(&id).copied());
        match place {
            Some(place) => groups[place].push(notice),
            None => {
                if let Some(chat_id) = notice.chat_id {
                    places.insert(chat_id, groups.len());
                }
                groups.push(vec![notice]);
            }
        }
    }
    groups
}

/// Claims notices of a listener: some that are due again, then new ones in their order. Those of a
/// chat that is being told wait, here and on every node.
pub(super) async fn claim(
    transaction: &mut dyn Transaction,
    listener: &str,
    now_ms: i64,
) -> Result<Vec<Notice>, ServiceError> {
    let claimed = transaction.notices().list_claimed_chats(listener, now_ms);
    let claimed: HashSet<ChatId> = claimed.await?.into_iter().collect();
    let mut due = transaction
        .notices()
        .list_due(listener, DueNotices::New, CLAIMED_AT_ONCE)
        .await?;
    let again = DueNotices::Again(now_ms);
    let again = transaction
        .notices()
        .list_due(listener, again, AGAIN_AT_ONCE);
    due.extend(again.await?);
    due.retain(|notice| notice.chat_id.is_none_or(|id| !claimed.contains(&id)));
    due.sort_by_key(|notice| notice.number);
    for notice in &due {
        let claimed = Notice {
            due_at_ms: now_ms + LEASE_MS,
            claimed_until_ms: now_ms + LEASE_MS,
            ..notice.clone()
        };
        transaction.notices().update(&claimed).await?;
    }
    Ok(due)
}
