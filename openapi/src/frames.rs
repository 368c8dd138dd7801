//! Frames of the WebSocket: JSON objects discriminated on `type`.
//!
//! `realtime.md` beside this crate tells the whole story in prose.

pub mod client;
pub mod server;

pub use client::ClientFrame;
pub use server::ServerFrame;

/// Why the server closed a socket.
///
/// 44xx: do not come back as you are. 45xx: come back with back-off.
pub mod close_code {
    /// A frame was not a documented JSON object.
    pub const MALFORMED: u16 = 4400;
    /// Not logged in, the access token expired, or the session was revoked.
    pub const UNAUTHENTICATED: u16 = 4401;
    /// The web origin may not connect.
    pub const ORIGIN: u16 = 4403;
    /// No `hello` in time.
    pub const AUTHENTICATION_TIMEOUT: u16 = 4408;
    /// A newer socket took the place of this one (too many sockets of one user).
    pub const REPLACED: u16 = 4409;
    /// The host application refuses the connection.
    pub const REFUSED: u16 = 4430;
    /// No common protocol version.
    pub const VERSION: u16 = 4426;
    /// The server failed.
    pub const INTERNAL: u16 = 4500;
    /// The server is shutting down.
    pub const DRAINING: u16 = 4503;
    /// The client did not read fast enough.
    pub const SLOW_CONSUMER: u16 = 4508;
    /// The server lost track: resume with the last token.
    pub const RESYNC: u16 = 4510;
    /// Too many frames or connections.
    pub const RATE_LIMITED: u16 = 4529;
}
