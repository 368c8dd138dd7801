//! Log a person out everywhere.

use axum::{extract::State, http::StatusCode};

use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// End all sessions of a person.
///
/// Their sockets close. Tokens that were made before are no longer good, also those that the host
/// signed itself.
#[utoipa::path(
    delete,
    path = "/v1/server/users/{user}/sessions",
    tag = "host",
    params(("user" = String, Path, description = "Who: the host's id, or `id:` and the engine's")),
    responses((status = 204, description = "They are logged out"), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn revoke_user_sessions(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(user): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let user = UserRef::from(user);
    state.services.revoke_user_sessions(&user).await?;
    Ok(StatusCode::NO_CONTENT)
}
