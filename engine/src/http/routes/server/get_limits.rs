//! What the server accepts.

use axum::{Json, extract::State};
use relaychat_protocol::rest::limits::Limits;

use crate::http::ApiState;

/// The limits in force.
#[utoipa::path(
    get,
    path = "/v1/limits",
    tag = "server",
    responses((status = 200, description = "The limits", body = Limits))
)]
pub(in crate::http::routes) async fn get_limits(State(state): State<ApiState>) -> Json<Limits> {
    Json(Limits::clone(&state.limits))
}
