//! The connection machine: decides what to do next, and does nothing itself.
//!
//! ```text
//!            start                 token               opened              ready
//!   Resting ───────▶ Authorizing ─────────▶ Opening ─────────▶ Greeting ─────────▶ Live
//!      ▲                  ▲  │ failed          │ refused           │ closed          │ closed, silent
//!      │ signed out,      │  ▼                 ▼                   ▼                 ▼
//!      │ for good       Waiting ◀───────────────────────────────────────────────────┘
//!      └───────────────── any          network gone ──▶ Offline ──▶ network back ──▶ Authorizing
//! ```
//!
//! Inputs are what happened, [`Action`]s what the runtime must do. Everything that takes time
//! belongs to an *epoch*; a result of an earlier epoch is ignored, so that a slow token or a late
//! close cannot disturb the present attempt. Close codes 44xx mean "not as you are": 4401 asks for
//! another token, the others rest for good. Everything else comes back with back-off.

use relaychat_protocol::{ErrorCode, frames::close_code};

use super::{ConnectionState, backoff};
use crate::{RelayError, TokenReason};

/// Silence after which the client asks whether the server is there. Below the 25 s between the
/// server's own pings, which a browser does not show.
const SILENCE_MS: i64 = 20_000;
/// How long the answer to that may take: that of the server for its own pings.
const PONG_MS: i64 = 10_000;
/// How long one attempt may take: a slow phone network needs seconds, not more.
const ATTEMPT_MS: i64 = 20_000;
/// A connection that lasted this long was a good one: the next wait is short again.
const GOOD_AFTER_MS: i64 = 1_000;
/// Refused tokens in a row after which the person is logged out: one may have expired on its way,
/// a second may come from a cache of the application.
const REFUSED_TOKENS: u32 = 3;

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    Start,
    Token,
    TokenFailed(RelayError),
    Opened,
    Refused(Option<u16>),
    Ready,
    Received,
    Closed(Option<u16>),
    Tick,
    Network(bool),
    ReconnectNow,
    SignOut(Option<&'static str>),
    Stop(Option<RelayError>),
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    FetchToken { epoch: u64, reason: TokenReason },
    OpenSocket { epoch: u64 },
    SendHello,
    SendPing,
    DropSocket,
}

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Resting(ConnectionState),
    Offline,
    Waiting { retry_at_ms: i64 },
    Authorizing { since_ms: i64 },
    Opening { since_ms: i64 },
    Greeting { since_ms: i64 },
    Live { since_ms: i64 },
}

