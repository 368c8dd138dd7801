//! List what is pinned in a chat.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, rest::messages::PinList};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Caller,
};

/// What is pinned in a chat, the message that was pinned last in front. All of it: at most 100.
#[utoipa::path(
    get,
    path = "/v1/chats/{chat_id}/pins",
    tag = "messages",
    params(("chat_id" = ChatId, Path, description = "The chat")),
    responses((status = 200, description = "The pinned messages", body = PinList), NotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn list_pins(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
) -> Result<Json<PinList>, ApiError> {
    let listed = state.services.list_pins(caller, chat_id).await?;
    Ok(Json(crate::wire::pin_list(&listed)))
}
