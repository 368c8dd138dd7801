//! Whether the server can serve.

use std::time::Duration;

use axum::{Json, extract::State};
use relaychat_protocol::{
    ErrorCode,
    rest::health::{PartStatus, Readiness, ReadinessStatus},
};

use crate::http::{ApiError, ApiState, problems::NotReady};

/// How long storage may take to answer: longer than any commit, shorter than the usual period of a
/// load balancer's checks.
const STORAGE_TIMEOUT: Duration = Duration::from_secs(2);

/// Whether the server can serve: storage answers.
///
/// Without the broker that connects it with other nodes it can, but what happens on those arrives
/// seconds later: it is degraded.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "server",
    responses((status = 200, description = "It can serve", body = Readiness), NotReady)
)]
pub(in crate::http::routes) async fn readyz(
    State(state): State<ApiState>,
) -> Result<Json<Readiness>, ApiError> {
    let checked = tokio::time::timeout(STORAGE_TIMEOUT, state.services.check_storage());
    checked.await.map_err(|_| ErrorCode::Unavailable)??;
    let (status, broker) = match state.services.is_broker_up().await {
        Some(false) => (ReadinessStatus::Degraded, Some(PartStatus::Down)),
        Some(true) => (ReadinessStatus::Ok, Some(PartStatus::Up)),
        None => (ReadinessStatus::Ok, None),
    };
    Ok(Json(Readiness { status, broker }))
}
