//! Forgets who asked for a code, once no limit looks back so far, and which logins of the host were
//! ended, once no token from before can be valid.

use crate::{
    limits::SESSION_TTL_MS,
    services::{ServiceError, Services},
};

/// The limits on codes look back 24 hours; one more, for clocks that are set.
const KEPT_MS: i64 = 25 * 60 * 60 * 1_000;
/// Tokens of a host are valid for as long as a session at most; one day more, for clocks that are
/// set.
const LOGOUTS_KEPT_MS: i64 = SESSION_TTL_MS + 24 * 60 * 60 * 1_000;

/// Forgets what is old enough now; returns how much.
pub(crate) async fn forget_logins(services: &Services) -> Result<u64, ServiceError> {
    let now_ms = services.clock.now_ms();
    let mut transaction = services.storage.begin().await?;
    let mut forgotten = transaction.logins().remove_before(now_ms - KEPT_MS).await?;
    forgotten += transaction
        .host()
        .forget_logouts(now_ms - LOGOUTS_KEPT_MS)
        .await?;
    if forgotten > 0 {
        transaction.commit(Box::new(|_| {})).await?;
    }
    Ok(forgotten)
}
