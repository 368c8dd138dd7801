//! Telling listeners: from an observable of the core to a method of the application.
//!
//! Each listener has a task that waits for changes and a thread, beside the workers, that calls it.
//! So one that blocks holds up nothing but itself, and one that throws or panics ends nothing.

use std::sync::{Arc, Mutex, PoisonError};

use relaychat_sdk as sdk;
use tokio::task::{AbortHandle, spawn_blocking};

use crate::{
    ListenerError,
    counts::{LISTENER_FAILURES, SUBSCRIPTIONS},
    host::Host,
};

/// Somebody listens. It ends when this is cancelled, let go, or the client is closed.
#[derive(Debug, uniffi::Object)]
pub struct CoreSubscription {
    task: AbortHandle,
}

#[uniffi::export]
impl CoreSubscription {
    /// Nothing is told any more. A call that is under way ends by itself.
    pub fn cancel(&self) {
        self.task.abort();
    }
}

impl Drop for CoreSubscription {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Tells the value now, and each change. `kept` lives as long as the subscription.
pub(crate) fn watch<T, K>(
    host: &Host,
    observable: &sdk::Observable<T>,
    kept: K,
    tell: impl FnMut(&T) -> Result<(), ListenerError> + Send + 'static,
) -> Arc<CoreSubscription>
where
    T: Send + Sync + 'static,
    K: Send + 'static,
{
    let mut values = observable.subscribe();
    let counted = SUBSCRIPTIONS.hold();
    let task = host.spawn(async move {
        let _alive = (counted, kept);
        let tell = Arc::new(Mutex::new(tell));
        let mut next = Some(values.get());
        while let Some(value) = next {
            let tell = Arc::clone(&tell);
            let called = spawn_blocking(move || {
                let mut tell = tell.lock().unwrap_or_else(PoisonError::into_inner);
                tell(&value)
            });
            if !matches!(called.await, Ok(Ok(()))) {
                LISTENER_FAILURES.add();
                tracing::warn!("a listener threw");
            }
            next = values.changed().await;
        }
    });
    Arc::new(CoreSubscription {
        task: task.abort_handle(),
    })
}

/// Tells a list as the splices that lead from what the listener has to what is. A change that it
/// threw at counts as not heard: the next one leads from where it was before.
pub(crate) fn splices<T, S>(
    seen: &mut Vec<Arc<T>>,
    now: &[Arc<T>],
    tell: impl FnOnce(Vec<S>) -> Result<(), ListenerError>,
) -> Result<(), ListenerError>
where
    S: From<sdk::VectorDiff<Arc<T>>>,
{
    let changes = sdk::diff::between(seen, now);
    tell(changes.into_iter().map(S::from).collect())?;
    *seen = now.to_vec();
    Ok(())
}
