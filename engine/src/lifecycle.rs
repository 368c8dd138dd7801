//! The end of an engine: which tasks there are, and how they learn that it is time.

use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Shared by everything that runs in the background. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lifecycle {
    /// Cancelled when the drain begins: nothing new is let in.
    pub(crate) draining: CancellationToken,
    /// Cancelled when the sockets have closed: background tasks end after what they are doing.
    pub(crate) stopping: CancellationToken,
    /// Open sockets, from the upgrade on.
    pub(crate) sockets: TaskTracker,
    /// Background tasks.
    pub(crate) tasks: TaskTracker,
}

impl Lifecycle {
    /// Whether the drain has begun.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }
}
