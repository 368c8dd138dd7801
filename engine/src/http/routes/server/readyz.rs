//! Whether the server can serve.

use std::time::Duration;

use axum::extract::State;
use relaychat_protocol::ErrorCode;

use crate::http::{ApiError, ApiState, problems::NotReady};

/// How long storage may take to answer: longer than any commit, shorter than the usual period of a
/// load balancer's checks.
const STORAGE_TIMEOUT: Duration = Duration::from_secs(2);

/// Whether the server can serve: storage answers.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "server",
    responses(
        (status = 200, description = "It can serve", body = String, content_type = "text/plain", example = "ok"),
        NotReady
    )
)]
pub(in crate::http::routes) async fn readyz(
    State(state): State<ApiState>,
) -> Result<&'static str, ApiError> {
    let checked = tokio::time::timeout(STORAGE_TIMEOUT, state.services.check_storage());
    checked.await.map_err(|_| ErrorCode::Unavailable)??;
    Ok("ok")
}
