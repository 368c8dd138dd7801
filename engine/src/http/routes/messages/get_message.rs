//! One message.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, MessageId, rest::messages::Message};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Caller,
};

/// One message of a chat of the caller.
#[utoipa::path(
    get,
    path = "/v1/chats/{chat_id}/messages/{message_id}",
    tag = "messages",
    params(
        ("chat_id" = ChatId, Path, description = "The chat"),
        ("message_id" = MessageId, Path, description = "The message")
    ),
    responses((status = 200, description = "The message", body = Message), NotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn get_message(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath((chat_id, message_id)): ApiPath<(ChatId, MessageId)>,
) -> Result<Json<Message>, ApiError> {
    let found = state.services.get_message(caller, chat_id, message_id);
    Ok(Json(crate::wire::message(&found.await?)))
}
