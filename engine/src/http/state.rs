//! What every handler can reach.

use std::{sync::Arc, time::Duration};

use relaychat_protocol::rest::limits::Limits;

use super::Network;
use crate::{config::Config, services::Services};

/// State of the REST routes.
#[derive(Clone, Debug)]
pub(crate) struct ApiState {
    /// The use cases.
    pub(crate) services: Arc<Services>,
    /// Settings of HTTP.
    pub(crate) settings: Arc<HttpSettings>,
    /// The limits in force, as they are listed.
    pub(crate) limits: Arc<Limits>,
}

/// Settings of HTTP. Built and checked by `config`.
#[derive(Clone, Debug)]
pub(crate) struct HttpSettings {
    /// Web origins whose pages may call, beside the engine's own; empty for none.
    pub(crate) allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<Network>,
    /// Everything that is set, for what decides by it.
    pub(crate) config: Arc<Config>,
    /// How long a REST request may take, with its body.
    pub(crate) request_timeout: Duration,
    /// Whether files are read at the store's own addresses, where it signs any.
    pub(crate) redirects_to_store: bool,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            config: Arc::default(),
            // 64 KiB at the speed of a bad phone network, and any transaction, take far less.
            request_timeout: Duration::from_secs(30),
            redirects_to_store: false,
        }
    }
}
