//! Take somebody out of a group.

use axum::{extract::State, http::StatusCode};
use relaychat_protocol::ChatId;

use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Server,
};

/// Take somebody out of a group. Nothing happens when they are not in it.
#[utoipa::path(
    delete,
    path = "/v1/server/chats/{chat_id}/members/{user}",
    tag = "host",
    params(
        ("chat_id" = ChatId, Path, description = "The chat"),
        ("user" = String, Path, description = "Who: the host's id, or `id:` and the engine's")
    ),
    responses((status = 204, description = "They are not in it"), ForbiddenOrNotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn remove_chat_member(
    State(state): State<ApiState>,
    _: Server,
    ApiPath((chat_id, user)): ApiPath<(ChatId, String)>,
) -> Result<StatusCode, ApiError> {
    let user = UserRef::from(user);
    state.services.remove_from_group(chat_id, &user).await?;
    Ok(StatusCode::NO_CONTENT)
}
