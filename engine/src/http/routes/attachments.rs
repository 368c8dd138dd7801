//! Uploaded files.

use utoipa_axum::router::OpenApiRouter;

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
}
