//! End a session.

use axum::{extract::State, http::StatusCode};
use relaychat_protocol::SessionId;

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Caller,
};

/// End a session of the caller: its tokens stop working and its sockets close. Ending the present
/// one is signing out.
#[utoipa::path(
    delete,
    path = "/v1/sessions/{session_id}",
    tag = "sessions",
    params(("session_id" = SessionId, Path, description = "The session to end")),
    responses((status = 204, description = "The session has ended"), NotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn revoke_session(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(session_id): ApiPath<SessionId>,
) -> Result<StatusCode, ApiError> {
    state.services.revoke_session(caller, session_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
