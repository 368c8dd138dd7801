//! Before the upgrade: who may open a socket at all. Refusals are HTTP answers.
//!
//! Browsers send the page's origin and no `Authorization`; native clients the other way round. A
//! page of a foreign origin is refused here, before it costs a socket, so that it can never act
//! with what its visitor is allowed to do. Where a host's cookies say who somebody is, that is what
//! keeps other pages out.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use relaychat_protocol::ErrorCode;

use super::{Realtime, connection, limits::IpSlot, socket::Upgrade};
use crate::{
    http::{ApiError, ClientIp, is_origin_allowed},
    services::{Caller, ServiceError},
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
    /// Who it is, when the request says so.
    caller: Option<Caller>,
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
                connection::run(realtime, socket, self.caller).await;
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
    let caller = realtime.services.authenticate_upgrade(parts).await?;
    let slot = take_slot(realtime, parts)?;
    Ok(Admitted {
        upgrade,
        caller,
        slot,
    })
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
