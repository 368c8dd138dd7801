//! Add people to a group.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ChatId,
    rest::chats::{AddMembers, ChatWithUsers},
};

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::NotAdded},
    services::Caller,
};

/// Add people to a group. For those whose role is at least its `add_role`. Those who are members
/// already stay as they are.
#[utoipa::path(
    post,
    path = "/v1/chats/{chat_id}/members",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "The group")),
    request_body = AddMembers,
    responses(
        (status = 200, description = "The group as it is now", body = ChatWithUsers),
        NotAdded
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn add_members(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiJson(body): ApiJson<AddMembers>,
) -> Result<Json<ChatWithUsers>, ApiError> {
    let added = state.services.add_members(caller, chat_id, &body.user_ids);
    let (chat, users) = added.await?;
    Ok(Json(crate::wire::chat_with_users(&chat, &users)))
}
