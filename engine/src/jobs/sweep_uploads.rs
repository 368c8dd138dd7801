//! Removes uploads that nobody has sent within a day, and bytes that nothing names.

use crate::services::{ServiceError, Services};

/// How long an upload may wait for its message: a phone that was offline over night still sends it.
const GRACE_MS: i64 = 24 * 60 * 60 * 1_000;
/// Rows in one transaction: a few milliseconds.
const BATCH: u32 = 100;

/// Removes what is old enough now; returns how many.
pub(crate) async fn sweep_uploads(services: &Services) -> Result<usize, ServiceError> {
    let before_ms = services.clock.now_ms() - GRACE_MS;
    let mut removed = 0;
    loop {
        let batch = services.sweep_uploads(before_ms, BATCH).await?;
        removed += batch;
        if batch < BATCH as usize {
            return Ok(removed);
        }
    }
}

/// Removes the bytes that no row has named for as long; returns how many blobs.
pub(crate) async fn sweep_blobs(services: &Services) -> Result<usize, ServiceError> {
    services.sweep_blobs(GRACE_MS.unsigned_abs()).await
}
