//! Look at a chat.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, rest::chats::ChatInfo};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// A chat, without what is different for each of its members.
#[utoipa::path(
    get,
    path = "/v1/server/chats/{chat_id}",
    tag = "host",
    params(("chat_id" = ChatId, Path, description = "The chat")),
    responses((status = 200, description = "The chat", body = ChatInfo), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn get_host_chat(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(chat_id): ApiPath<ChatId>,
) -> Result<Json<ChatInfo>, ApiError> {
    let chat = state.services.find_chat(chat_id).await?;
    Ok(Json(crate::wire::chat_info(&chat)))
}
