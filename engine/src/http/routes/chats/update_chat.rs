//! Change name and description of a group, and who may do what in it.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ChatId,
    rest::chats::{ChatWithUsers, UpdateChat},
};

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Caller,
};

/// Change name and description of a group, and which role it takes to write, to add people and to
/// pin. For its owner and admins, up to their own role. Absent fields stay as they are.
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
    let change = crate::wire::group_change(body);
    let changed = state.services.update_chat(caller, chat_id, change);
    let (chat, users) = changed.await?;
    Ok(Json(crate::wire::chat_with_users(&chat, &users)))
}
