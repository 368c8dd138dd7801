//! Several nodes on one database.

use super::{Section, Setting, engine_setting};
use crate::settings::value::Kind;

pub(crate) const REDIS_URL: Setting = Setting::new(
    "redis_url",
    Kind::Text("URL"),
    "What connects several nodes: redis:// or rediss://, redis+sentinel://HOSTS/SERVICE, redis+cluster://HOSTS",
)
.otherwise("none: this node is alone")
.example("redis://:password@localhost:6379")
.secret()
.common();

pub(crate) const REDIS_PREFIX: Setting = Setting::new(
    "redis_prefix",
    Kind::Text("NAME"),
    "What the names of channels and keys in Redis begin with; one for each installation",
)
.default("relaychat");

pub(crate) const ROLES: Setting = Setting::new(
    "roles",
    Kind::List("ROLES"),
    "What this node does: api (REST), realtime (sockets), jobs (mail, sweeps)",
)
.default("api,realtime,jobs")
.common();

const HEARTBEAT: Setting = engine_setting!(
    "heartbeat",
    Kind::Duration,
    cluster.heartbeat_ms,
    "How often a node says that it is there"
);
const DEAD_AFTER: Setting = engine_setting!(
    "dead_after",
    Kind::Duration,
    cluster.dead_after_ms,
    "Silence after which a node counts as gone, with everybody connected to it"
);
const TAIL: Setting = engine_setting!(
    "tail",
    Kind::Duration,
    cluster.tail_ms,
    "How often a node asks the database whether it has been told everything"
);
const TAIL_ALONE: Setting = engine_setting!(
    "tail_alone",
    Kind::Duration,
    cluster.tail_alone_ms,
    "The same while Redis cannot be reached"
);
const GAP: Setting = engine_setting!(
    "gap",
    Kind::Duration,
    cluster.gap_ms,
    "How long a change may stay missing before it is read from the database"
);
const RECHECK_SESSIONS: Setting = engine_setting!(
    "recheck_sessions",
    Kind::Duration,
    cluster.recheck_sessions_ms,
    "How often the sessions of open sockets are looked up again"
);

pub(crate) const SECTION: Section = Section {
    title: "Several nodes",
    settings: &[
        REDIS_URL,
        REDIS_PREFIX,
        ROLES,
        HEARTBEAT,
        DEAD_AFTER,
        TAIL,
        TAIL_ALONE,
        GAP,
        RECHECK_SESSIONS,
    ],
};
