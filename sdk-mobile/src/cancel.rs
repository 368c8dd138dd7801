//! Cancels a call by hand.
//!
//! Kotlin does not need it: a cancelled coroutine drops the call. Swift does: what UniFFI writes
//! for it waits for the call to end whatever happens to the task.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Cancels the calls that it is given to, now and later.
#[derive(Debug, uniffi::Object)]
pub struct CancelToken(Semaphore);

#[uniffi::export]
impl CancelToken {
    /// A token that is not cancelled.
    #[uniffi::constructor]
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Semaphore::new(0)))
    }

    /// Ends the calls with `RelayError.Cancelled`. What has reached the server is done all the same.
    pub fn cancel(&self) {
        self.0.close();
    }
}

/// Waits until the token is cancelled; for ever without one.
pub(crate) async fn cancelled(token: Option<Arc<CancelToken>>) {
    match token {
        // It has no permits: acquiring ends when it is closed.
        Some(token) => drop(token.0.acquire().await),
        None => std::future::pending().await,
    }
}
