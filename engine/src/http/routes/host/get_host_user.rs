//! Look at a person.

use axum::{Json, extract::State};
use relaychat_protocol::rest::server::HostUser;

use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// A person as the host sees them.
#[utoipa::path(
    get,
    path = "/v1/server/users/{user}",
    tag = "host",
    params(("user" = String, Path, description = "Who: the host's id, or `id:` and the engine's")),
    responses((status = 200, description = "The person", body = HostUser), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn get_host_user(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(user): ApiPath<String>,
) -> Result<Json<HostUser>, ApiError> {
    let person = state.services.get_person(&UserRef::from(user)).await?;
    Ok(Json(crate::wire::host_user(&person)))
}
