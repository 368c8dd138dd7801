//! Count what a person has not read.

use axum::{Json, extract::State};
use relaychat_protocol::rest::users::UnreadTotal;

use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// Unread messages of a person over all chats: one query, for a badge.
#[utoipa::path(
    get,
    path = "/v1/server/users/{user}/unread",
    tag = "host",
    params(("user" = String, Path, description = "Who: the host's id, or `id:` and the engine's")),
    responses((status = 200, description = "The totals", body = UnreadTotal), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn get_user_unread(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(user): ApiPath<String>,
) -> Result<Json<UnreadTotal>, ApiError> {
    let total = state.services.unread_total_of(&UserRef::from(user)).await?;
    Ok(Json(crate::wire::unread_total(total)))
}
