//! Give a member another role.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ChatId, UserId,
    rest::chats::{ChatWithUsers, UpdateMember},
};

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Caller,
};

/// Give a member another role. For the owner.
///
/// A group has exactly one owner: making somebody else the owner makes the caller an admin.
#[utoipa::path(
    patch,
    path = "/v1/chats/{chat_id}/members/{user_id}",
    tag = "chats",
    params(
        ("chat_id" = ChatId, Path, description = "The group"),
        ("user_id" = UserId, Path, description = "Who")
    ),
    request_body = UpdateMember,
    responses(
        (status = 200, description = "The group as it is now", body = ChatWithUsers),
        ForbiddenOrNotFound
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn update_member(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath((chat_id, user_id)): ApiPath<(ChatId, UserId)>,
    ApiJson(body): ApiJson<UpdateMember>,
) -> Result<Json<ChatWithUsers>, ApiError> {
    let changed = state.services.set_role(caller, chat_id, user_id, body.role);
    let (chat, users) = changed.await?;
    Ok(Json(crate::wire::chat_with_users(&chat, &users)))
}
