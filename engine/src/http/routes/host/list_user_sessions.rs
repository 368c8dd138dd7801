//! List where a person is logged in.

use axum::{Json, extract::State};
use relaychat_protocol::rest::server::UserSessionList;

use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// The live sessions of a person, newest first.
#[utoipa::path(
    get,
    path = "/v1/server/users/{user}/sessions",
    tag = "host",
    params(("user" = String, Path, description = "Who: the host's id, or `id:` and the engine's")),
    responses((status = 200, description = "The sessions", body = UserSessionList), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn list_user_sessions(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(user): ApiPath<String>,
) -> Result<Json<UserSessionList>, ApiError> {
    let user = UserRef::from(user);
    let sessions = state.services.list_user_sessions(&user).await?;
    Ok(Json(crate::wire::user_session_list(&sessions)))
}
