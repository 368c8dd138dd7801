//! The socket's times and bounds.

use super::{Section, Setting, engine_setting};
use crate::settings::value::Kind;

const HELLO_TIMEOUT: Setting = engine_setting!(
    "hello_timeout",
    Kind::Duration,
    realtime.hello_timeout_ms,
    "How long a socket may stay without a hello"
);
const PING_AFTER: Setting = engine_setting!(
    "ping_after",
    Kind::Duration,
    realtime.ping_after_ms,
    "Silence on a socket after which the server pings; below the proxy's read timeout"
);
const PONG_TIMEOUT: Setting = engine_setting!(
    "pong_timeout",
    Kind::Duration,
    realtime.pong_timeout_ms,
    "How long a ping may stay unanswered"
);
const QUEUE_FRAMES: Setting = engine_setting!(
    "queue_frames",
    Kind::Count(16),
    realtime.queue_frames,
    "Most frames that wait for one socket; who reads more slowly is closed and catches up"
);
const QUEUE_SIZE: Setting = engine_setting!(
    "queue_size",
    Kind::Bytes,
    realtime.queue_bytes,
    "Most bytes that wait for one socket, at least 64KiB"
);
const FRAMES_PER_SECOND: Setting = engine_setting!(
    "frames_per_second",
    Kind::Count(1),
    realtime.frames_per_second,
    "Frames a second from one socket, sustained"
);
const FRAME_BURST: Setting = engine_setting!(
    "frame_burst",
    Kind::Count(1),
    realtime.frame_burst,
    "Frames from one socket in a burst"
);
const COMMANDS_IN_FLIGHT: Setting = engine_setting!(
    "commands_in_flight",
    Kind::Count(1),
    realtime.commands_in_flight,
    "Commands of one socket that may wait for their commit at once"
);
const TYPING_THROTTLE: Setting = engine_setting!(
    "typing_throttle",
    Kind::Duration,
    realtime.typing_throttle_ms,
    "Least time between two typing frames for one chat"
);
const TYPING_EXPIRES: Setting = engine_setting!(
    "typing_expires",
    Kind::Duration,
    realtime.typing_expires_ms,
    "How long somebody is shown as typing after the last sign"
);
const OFFLINE_GRACE: Setting = engine_setting!(
    "offline_grace",
    Kind::Duration,
    realtime.offline_grace_ms,
    "How long a person stays online after the last socket"
);
const LAST_SEEN_EVERY: Setting = engine_setting!(
    "last_seen_every",
    Kind::Duration,
    realtime.last_seen_every_ms,
    "How often last-seen times of people who are online are stored"
);
const TOKEN_QUIET: Setting = engine_setting!(
    "token_quiet",
    Kind::Duration,
    realtime.token_quiet_ms,
    "Silence after events before a sync token is sent"
);
const TOKEN_EVERY: Setting = engine_setting!(
    "token_every",
    Kind::Duration,
    realtime.token_every_ms,
    "Longest time between sync tokens while events flow"
);
const DRAIN_WINDOW: Setting = engine_setting!(
    "drain_window",
    Kind::Duration,
    realtime.drain_window_ms,
    "Over how long sockets are closed when the server stops, at most 10s"
);

pub(crate) const SECTION: Section = Section {
    title: "Realtime",
    settings: &[
        HELLO_TIMEOUT,
        PING_AFTER,
        PONG_TIMEOUT,
        QUEUE_FRAMES,
        QUEUE_SIZE,
        FRAMES_PER_SECOND,
        FRAME_BURST,
        COMMANDS_IN_FLIGHT,
        TYPING_THROTTLE,
        TYPING_EXPIRES,
        OFFLINE_GRACE,
        LAST_SEEN_EVERY,
        TOKEN_QUIET,
        TOKEN_EVERY,
        DRAIN_WINDOW,
    ],
};
