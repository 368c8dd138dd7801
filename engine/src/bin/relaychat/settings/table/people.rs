//! Who people are, how they stay logged in, and whom they find.

use super::{Section, Setting, engine_setting};
use crate::settings::value::Kind;

pub(crate) const DIRECTORY: Setting = Setting::new(
    "directory",
    Kind::Choice(&["everyone", "contacts"]),
    "Whom people find without knowing the address",
)
.default("everyone")
.common();

const SESSION_LIFETIME: Setting = engine_setting!(
    "session_lifetime",
    Kind::Duration,
    login.session_lifetime_ms,
    "How long people stay logged in after they were last here"
);

const ACCESS_LIFETIME: Setting = engine_setting!(
    "access_lifetime",
    Kind::Duration,
    login.access_lifetime_ms,
    "How long an access token is valid: what a stolen one is worth"
);

const CODES_PER_NETWORK: Setting = engine_setting!(
    "codes_per_network",
    Kind::Count(1),
    login.codes_per_network,
    "Login codes that one network (an IPv4 address or an IPv6 /64) may ask for in an hour"
);

pub(crate) const SECTION: Section = Section {
    title: "People",
    settings: &[
        DIRECTORY,
        SESSION_LIFETIME,
        ACCESS_LIFETIME,
        CODES_PER_NETWORK,
    ],
};
