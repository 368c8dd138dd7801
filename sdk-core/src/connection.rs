//! The connection to the engine: a machine that decides, and times to wait.

use crate::RelayError;

pub(crate) mod backoff;
pub(crate) mod machine;

/// How the connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// The first attempt is under way.
    Connecting,
    /// Everything works.
    Connected,
    /// The connection was lost, or not found.
    Reconnecting {
        /// Attempts since the last connection.
        attempt: u32,
        /// When the next one starts, or the present one started.
        retry_at_ms: i64,
    },
    /// The device has no network; the client comes back by itself when it has.
    Offline,
    /// Nobody is logged in, or the session has ended.
    SignedOut {
        /// The code of the error that ended it; absent when nobody ever logged in or out on purpose.
        reason: Option<&'static str>,
    },
    /// `close()` was called, or the client cannot be used with this server.
    Closed {
        /// Why, when it was not on purpose.
        error: Option<RelayError>,
    },
}
