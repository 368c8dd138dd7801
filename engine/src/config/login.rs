//! Codes, links, sessions and tokens. The numbers come from the protocol's list of defaults unless
//! their comment says otherwise.

use super::require;

/// A minute, in milliseconds.
const MINUTE_MS: i64 = 60_000;
/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// How people log in and stay logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginConfig {
    /// Digits of a one-time code.
    pub code_digits: u32,
    /// How long a code and its link are valid.
    pub code_lifetime_ms: i64,
    /// Evaluated tries of one code.
    pub tries_per_code: u32,
    /// Evaluated wrong codes of one account in 24 hours.
    pub failures_per_day: u32,
    /// Mails to one address in a minute.
    pub mails_per_minute: u32,
    /// Mails to one address in an hour.
    pub mails_per_hour: u32,
    /// Mails to one address in a day.
    pub mails_per_day: u32,
    /// Code requests of one network (an IPv4 address or an IPv6 /64) in a minute. Not one, as for an
    /// address: a whole office shares a network.
    pub requests_per_network_minute: u32,
    /// Code requests of one network in an hour.
    pub requests_per_network_hour: u32,
    /// How long a session lasts from its last use.
    pub session_lifetime_ms: i64,
    /// How long an access token is valid.
    pub access_lifetime_ms: i64,
    /// How long a spent refresh token still works, for two tabs that refresh at once.
    pub refresh_grace_ms: i64,
}

impl Default for LoginConfig {
    fn default() -> Self {
        Self {
            code_digits: 6,
            code_lifetime_ms: 10 * MINUTE_MS,
            tries_per_code: 5,
            failures_per_day: 10,
            mails_per_minute: 1,
            mails_per_hour: 5,
            mails_per_day: 10,
            requests_per_network_minute: 10,
            requests_per_network_hour: 60,
            session_lifetime_ms: 15 * DAY_MS,
            access_lifetime_ms: 15 * MINUTE_MS,
            refresh_grace_ms: 30_000,
        }
    }
}

impl LoginConfig {
    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        require(
            problems,
            (6..=10).contains(&self.code_digits),
            "login.code_digits must be 6 to 10",
        );
        require(
            problems,
            (MINUTE_MS..=DAY_MS).contains(&self.code_lifetime_ms),
            "login.code_lifetime_ms must be between a minute and a day",
        );
        require(
            problems,
            (1..=10).contains(&self.tries_per_code) && (1..=100).contains(&self.failures_per_day),
            "login.tries_per_code must be 1 to 10 and login.failures_per_day 1 to 100, or codes can be guessed",
        );
        let rates = [
            self.mails_per_minute,
            self.mails_per_hour,
            self.mails_per_day,
            self.requests_per_network_minute,
            self.requests_per_network_hour,
        ];
        require(
            problems,
            rates.iter().all(|rate| *rate >= 1),
            "login: every number of mails and requests must be at least 1",
        );
        require(
            problems,
            self.access_lifetime_ms >= MINUTE_MS
                && self.session_lifetime_ms >= self.access_lifetime_ms,
            "login.access_lifetime_ms must be at least a minute and at most login.session_lifetime_ms",
        );
        require(
            problems,
            (0..=5 * MINUTE_MS).contains(&self.refresh_grace_ms),
            "login.refresh_grace_ms must be at most five minutes",
        );
    }
}
