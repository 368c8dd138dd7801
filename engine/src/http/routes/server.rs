//! The server itself.

mod get_limits;
mod livez;
mod readyz;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_limits::get_limits))
}

/// Whether the process runs and can serve.
pub(super) fn health() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(livez::livez))
        .routes(routes!(readyz::readyz))
}
