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

pub(crate) const READ_RECEIPTS: Setting = Setting::new(
    "read_receipts",
    Kind::Choice(&["on", "off"]),
    "Whether people are told how far others have read; off: of nobody, whatever they have set",
)
.default("on");

pub(crate) const SYSTEM_LINES: Setting = Setting::new(
    "system_lines",
    Kind::Choice(&["on", "off"]),
    "Whether a line in a group tells who came, who went, and what changed",
)
.default("on");

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

pub(crate) const AUTH: Setting = Setting::new(
    "auth",
    Kind::Choice(&["own", "jwt"]),
    "Who says who somebody is: own accounts with codes by mail, or the tokens of your application",
)
.default("own");

pub(crate) const JWT_SECRET: Setting = Setting::new(
    "jwt_secret",
    Kind::Text("SECRET"),
    "What your application signs its tokens with (HS256), at least 32 bytes",
)
.secret();

pub(crate) const JWT_JWKS_URL: Setting = Setting::new(
    "jwt_jwks_url",
    Kind::Text("URL"),
    "Where the public keys of your application are, in place of jwt_secret",
)
.example("https://www.example.com/.well-known/jwks.json");

pub(crate) const JWT_ISSUER: Setting = Setting::new(
    "jwt_issuer",
    Kind::Text("TEXT"),
    "What iss must be in a token; needed with auth = \"jwt\"",
)
.example("https://www.example.com");

pub(crate) const JWT_AUDIENCE: Setting = Setting::new(
    "jwt_audience",
    Kind::Text("TEXT"),
    "What aud must be or hold in a token; needed with auth = \"jwt\"",
)
.example("chat");

pub(crate) const JWT_NAME_CLAIM: Setting = Setting::new(
    "jwt_name_claim",
    Kind::Text("CLAIM"),
    "The claim with the display name",
)
.default("name");

pub(crate) const JWT_AVATAR_CLAIM: Setting = Setting::new(
    "jwt_avatar_claim",
    Kind::Text("CLAIM"),
    "The claim with the address of a picture",
)
.default("picture");

pub(crate) const SECTION: Section = Section {
    title: "People",
    settings: &[
        DIRECTORY,
        READ_RECEIPTS,
        SYSTEM_LINES,
        SESSION_LIFETIME,
        ACCESS_LIFETIME,
        CODES_PER_NETWORK,
        AUTH,
        JWT_SECRET,
        JWT_JWKS_URL,
        JWT_ISSUER,
        JWT_AUDIENCE,
        JWT_NAME_CLAIM,
        JWT_AVATAR_CLAIM,
    ],
};
