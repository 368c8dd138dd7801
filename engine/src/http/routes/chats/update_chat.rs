//! Change name and description of a group.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ChatId,
    rest::chats::{ChatWithUsers, UpdateChat},
};

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Caller,
};

/// Change name and description of a group. For its owner and admins. Absent fields stay as they are.
#[utoipa::path(
    patch,
    path = "/v1/chats/{chat_id}",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "The group")),
    request_body = UpdateChat,
    responses(
        (status = 200, description = "The group as it is now", body = ChatWithUsers),
        ForbiddenOrNotFound
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn update_chat(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiJson(body): ApiJson<UpdateChat>,
) -> Result<Json<ChatWithUsers>, ApiError> {
    let UpdateChat { name, description } = body;
    let changed =
        state
            .services
            .update_chat(caller, chat_id, name.as_deref(), description.as_deref());
    let (chat, users) = changed.await?;
    Ok(Json(crate::wire::chat_with_users(&chat, &users)))
}
