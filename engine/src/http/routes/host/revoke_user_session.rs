//! End one session of a person.

use axum::{extract::State, http::StatusCode};
use relaychat_protocol::SessionId;

use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// End one session of a person. Its sockets close.
#[utoipa::path(
    delete,
    path = "/v1/server/users/{user}/sessions/{session_id}",
    tag = "host",
    params(
        ("user" = String, Path, description = "Who: the host's id, or `id:` and the engine's"),
        ("session_id" = SessionId, Path, description = "The session")
    ),
    responses((status = 204, description = "It has ended"), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn revoke_user_session(
    State(state): State<ApiState>,
    _: Server,
    ApiPath((user, session_id)): ApiPath<(String, SessionId)>,
) -> Result<StatusCode, ApiError> {
    let user = UserRef::from(user);
    let revoked = state.services.revoke_user_session(&user, session_id);
    revoked.await?;
    Ok(StatusCode::NO_CONTENT)
}
