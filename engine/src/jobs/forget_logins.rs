//! Forgets who asked for a code, once no limit looks back so far.

use crate::services::{ServiceError, Services};

/// The limits on codes look back 24 hours; one more, for clocks that are set.
const KEPT_MS: i64 = 25 * 60 * 60 * 1_000;

/// Forgets what is old enough now; returns how much.
pub(crate) async fn forget_logins(services: &Services) -> Result<u64, ServiceError> {
    let before_ms = services.clock.now_ms() - KEPT_MS;
    let mut transaction = services.storage.begin().await?;
    let forgotten = transaction.logins().remove_before(before_ms).await?;
    if forgotten > 0 {
        transaction.commit(Box::new(|_| {})).await?;
    }
    Ok(forgotten)
}
