//! Before the upgrade: who may open a socket at all. Refusals are HTTP answers.
//!
//! Browsers send the page's origin and no `Authorization`; native clients the other way round. A
//! page of a foreign origin is refused here, before it costs a socket, so that it can never act
//! with what its visitor is allowed to do.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use relaychat_protocol::ErrorCode;

use super::{Realtime, connection, limits::IpSlot, socket::Upgrade};
use crate::{
    config::{Config, WebOrigin},
    http::{ApiError, ClientIp},
    services::ServiceError,
};

/// How long a refused client should wait when the server is shutting down: a restart.
const DRAINING_RETRY_MS: u64 = 3_000;
/// How long a network address with too many sockets should wait.
const CROWDED_RETRY_MS: u64 = 30_000;

/// `GET /v1/ws`.
pub(super) async fn open(State(realtime): State<Realtime>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    match admit(&realtime, &mut parts).await {
        Ok(admitted) => admitted.accept(realtime),
        Err(refusal) => refuse(refusal),
    }
}

struct Admitted {
    upgrade: Upgrade,
    /// The access token of the request, which has been found to be good.
    authorization: Option<String>,
    slot: Option<IpSlot>,
}

impl Admitted {
    /// Answers with 101 and serves the socket from then on.
    fn accept(self, realtime: Realtime) -> Response {
        let accept = self.upgrade.accept();
        let sockets = realtime.lifecycle.sockets.clone();
        sockets.spawn(async move {
            let _slot = self.slot;
            if let Some(socket) = self.upgrade.socket().await {
                connection::run(realtime, socket, self.authorization).await;
            }
        });
        let headers = [
            (header::CONNECTION, HeaderValue::from_static("upgrade")),
            (header::UPGRADE, HeaderValue::from_static("websocket")),
            (header::SEC_WEBSOCKET_ACCEPT, accept),
        ];
        (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
    }
}

async fn admit(realtime: &Realtime, parts: &mut Parts) -> Result<Admitted, ServiceError> {
    if realtime.lifecycle.is_draining() {
        return Err(ServiceError {
            retry_after_ms: Some(DRAINING_RETRY_MS),
            ..ServiceError::new(ErrorCode::Draining)
        });
    }
    let upgrade =
        Upgrade::of(parts).ok_or_else(|| ServiceError::new(ErrorCode::UpgradeRequired))?;
    if !is_origin_allowed(&realtime.config, &parts.headers) {
        return Err(ServiceError::new(ErrorCode::OriginNotAllowed));
    }
    let authorization = bearer(&parts.headers)?.map(str::to_owned);
    if let Some(token) = &authorization {
        realtime.services.authenticate(token).await?;
    }
    let slot = take_slot(realtime, parts)?;
    Ok(Admitted {
        upgrade,
        authorization,
        slot,
    })
}

/// A page may connect when it comes from the host it connects to, from the public address, or from
/// an origin on the list. No origin at all: not a browser.
fn is_origin_allowed(config: &Config, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Some(origin) = text(origin).and_then(|origin| origin.parse::<WebOrigin>().ok()) else {
        return false;
    };
    let host = headers.get(header::HOST).and_then(text).unwrap_or("");
    let is_own_host = ["http", "https"]
        .iter()
        .filter_map(|scheme| WebOrigin::of_url(&format!("{scheme}://{host}")))
        .any(|own| own == origin);
    is_own_host
        || config.public_origin().as_ref() == Some(&origin)
        || config.allowed_origins.contains(&origin)
}

/// The access token of an `Authorization` header. Anything but a bearer token is an error: whoever
/// sends the header means to be known.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, ServiceError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    text(value)
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| Some(token.trim()))
        .ok_or_else(|| ServiceError::new(ErrorCode::Unauthenticated))
}

/// A place among the sockets of the client's network address. Without a peer address (a host that
/// serves over something else) there is nothing to count by.
fn take_slot(realtime: &Realtime, parts: &Parts) -> Result<Option<IpSlot>, ServiceError> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| peer.ip());
    let trusted_proxies = &realtime.config.trusted_proxies;
    let ClientIp(Some(ip)) = ClientIp::decide(peer, &parts.headers, trusted_proxies) else {
        return Ok(None);
    };
    realtime
        .ip_slots
        .take(ip)
        .map(Some)
        .ok_or_else(|| ServiceError::rate_limited(ErrorCode::RateLimited, CROWDED_RETRY_MS))
}

/// The problem itself is made by the layer around all routes; this adds what the refusal of an
/// upgrade needs beside it.
fn refuse(error: ServiceError) -> Response {
    let code = error.code;
    let mut response = ApiError::from(error).into_response();
    if code == ErrorCode::UpgradeRequired {
        let headers = response.headers_mut();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(
            header::SEC_WEBSOCKET_VERSION,
            HeaderValue::from_static("13"),
        );
    }
    response
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_origin(origin: Option<&str>, host: &str, expected: bool) {
        let config = Config {
            public_url: Some("https://chat.example.com/app".to_owned()),
            allowed_origins: vec!["https://friend.example".parse().expect("an origin")],
            ..Config::default()
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("a header"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().expect("a header"));
        }
        assert_eq!(
            is_origin_allowed(&config, &headers),
            expected,
            "{origin:?} at {host}"
        );
    }

    #[test]
    fn only_known_pages_may_connect() {
        check_origin(None, "10.0.0.1:8080", true);
        check_origin(Some("http://127.0.0.1:8080"), "127.0.0.1:8080", true);
        check_origin(Some("https://a.example"), "A.example:443", true);
        check_origin(Some("https://chat.example.com"), "10.0.0.1:8080", true);
        check_origin(Some("https://friend.example"), "10.0.0.1:8080", true);
        for origin in [
            "null",
            "https://evil.example",
            "http://chat.example.com",
            "https://chat.example.com.evil.example",
            "http://127.0.0.1:9090",
            "file://",
            "",
        ] {
            check_origin(Some(origin), "127.0.0.1:8080", false);
        }
    }
}
