//! Running somebody else's code: it may panic or never end, and the engine goes on.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;

/// How somebody else's code failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// It panicked.
    #[error("it panicked")]
    Panicked,
    /// It took too long.
    #[error("it took too long")]
    TookTooLong,
}

/// Runs what `start` begins, for at most `timeout`. What panics is caught, also in `start` itself.
pub(crate) async fn guarded<T, F>(
    timeout: Duration,
    start: impl FnOnce() -> F + Send,
) -> Result<T, Failure>
where
    F: Future<Output = T> + Send,
{
    let running = AssertUnwindSafe(async move { start().await }).catch_unwind();
    match tokio::time::timeout(timeout, running).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) => Err(Failure::Panicked),
        Err(_) => Err(Failure::TookTooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_panics_or_hangs_is_a_failure_and_nothing_more() {
        let limit = Duration::from_secs(5);
        assert_eq!(guarded(limit, async || 7).await, Ok(7));
        let panics = guarded::<(), _>(limit, async || panic!("a hook's own bug"));
        assert_eq!(panics.await, Err(Failure::Panicked));
        let hangs = guarded::<(), _>(limit, std::future::pending);
        assert_eq!(hangs.await, Err(Failure::TookTooLong));
    }
}
