//! Removes sessions that were not used for too long, and tells their sockets.

use crate::{
    domain::event::Event,
    services::{ServiceError, Services},
};

/// Sessions in one transaction.
const BATCH: u32 = 100;

/// Ends what has expired by now; returns how many.
pub(crate) async fn expire_sessions(services: &Services) -> Result<usize, ServiceError> {
    let now_ms = services.clock.now_ms();
    let mut ended = 0;
    loop {
        let mut snapshot = services.storage.snapshot().await?;
        let is_idle = snapshot
            .sessions()
            .list_expired(now_ms, 1)
            .await?
            .is_empty();
        drop(snapshot);
        if is_idle {
            return Ok(ended);
        }
        let mut transaction = services.storage.begin().await?;
        let expired = transaction.sessions().list_expired(now_ms, BATCH).await?;
        let mut events = Vec::new();
        for session_id in expired {
            if transaction.sessions().remove(session_id).await? {
                events.push(Event::SessionEnded { session_id });
            }
        }
        ended += events.len();
        services.commit(transaction, events).await?;
    }
}
