//! What an operator or a host application may set: plain structs with defaults, validated once.
//!
//! The library takes a finished [`Config`] and never reads the environment or a file; turning flags,
//! variables and `relaychat.toml` into one is the binary's work. Every problem is reported at once,
//! so that nobody repairs a file line by line.

mod cluster;
mod limits;
mod login;
mod network;
mod realtime;
mod uploads;
mod webhooks;

pub use crate::http::Network;
pub use cluster::ClusterConfig;
pub use limits::Limits;
pub use login::LoginConfig;
pub use network::WebOrigin;
pub use realtime::RealtimeConfig;
pub use uploads::{UploadConfig, UploadReads};
pub use webhooks::WebhookConfig;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Sizes and rates.
    pub limits: Limits,
    /// Codes, links, sessions and tokens.
    pub login: LoginConfig,
    /// The socket.
    pub realtime: RealtimeConfig,
    /// Uploaded files.
    pub uploads: UploadConfig,
    /// Several nodes.
    pub cluster: ClusterConfig,
    /// Webhooks.
    pub webhooks: WebhookConfig,
    /// Address under which people reach the engine, with the prefix it is nested under and without
    /// a slash at the end, such as `https://chat.example.com`. Links in mails start with it.
    pub public_url: Option<String>,
    /// Web origins, beside the engine's own, whose pages may call the API and open sockets.
    pub allowed_origins: Vec<WebOrigin>,
    /// Proxies whose `X-Forwarded-For` is believed. Empty: nobody's is.
    pub trusted_proxies: Vec<Network>,
    /// Whom a person finds in the list of people.
    pub directory: DirectoryPolicy,
    /// Whether people are told how far others have read. Off, it is told of nobody, whatever they
    /// have set; what was told before stays.
    pub read_receipts: bool,
    /// Whether a line in the history of a group tells who came, who went, and what changed. Off,
    /// none are written; those that are there stay.
    pub system_lines: bool,
    /// What mails and pages call this installation.
    pub name: DisplayName,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            login: LoginConfig::default(),
            realtime: RealtimeConfig::default(),
            uploads: UploadConfig::default(),
            cluster: ClusterConfig::default(),
            webhooks: WebhookConfig::default(),
            public_url: None,
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            directory: DirectoryPolicy::default(),
            read_receipts: true,
            system_lines: true,
            name: DisplayName::default(),
        }
    }
}

/// Whom a person finds in the list of people without knowing their address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DirectoryPolicy {
    /// Everybody: a company, a family, a club.
    #[default]
    Everyone,
    /// Only those who share a chat already; others are found by their exact address.
    Contacts,
}

/// The name of an installation, `RelayChat` unless it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(pub String);

impl Default for DisplayName {
    fn default() -> Self {
        Self("RelayChat".to_owned())
    }
}

/// Settings that cannot work, all of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Checks every section.
    ///
    /// # Errors
    /// Lists all problems, one sentence each.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let mut problems = Vec::new();
        self.limits.validate(&mut problems);
        self.login.validate(&mut problems);
        self.realtime.validate(&mut problems);
        self.webhooks.validate(&mut problems);
        self.cluster.validate(&mut problems);
        if let Some(url) = &self.public_url {
            network::validate_public_url(url, &mut problems);
        }
        if self.name.0.trim().is_empty() || self.name.0.chars().any(char::is_control) {
            problems.push("name must be one line with at least one character".to_owned());
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(ConfigError(problems))
        }
    }

    /// The web origin of [`Self::public_url`].
    #[must_use]
    pub fn public_origin(&self) -> Option<WebOrigin> {
        self.public_url.as_deref().and_then(WebOrigin::of_url)
    }
}

/// Adds a problem unless `is_fine`.
fn require(problems: &mut Vec<String>, is_fine: bool, problem: &str) {
    if !is_fine {
        problems.push(problem.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(Config::default().validate(), Ok(()));
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let config = Config {
            public_url: Some("chat.example.com".to_owned()),
            limits: Limits {
                send_burst: 0,
                ..Limits::default()
            },
            name: DisplayName(String::new()),
            ..Config::default()
        };
        let ConfigError(problems) = config.validate().expect_err("three problems");
        assert_eq!(problems.len(), 3, "{problems:?}");
    }
}