/// The machine.
#[derive(Debug)]
pub(crate) struct Machine {
    phase: Phase,
    epoch: u64,
    attempt: u32,
    is_network_online: bool,
    refused_tokens: u32,
    last_received_ms: i64,
    ping_sent_ms: Option<i64>,
    actions: Vec<Action>,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            phase: Phase::Resting(ConnectionState::Connecting),
            epoch: 0,
            attempt: 0,
            is_network_online: true,
            refused_tokens: 0,
            last_received_ms: 0,
            ping_sent_ms: None,
            actions: Vec::new(),
        }
    }

    /// Whether a result of `epoch` still matters.
    pub(crate) fn is_current(&self, epoch: u64) -> bool {
        self.epoch == epoch
    }

    pub(crate) fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live { .. })
    }

    /// Whether it was stopped for ever.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(
            self.phase,
            Phase::Resting(ConnectionState::Closed { error: None })
        )
    }

    /// How the connection is, for people.
    pub(crate) fn state(&self) -> ConnectionState {
        match &self.phase {
            Phase::Resting(state) => state.clone(),
            Phase::Offline => ConnectionState::Offline,
            Phase::Live { .. } => ConnectionState::Connected,
            Phase::Waiting { retry_at_ms } => self.under_way(*retry_at_ms),
            Phase::Authorizing { since_ms }
            | Phase::Opening { since_ms }
            | Phase::Greeting { since_ms } => self.under_way(*since_ms),
        }
    }

    fn under_way(&self, retry_at_ms: i64) -> ConnectionState {
        match self.attempt {
            0 => ConnectionState::Connecting,
            attempt => ConnectionState::Reconnecting {
                attempt,
                retry_at_ms,
            },
        }
    }

    /// When [`Input::Tick`] is due.
    pub(crate) fn deadline_ms(&self) -> Option<i64> {
        match self.phase {
            Phase::Resting(_) | Phase::Offline => None,
            Phase::Waiting { retry_at_ms } => Some(retry_at_ms),
            Phase::Authorizing { since_ms }
            | Phase::Opening { since_ms }
            | Phase::Greeting { since_ms } => Some(since_ms + ATTEMPT_MS),
            Phase::Live { .. } => Some(match self.ping_sent_ms {
                Some(sent_ms) => sent_ms + PONG_MS,
                None => self.last_received_ms + SILENCE_MS,
            }),
        }
    }

    /// Takes what happened and says what to do. `unit` is a random number from 0 to 1.
    pub(crate) fn handle(&mut self, input: Input, now_ms: i64, unit: f64) -> Vec<Action> {
        match (input, self.phase.clone()) {
            (Input::Stop(error), _) => self.rest(ConnectionState::Closed { error }),
            (Input::SignOut(reason), _) if !self.is_closed() => {
                self.rest(ConnectionState::SignedOut { reason });
            }
            (_, Phase::Resting(ConnectionState::Closed { error: None })) => {}
            (Input::Start, Phase::Resting(_)) => self.start(now_ms),
            (Input::Network(is_online), phase) => self.network(is_online, &phase, now_ms),
            (Input::ReconnectNow, Phase::Waiting { .. } | Phase::Offline) => {
                self.authorize(TokenReason::Connect, now_ms);
            }
            (Input::Token, Phase::Authorizing { .. }) => {
                self.phase = Phase::Opening { since_ms: now_ms };
                let epoch = self.epoch;
                self.actions.push(Action::OpenSocket { epoch });
            }
            (Input::TokenFailed(error), Phase::Authorizing { .. }) => {
                self.token_failed(&error, now_ms, unit);
            }
            (Input::Opened, Phase::Opening { .. }) => {
                self.phase = Phase::Greeting { since_ms: now_ms };
                self.actions.push(Action::SendHello);
            }
            (Input::Refused(status), Phase::Opening { .. }) => self.refused(status, now_ms, unit),
            (Input::Ready, Phase::Greeting { .. }) => {
                self.phase = Phase::Live { since_ms: now_ms };
                (self.refused_tokens, self.ping_sent_ms) = (0, None);
                self.last_received_ms = now_ms;
            }
            (Input::Received, Phase::Live { .. }) => {
                (self.last_received_ms, self.ping_sent_ms) = (now_ms, None);
            }
            (Input::Closed(code), Phase::Greeting { .. } | Phase::Live { .. }) => {
                self.closed(code, now_ms, unit);
            }
            (Input::Tick, phase) => self.tick(&phase, now_ms, unit),
            _ => {}
        }
        std::mem::take(&mut self.actions)
    }

    fn start(&mut self, now_ms: i64) {
        (self.attempt, self.refused_tokens) = (0, 0);
        if self.is_network_online {
            self.authorize(TokenReason::Connect, now_ms);
        } else {
            self.phase = Phase::Offline;
        }
    }

    fn authorize(&mut self, reason: TokenReason, now_ms: i64) {
        self.leave();
        self.phase = Phase::Authorizing { since_ms: now_ms };
        let epoch = self.epoch;
        let reason = match self.refused_tokens {
            0 => reason,
            _ => TokenReason::Rejected,
        };
        self.actions.push(Action::FetchToken { epoch, reason });
    }

    /// Gives up whatever is under way.
    fn leave(&mut self) {
        self.epoch += 1;
        self.ping_sent_ms = None;
        self.actions.push(Action::DropSocket);
    }

    fn rest(&mut self, state: ConnectionState) {
        self.leave();
        self.phase = Phase::Resting(state);
    }

    fn network(&mut self, is_online: bool, phase: &Phase, now_ms: i64) {
        self.is_network_online = is_online;
        match (is_online, phase) {
            (_, Phase::Resting(_)) | (false, Phase::Offline) => {}
            (false, _) => {
                self.attempt = self.attempt.max(1);
                self.leave();
                self.phase = Phase::Offline;
            }
            (true, Phase::Offline | Phase::Waiting { .. }) => {
                self.authorize(TokenReason::Connect, now_ms);
            }
            // A network came while another was there: the old one may be dead already.
            (true, Phase::Live { .. }) if self.ping_sent_ms.is_none() => self.ping(now_ms),
            (true, _) => {}
        }
    }

    fn ping(&mut self, now_ms: i64) {
        self.ping_sent_ms = Some(now_ms);
        self.actions.push(Action::SendPing);
    }

    fn tick(&mut self, phase: &Phase, now_ms: i64, unit: f64) {
        if self.deadline_ms().is_none_or(|due_ms| due_ms > now_ms) {
            return;
        }
        match phase {
            Phase::Resting(_) | Phase::Offline => {}
            Phase::Waiting { .. } => self.authorize(TokenReason::Connect, now_ms),
            Phase::Live { .. } if self.ping_sent_ms.is_none() => self.ping(now_ms),
            Phase::Live { .. }
            | Phase::Authorizing { .. }
            | Phase::Opening { .. }
            | Phase::Greeting { .. } => self.wait(None, now_ms, unit),
        }
    }

    fn wait(&mut self, at_least_ms: Option<u64>, now_ms: i64, unit: f64) {
        if let Phase::Live { since_ms } = self.phase
            && now_ms - since_ms >= GOOD_AFTER_MS
        {
            self.attempt = 0;
        }
        self.leave();
        self.attempt += 1;
        let wait_ms = backoff::wait_ms(self.attempt, unit) + at_least_ms.unwrap_or(0);
        self.phase = Phase::Waiting {
            retry_at_ms: now_ms.saturating_add_unsigned(wait_ms),
        };
    }

    fn token_failed(&mut self, error: &RelayError, now_ms: i64, unit: f64) {
        if error.is_unauthenticated() {
            let reason = Some(error.code);
            self.rest(ConnectionState::SignedOut { reason });
        } else {
            self.wait(error.retry_after_ms, now_ms, unit);
        }
    }

    /// What the HTTP status of a refused upgrade says is what a close code says.
    fn refused(&mut self, status: Option<u16>, now_ms: i64, unit: f64) {
        let code = match status {
            Some(401) => Some(close_code::UNAUTHENTICATED),
            Some(403) => Some(close_code::ORIGIN),
            Some(426) => Some(close_code::VERSION),
            _ => None,
        };
        self.closed(code, now_ms, unit);
    }

    fn closed(&mut self, code: Option<u16>, now_ms: i64, unit: f64) {
        match code {
            Some(close_code::UNAUTHENTICATED) => self.token_refused(now_ms, unit),
            Some(close_code::ORIGIN) => self.fail(ErrorCode::OriginNotAllowed),
            Some(close_code::REFUSED) => self.fail(ErrorCode::Rejected),
            Some(close_code::VERSION) => self.fail(ErrorCode::ProtocolUnsupported),
            Some(close_code::MALFORMED) => self.fail(ErrorCode::MalformedRequest),
            // Too many sockets of this person: coming back would throw another one out.
            Some(close_code::REPLACED) => self.fail(ErrorCode::RateLimited),
            _ => self.wait(None, now_ms, unit),
        }
    }

    fn fail(&mut self, code: ErrorCode) {
        let error = Some(RelayError::of(code, "the server ended the connection"));
        self.rest(ConnectionState::Closed { error });
    }

    fn token_refused(&mut self, now_ms: i64, unit: f64) {
        self.refused_tokens += 1;
        match self.refused_tokens {
            1 => {
                self.attempt = self.attempt.max(1);
                self.authorize(TokenReason::Rejected, now_ms);
            }
            tries if tries < REFUSED_TOKENS => self.wait(None, now_ms, unit),
            _ => self.rest(ConnectionState::SignedOut {
                reason: Some(ErrorCode::Unauthenticated.as_str()),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
