//! The way from outside: the listener, the public address, the proxy between them.

use std::{net::TcpStream, time::Duration};

use reqwest::{StatusCode, header, redirect::Policy};

use super::Finding;
use crate::{
    commands::health::reachable,
    settings::{Settings, is_loopback_only},
};

/// How long the public address may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The key of a handshake that nobody continues, from RFC 6455.
const SOCKET_KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

pub(super) async fn examine(settings: &Settings) -> Vec<Finding> {
    let address = reachable(settings.listen);
    if TcpStream::connect_timeout(&address, TIMEOUT).is_err() {
        let detail = format!("nothing listens on {address}: the way to it was not tried");
        return vec![Finding::warn("server", detail, "relaychat serve")];
    }
    let mut findings = vec![Finding::ok("server", format!("it listens on {address}"))];
    let url = settings.engine.public_url.clone().unwrap_or_default();
    findings.push(public(&url).await);
    findings.push(socket(&url).await);
    findings.push(proxy(settings));
    findings
}

fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(Policy::none())
        .build()
}

async fn public(url: &str) -> Finding {
    const WHAT: &str = "public URL";
    let asked = async { client()?.get(format!("{url}/livez")).send().await };
    match asked.await {
        Ok(answer) if answer.status() == StatusCode::OK => {
            Finding::ok(WHAT, format!("{url} leads here"))
        }
        Ok(answer) => Finding::fail(
            WHAT,
            format!("{url}/livez answers {}", answer.status()),
            "the proxy must pass every path on; a path in public_url must be stripped by it",
        ),
        Err(error) => Finding::fail(
            WHAT,
            format!("{url} cannot be reached: {}", error.without_url()),
            "is the name right, the certificate valid, the proxy running?",
        ),
    }
}

async fn socket(url: &str) -> Finding {
    const WHAT: &str = "WebSocket";
    let asked = async {
        let request = client()?
            .get(format!("{url}/v1/ws"))
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, SOCKET_KEY);
        request.send().await
    };
    match asked.await {
        Ok(answer) if answer.status() == StatusCode::SWITCHING_PROTOCOLS => {
            Finding::ok(WHAT, "it opens through the public URL")
        }
        Ok(answer) => Finding::fail(
            WHAT,
            format!("it does not open: {}", answer.status()),
            "the proxy must pass Upgrade and Connection on; see examples/self-host",
        ),
        Err(error) => Finding::fail(WHAT, error.without_url().to_string(), ""),
    }
}

/// Whether limits by network see the people and not the proxy.
fn proxy(settings: &Settings) -> Finding {
    const WHAT: &str = "proxy";
    let engine = &settings.engine;
    let url = engine.public_url.as_deref().unwrap_or_default();
    let is_direct = url == format!("http://{}", settings.listen);
    if is_direct || is_loopback_only(settings.listen, engine) {
        return Finding::ok(WHAT, "none");
    }
    if engine.trusted_proxies.is_empty() {
        return Finding::warn(
            WHAT,
            "trusted_proxies is empty: behind a proxy everybody has its address",
            "set trusted_proxies to the proxy's address, such as 127.0.0.1",
        );
    }
    let count = engine.trusted_proxies.len();
    Finding::ok(
        WHAT,
        format!("X-Forwarded-For is believed from {count} ranges"),
    )
}
