//! What lives in this process because of this library: for tests that look for leaks, and for
//! reports of applications that suspect one.

use std::sync::atomic::{AtomicU64, Ordering};

/// What lives now, over all clients of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct LiveCounts {
    /// Clients that are not shut down.
    pub clients: u64,
    /// Threads of those clients.
    pub threads: u64,
    /// Listeners that are still told.
    pub subscriptions: u64,
    /// Calls that wait for an answer.
    pub calls: u64,
    /// How often a listener has thrown since the process began.
    pub listener_failures: u64,
}

/// Counts what lives in this process.
#[uniffi::export]
#[must_use]
pub fn live_counts() -> LiveCounts {
    LiveCounts {
        clients: CLIENTS.get(),
        threads: THREADS.get(),
        subscriptions: SUBSCRIPTIONS.get(),
        calls: CALLS.get(),
        listener_failures: LISTENER_FAILURES.get(),
    }
}

pub(crate) static CLIENTS: Counter = Counter::new();
pub(crate) static THREADS: Counter = Counter::new();
pub(crate) static SUBSCRIPTIONS: Counter = Counter::new();
pub(crate) static CALLS: Counter = Counter::new();
pub(crate) static LISTENER_FAILURES: Counter = Counter::new();

#[derive(Debug)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn remove(&self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Counts one more for as long as what is returned lives.
    pub(crate) fn hold(&'static self) -> Held {
        self.add();
        Held(self)
    }
}

/// One that is counted.
#[derive(Debug)]
pub(crate) struct Held(&'static Counter);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.remove();
    }
}
