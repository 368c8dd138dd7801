//! What one user may do.

use super::{Section, Setting, engine_setting};
use crate::settings::value::Kind;

pub(crate) const RATE_LIMITS: Setting = Setting::new(
    "rate_limits",
    Kind::Choice(&["on", "off"]),
    "Whether users are slowed down; off is for load tests",
)
.default("on");

const SENDS_PER_SECOND: Setting = engine_setting!(
    "sends_per_second",
    Kind::Count(1),
    limits.sends_per_second,
    "Messages a second of one user, sustained"
);
const SEND_BURST: Setting = engine_setting!(
    "send_burst",
    Kind::Count(1),
    limits.send_burst,
    "Messages of one user in a burst"
);
const REQUESTS_PER_SECOND: Setting = engine_setting!(
    "requests_per_second",
    Kind::Count(1),
    limits.requests_per_second,
    "Requests a second of one user, sustained"
);
const REQUEST_BURST: Setting = engine_setting!(
    "request_burst",
    Kind::Count(1),
    limits.request_burst,
    "Requests of one user in a burst"
);
const SEARCHES_PER_SECOND: Setting = engine_setting!(
    "searches_per_second",
    Kind::Count(1),
    limits.searches_per_second,
    "Searches a second of one user, sustained"
);
const SEARCH_BURST: Setting = engine_setting!(
    "search_burst",
    Kind::Count(1),
    limits.search_burst,
    "Searches of one user in a burst"
);
const EDIT_WINDOW: Setting = engine_setting!(
    "edit_window",
    Kind::Duration,
    limits.edit_window_ms,
    "How long after it was sent a message can be edited; 0s: not at all"
);
const GROUP_MEMBERS: Setting = engine_setting!(
    "group_members",
    Kind::Count(1),
    limits.group_members,
    "Members of a group; chats that belong to objects of the host may have more"
);
const SOCKETS_PER_USER: Setting = engine_setting!(
    "sockets_per_user",
    Kind::Count(1),
    limits.sockets_per_user,
    "Sockets one user may hold"
);
const SOCKETS_PER_IP: Setting = engine_setting!(
    "sockets_per_ip",
    Kind::Count(1),
    limits.sockets_per_ip,
    "Sockets one network address may hold"
);
const WATCHED_USERS: Setting = engine_setting!(
    "watched_users",
    Kind::Count(1),
    limits.watched_users,
    "People one socket may watch the presence of"
);
const IMAGE_SIZE: Setting = engine_setting!(
    "image_size",
    Kind::Bytes,
    limits.image_bytes,
    "Largest image file, at most 100MiB"
);
const FILE_SIZE: Setting = engine_setting!(
    "file_size",
    Kind::Bytes,
    limits.file_bytes,
    "Largest file of any type, at most 4GiB; 0B: none but images"
);
const UPLOADS_PER_USER: Setting = engine_setting!(
    "uploads_per_user",
    Kind::Bytes,
    limits.user_bytes,
    "Room for all uploads of one user; 0B: as much as they like"
);
const IMAGE_PIXELS: Setting = engine_setting!(
    "image_pixels",
    Kind::Count(1),
    limits.image_pixels,
    "Most pixels of an image, at most 100 million"
);

pub(crate) const SECTION: Section = Section {
    title: "Limits",
    settings: &[
        RATE_LIMITS,
        SENDS_PER_SECOND,
        SEND_BURST,
        REQUESTS_PER_SECOND,
        REQUEST_BURST,
        SEARCHES_PER_SECOND,
        SEARCH_BURST,
        EDIT_WINDOW,
        GROUP_MEMBERS,
        SOCKETS_PER_USER,
        SOCKETS_PER_IP,
        WATCHED_USERS,
        IMAGE_SIZE,
        IMAGE_PIXELS,
        FILE_SIZE,
        UPLOADS_PER_USER,
    ],
};
