//! One chat.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, rest::chats::ChatWithUsers};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Caller,
};

/// One chat of the caller, with the people it names.
#[utoipa::path(
    get,
    path = "/v1/chats/{chat_id}",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "The chat")),
    responses((status = 200, description = "The chat", body = ChatWithUsers), NotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn get_chat(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
) -> Result<Json<ChatWithUsers>, ApiError> {
    let (chat, users) = state.services.get_chat(caller, chat_id).await?;
    Ok(Json(crate::wire::chat_with_users(&chat, &users)))
}
