//! List the caller's sessions.

use axum::{Json, extract::State};
use relaychat_protocol::rest::auth::SessionList;

use crate::{
    http::{ApiError, ApiState},
    services::Caller,
};

/// All live sessions of the caller, newest first.
#[utoipa::path(
    get,
    path = "/v1/sessions",
    tag = "sessions",
    responses((status = 200, description = "The sessions", body = SessionList)),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn list_sessions(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<SessionList>, ApiError> {
    let sessions = state.services.list_sessions(caller).await?;
    Ok(Json(crate::wire::session_list(
        &sessions,
        caller.session_id,
    )))
}
