//! A value that can be read now and watched: the one way in which the client tells anything.
//!
//! Snapshots are immutable and shared; an unchanged part keeps its `Arc` from one snapshot to the
//! next, so that a user interface compares pointers. A slow watcher sees the newest value, never a
//! queue of old ones.

use std::sync::Arc;

use tokio::sync::watch;

/// A value that can be read now and watched.
#[derive(Clone, Debug)]
pub struct Observable<T> {
    receiver: watch::Receiver<Arc<T>>,
}

impl<T> Observable<T> {
    /// The present value. The same `Arc` until it changes.
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&self.receiver.borrow())
    }

    /// Watches it from now on. Dropping the subscription ends it.
    #[must_use]
    pub fn subscribe(&self) -> Subscription<T> {
        let mut receiver = self.receiver.clone();
        receiver.mark_unchanged();
        Subscription { receiver }
    }
}

/// A watched [`Observable`].
#[derive(Debug)]
pub struct Subscription<T> {
    receiver: watch::Receiver<Arc<T>>,
}

impl<T> Subscription<T> {
    /// The present value.
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&self.receiver.borrow())
    }

    /// Waits for the next change and returns the value then; `None` once it can change no more.
    pub async fn changed(&mut self) -> Option<Arc<T>> {
        self.receiver.changed().await.ok()?;
        Some(Arc::clone(&self.receiver.borrow_and_update()))
    }

    /// Waits until `is_met` holds, which may be now; `None` once that can happen no more.
    pub async fn until(&mut self, mut is_met: impl FnMut(&T) -> bool) -> Option<Arc<T>> {
        let found = self.receiver.wait_for(|value| is_met(value)).await.ok()?;
        Some(Arc::clone(&found))
    }
}

/// The side that sets the value.
#[derive(Debug)]
pub(crate) struct Publisher<T> {
    sender: watch::Sender<Arc<T>>,
}

impl<T: PartialEq> Publisher<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            sender: watch::Sender::new(Arc::new(value)),
        }
    }

    /// Sets the value and tells the watchers, unless it is what it was.
    pub(crate) fn set(&self, value: T) {
        self.sender.send_if_modified(|present| {
            let is_new = **present != value;
            if is_new {
                *present = Arc::new(value);
            }
            is_new
        });
    }

    pub(crate) fn observe(&self) -> Observable<T> {
        Observable {
            receiver: self.sender.subscribe(),
        }
    }

    pub(crate) fn is_observed(&self) -> bool {
        self.sender.receiver_count() > 0
    }
}
