//! Set the picture of a group.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ChatId,
    rest::chats::{ChatWithUsers, SetChatAvatar},
};

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Caller,
};

/// Use an uploaded image as the picture of a group. For its owner and admins.
#[utoipa::path(
    put,
    path = "/v1/chats/{chat_id}/avatar",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "The group")),
    request_body = SetChatAvatar,
    responses(
        (status = 200, description = "The group as it is now", body = ChatWithUsers),
        ForbiddenOrNotFound
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn set_chat_avatar(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiJson(body): ApiJson<SetChatAvatar>,
) -> Result<Json<ChatWithUsers>, ApiError> {
    let changed = state
        .services
        .set_chat_avatar(caller, chat_id, body.attachment_id);
    let (chat, users) = changed.await?;
    Ok(Json(crate::wire::chat_with_users(&chat, &users)))
}
