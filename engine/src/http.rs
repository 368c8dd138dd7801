//! REST: extract, call one service, convert.
//!
//! [`router`] puts the routes together with what holds for all of them; [`openapi`] is the document
//! of the same routes. There is no fallback route: what is not RelayChat's is left to the host.
//! Under RelayChat's own prefixes an unknown address is a problem like any other.

mod client_ip;
mod docs;
mod envelope;
mod error;
mod extract;
mod openapi;
mod origin;
mod problems;
mod routes;
mod state;
#[cfg(test)]
mod tests;

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware,
    routing::{MethodRouter, any},
};
use relaychat_protocol::ErrorCode;
use tower_http::{catch_panic::CatchPanicLayer, cors::CorsLayer};
use utoipa_axum::router::OpenApiRouter;

pub(crate) use client_ip::ClientIp;
pub use client_ip::Network;
pub(crate) use error::ApiError;
pub(crate) use extract::{ApiJson, ApiPath, ApiQuery, OwnAccounts};
pub(crate) use openapi::openapi;
pub(crate) use origin::is_origin_allowed;
pub(crate) use state::{ApiState, HttpSettings};

use crate::services::ServiceError;

/// How long a browser may keep the answer to a preflight request: the most that Chromium honours.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(2 * 60 * 60);

/// What a node says that does not serve REST.
const NO_API: &str = "This node serves no REST: it runs without the role api.";
/// What a node says that does not serve sockets.
const NO_SOCKETS: &str = "This node serves no sockets: it runs without the role realtime.";

/// All routes, or those of a node without REST: its health. `sockets` is what speaks WebSocket; it
/// gets the same request ids and problems.
pub(crate) fn router<S>(state: ApiState, sockets: Router, has_api: bool) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let (timed, untimed, docs) = if has_api {
        (routes::timed(), routes::untimed(), docs::routes())
    } else {
        (routes::health(), OpenApiRouter::new(), Router::new())
    };
    let (timed, _) = timed.split_for_parts();
    let (untimed, _) = untimed.split_for_parts();
    let timeout = state.settings.request_timeout;
    let timed = timed.layer(middleware::from_fn(move |request, next| {
        envelope::limit_time(timeout, request, next)
    }));
    let mut router = timed
        .merge(untimed)
        .merge(docs)
        .layer(DefaultBodyLimit::max(crate::limits::FRAME_BYTES))
        .with_state(state.clone())
        .merge(sockets)
        .merge(unknown_addresses(has_api))
        .method_not_allowed_fallback(async || ApiError::from(ErrorCode::MethodNotAllowed))
        .layer(CatchPanicLayer::custom(envelope::panicked));
    if !state.settings.allowed_origins.is_empty() {
        router = router.layer(cors(&state.settings.allowed_origins));
    }
    router
        .layer(middleware::from_fn_with_state(state, envelope::wrap))
        .with_state(())
}

/// The routes without their state, for the document.
fn documented() -> OpenApiRouter<ApiState> {
    routes::timed().merge(routes::untimed())
}

/// The status of something that a repeated request finds.
fn made_or_found(is_new: bool) -> StatusCode {
    if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    }
}

/// What stands in for the sockets of a node that has none.
pub(crate) fn no_sockets(path: &str) -> Router {
    Router::new().route(path, elsewhere(NO_SOCKETS))
}

/// Answers what is served by other nodes, so that whoever set up the proxy sees why.
fn elsewhere(detail: &'static str) -> MethodRouter {
    any(async move || {
        ApiError::from(ServiceError {
            detail: detail.to_owned(),
            ..ServiceError::new(ErrorCode::NotFound)
        })
    })
}

/// Answers for what is under a prefix of ours but nowhere else.
fn unknown_addresses(has_api: bool) -> Router {
    let unknown = || {
        if has_api {
            any(async || ApiError::from(ErrorCode::NotFound))
        } else {
            elsewhere(NO_API)
        }
    };
    Router::new()
        .route("/v1", unknown())
        .route("/v1/", unknown())
        .route("/v1/{*rest}", unknown())
        .route("/api/docs/{*rest}", unknown())
}

/// Lets pages of other origins call, without cookies.
fn cors(allowed_origins: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> = allowed_origins
        .iter()
        .filter_map(|origin| origin.parse().ok())
        .collect();
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([header::RETRY_AFTER, HeaderName::from_static("x-request-id")])
        .max_age(PREFLIGHT_MAX_AGE)
}
