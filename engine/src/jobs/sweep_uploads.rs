//! Removes uploads that nobody has sent or finished within a day, and bytes that nothing names.

use crate::{
    limits::UPLOAD_KEPT_MS as GRACE_MS,
    services::{ServiceError, Services},
};

/// Rows in one transaction: a few milliseconds.
const BATCH: u32 = 100;

/// Removes what is old enough now; returns how many.
pub(crate) async fn sweep_uploads(services: &Services) -> Result<usize, ServiceError> {
    let before_ms = services.clock.now_ms() - GRACE_MS;
    let mut removed = 0;
    loop {
        let unused = services.sweep_uploads(before_ms, BATCH).await?;
        let idle = services.sweep_idle_uploads(before_ms, BATCH).await?;
        removed += unused + idle;
        if unused.max(idle) < BATCH as usize {
            return Ok(removed);
        }
    }
}

/// Removes the bytes that no row has named for as long; returns how many blobs.
pub(crate) async fn sweep_blobs(services: &Services) -> Result<usize, ServiceError> {
    services.sweep_blobs(GRACE_MS.unsigned_abs()).await
}
