//! Sessions and tokens. How codes are made and guarded is no setting: weaker would be a hole. The
//! numbers come from the protocol's list of defaults unless their comment says otherwise.

use super::require;
use crate::{
    limits,
    mailer::{LoginTemplate, Templates},
};

/// A minute, in milliseconds.
const MINUTE_MS: i64 = 60_000;

/// How people stay logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginConfig {
    /// Code requests of one network (an IPv4 address or an IPv6 /64) in an hour. Not as few as of
    /// an address: a whole office shares a network.
    pub codes_per_network: u32,
    /// How long a session lasts from its last use.
    pub session_lifetime_ms: i64,
    /// How long an access token is valid. A host may choose as long as a session.
    pub access_lifetime_ms: i64,
    /// Login mails in further languages, or in other words than ours.
    pub mails: Vec<LoginTemplate>,
}

impl Default for LoginConfig {
    fn default() -> Self {
        Self {
            codes_per_network: limits::CODES_PER_NETWORK,
            session_lifetime_ms: limits::SESSION_TTL_MS,
            access_lifetime_ms: limits::ACCESS_TOKEN_TTL_MS,
            mails: Vec::new(),
        }
    }
}

impl LoginConfig {
    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        for mail in &self.mails {
            if let Err(error) = Templates::new("", None).with_login(mail.clone()) {
                problems.push(format!("login.mails: {error}"));
            }
        }
        require(
            problems,
            self.codes_per_network >= 1,
            "login.codes_per_network must be at least 1",
        );
        require(
            problems,
            self.access_lifetime_ms >= MINUTE_MS
                && self.session_lifetime_ms >= self.access_lifetime_ms,
            "login.access_lifetime_ms must be at least a minute and at most login.session_lifetime_ms",
        );
    }
}
