//! The socket's times and bounds. The numbers come from the protocol's list of defaults unless
//! their comment says otherwise.

use super::require;

/// Times and bounds of the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealtimeConfig {
    /// How long a socket may stay without a `hello`.
    pub hello_timeout_ms: u64,
    /// Silence after which the server pings.
    pub ping_after_ms: u64,
    /// How long a ping may stay unanswered.
    pub pong_timeout_ms: u64,
    /// Most frames that wait for one socket.
    pub queue_frames: usize,
    /// Most bytes that wait for one socket.
    pub queue_bytes: usize,
    /// Frames a second from one socket, sustained: ten times what a fast typist causes.
    pub frames_per_second: u32,
    /// Frames from one socket in a burst: marks and watches of a client that comes back.
    pub frame_burst: u32,
    /// Commands of one socket that may wait for their commit at the same time.
    pub commands_in_flight: usize,
    /// Least time between two `typing` frames for one chat.
    pub typing_throttle_ms: u64,
    /// How long a `typing` event is valid.
    pub typing_expires_ms: u64,
    /// How long a person stays online after the last socket: a reload takes less.
    pub offline_grace_ms: u64,
    /// How often last-seen times of people who are online are stored.
    pub last_seen_every_ms: u64,
    /// Silence after events before a `token` frame.
    pub token_quiet_ms: u64,
    /// Longest time between `token` frames while events flow.
    pub token_every_ms: u64,
    /// Over how long sockets are closed by a drain, so that clients do not come back all at once.
    /// A third of the 15 seconds in which a drain must end.
    pub drain_window_ms: u64,
}

impl Default for RealtimeConfig {
    fn default() -> Self {
        Self {
            hello_timeout_ms: 10_000,
            ping_after_ms: 25_000,
            pong_timeout_ms: 10_000,
            queue_frames: 1_000,
            queue_bytes: 256 * 1024,
            frames_per_second: 50,
            frame_burst: 200,
            commands_in_flight: 64,
            typing_throttle_ms: 3_000,
            typing_expires_ms: 6_000,
            offline_grace_ms: 3_000,
            last_seen_every_ms: 60_000,
            token_quiet_ms: 1_000,
            token_every_ms: 5_000,
            drain_window_ms: 5_000,
        }
    }
}

impl RealtimeConfig {
    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        let is_timed = self.hello_timeout_ms > 0
            && self.ping_after_ms > 0
            && self.pong_timeout_ms > 0
            && self.last_seen_every_ms > 0;
        require(
            problems,
            is_timed,
            "realtime: hello_timeout_ms, ping_after_ms, pong_timeout_ms and last_seen_every_ms must be above 0",
        );
        require(
            problems,
            self.queue_frames >= 16 && self.queue_bytes >= 64 * 1024,
            "realtime.queue_frames must be at least 16 and realtime.queue_bytes at least 64 KiB",
        );
        require(
            problems,
            self.frames_per_second >= 1 && self.frame_burst >= 1 && self.commands_in_flight >= 1,
            "realtime: frames_per_second, frame_burst and commands_in_flight must be at least 1",
        );
        require(
            problems,
            self.typing_expires_ms > self.typing_throttle_ms,
            "realtime.typing_expires_ms must be above realtime.typing_throttle_ms, or typing flickers",
        );
        require(
            problems,
            self.drain_window_ms <= 10_000,
            "realtime.drain_window_ms must be at most 10000: a drain ends within 15 seconds",
        );
    }
}
