//! Delete a person.

use axum::{extract::State, http::StatusCode};

use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// Delete a person.
///
/// They are logged out everywhere and leave all groups; name, picture, address and external id are
/// gone and free. What they wrote stays, under the name "Deleted user".
#[utoipa::path(
    delete,
    path = "/v1/server/users/{user}",
    tag = "host",
    params(("user" = String, Path, description = "Who: the host's id, or `id:` and the engine's")),
    responses((status = 204, description = "They are gone"), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn delete_user(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(user): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    state.services.delete_user(&UserRef::from(user)).await?;
    Ok(StatusCode::NO_CONTENT)
}
