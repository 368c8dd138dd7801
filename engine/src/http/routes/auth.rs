//! Logging in with a one-time code, and tokens.

mod refresh_session;
mod request_code;
mod verify_code;
mod verify_link;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(request_code::request_code))
        .routes(routes!(verify_code::verify_code))
        .routes(routes!(verify_link::verify_link))
        .routes(routes!(refresh_session::refresh_session))
}
