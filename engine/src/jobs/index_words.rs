//! Takes what was said into the index of words, some time after it was sent: sending pays nothing
//! for searching.
//!
//! Nodes do not divide the work: a step asks for the turn of the writers, as everything that writes,
//! and takes what is not in the index by then. Two nodes that see the same chat behind find half of
//! it done. A step is small, so that messages never wait long for it; between two steps all who
//! wait have their turn.

use relaychat_protocol::ChatId;

use crate::services::{ServiceError, Services};

/// Messages that one transaction takes in: a few milliseconds of the writers' time.
const STEP: u32 = 200;
/// Chats that are looked for at once.
const CHATS: u32 = 500;

/// Takes everything in that is not in the index now; returns how many messages.
pub(crate) async fn index_words(services: &Services) -> Result<u64, ServiceError> {
    let mut indexed = 0;
    loop {
        let mut snapshot = services.storage.snapshot().await?;
        let behind = snapshot.search().list_behind(CHATS).await?;
        drop(snapshot);
        let before = indexed;
        let mut waiting = behind.as_slice();
        while !waiting.is_empty() {
            let (rest, count) = step(services, waiting).await?;
            (waiting, indexed) = (rest, indexed + u64::from(count));
        }
        if behind.len() < CHATS as usize || indexed == before {
            return Ok(indexed);
        }
    }
}

/// One transaction; the chats that it has not done, and how many messages it took.
async fn step<'a>(
    services: &Services,
    mut waiting: &'a [ChatId],
) -> Result<(&'a [ChatId], u32), ServiceError> {
    let mut transaction = services.storage.begin().await?;
    let mut taken = 0;
    while let Some((chat_id, rest)) = waiting.split_first().filter(|_| taken < STEP) {
        let room = STEP - taken;
        let count = transaction.search().index_next(*chat_id, room).await?;
        taken += count;
        if count < room {
            waiting = rest;
        }
    }
    if taken > 0 {
        transaction.commit(Box::new(|_| {})).await?;
    }
    Ok((waiting, taken))
}
