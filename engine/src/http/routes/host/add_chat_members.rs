//! Put people into a group.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ChatId,
    rest::{chats::ChatInfo, server::AddUsers},
};

use super::refs;
use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::NotAdded},
    services::{Server, ServiceError},
};

/// Put people into a group. Those who are members already stay as they are.
#[utoipa::path(
    post,
    path = "/v1/server/chats/{chat_id}/members",
    tag = "host",
    params(("chat_id" = ChatId, Path, description = "The chat")),
    request_body = AddUsers,
    responses(
        (status = 200, description = "The group as it is now", body = ChatInfo),
        NotAdded
    ),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn add_chat_members(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiJson(body): ApiJson<AddUsers>,
) -> Result<Json<ChatInfo>, ApiError> {
    if body.users.is_empty() {
        return Err(ServiceError::invalid("users", "Name at least one person.").into());
    }
    let users = refs(&body.users);
    let chat = state.services.add_to_group(chat_id, &users).await?;
    Ok(Json(crate::wire::chat_info(&chat)))
}
