//! What a node does: all of it, unless REST, sockets and background work are scaled apart.

/// The parts of the engine that run in this process. All of them by default.
///
/// Every node needs the same storage, and the same broker unless it is the only one. Health
/// (`/livez`, `/readyz`) is answered by all. An address that belongs to a part which does not run
/// here is not found: the proxy in front decides by address who gets a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Answers REST.
    pub api: bool,
    /// Holds sockets.
    pub realtime: bool,
    /// Does what nobody waits for: sends mail, sweeps.
    pub jobs: bool,
}

impl Default for Roles {
    fn default() -> Self {
        Self::ALL
    }
}

impl Roles {
    /// Everything.
    pub const ALL: Self = Self {
        api: true,
        realtime: true,
        jobs: true,
    };

    /// Nothing but health, to choose from: `Roles { api: true, ..Roles::NONE }`.
    pub const NONE: Self = Self {
        api: false,
        realtime: false,
        jobs: false,
    };
}
