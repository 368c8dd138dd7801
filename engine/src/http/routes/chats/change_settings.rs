//! Change what the caller has set for a chat.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ChatId,
    rest::chat_settings::{ChatSettings, UpdateChatSettings},
};

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::NotFound},
    services::Caller,
    wire,
};

/// Change what the caller has set for a chat for themselves: pinned, archived, muted, marked
/// unread.
///
/// Fields that are absent stay as they are. All devices of the caller are told, and nobody else.
#[utoipa::path(
    patch,
    path = "/v1/chats/{chat_id}/settings",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "The chat")),
    request_body = UpdateChatSettings,
    responses(
        (status = 200, description = "What is set now", body = ChatSettings),
        NotFound
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn change_settings(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiJson(body): ApiJson<UpdateChatSettings>,
) -> Result<Json<ChatSettings>, ApiError> {
    let change = wire::settings_change(body);
    let settings = state.services.change_settings(caller, chat_id, change);
    Ok(Json(wire::chat_settings(&settings.await?)))
}
