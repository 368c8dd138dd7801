//! Webhooks: how far they reach, and how long they may take.

use super::require;

/// Settings of webhooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookConfig {
    /// Whether addresses of this machine and of private networks may be told, and plain `http`.
    /// Only where everybody who holds a server key may reach the network the engine stands in.
    pub allows_private_addresses: bool,
    /// How long a receiver may take to answer: what it does for long it should put off.
    pub timeout_ms: u64,
}

impl Default for WebhookConfig {
    fn default() -> Self {
        Self {
            allows_private_addresses: false,
            timeout_ms: 15_000,
        }
    }
}

/// An attempt must end within the time it was claimed for.
const TIMEOUT_MS_MAX: u64 = 30_000;

impl WebhookConfig {
    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        require(
            problems,
            (100..=TIMEOUT_MS_MAX).contains(&self.timeout_ms),
            "webhooks.timeout_ms must be 100 to 30,000",
        );
    }
}
