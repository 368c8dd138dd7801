//! Unpin a message.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, MessageId, rest::messages::Message};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotPinned},
    services::Caller,
};

/// Unpin a message for everyone in the chat. For whoever may pin one. Again changes nothing.
#[utoipa::path(
    delete,
    path = "/v1/chats/{chat_id}/messages/{message_id}/pin",
    tag = "messages",
    params(
        ("chat_id" = ChatId, Path, description = "The chat"),
        ("message_id" = MessageId, Path, description = "The message")
    ),
    responses((status = 200, description = "The message as it is now", body = Message), NotPinned),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn unpin_message(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(place): ApiPath<(ChatId, MessageId)>,
) -> Result<Json<Message>, ApiError> {
    let pinned = state.services.pin_message(caller, place, false);
    Ok(Json(crate::wire::message(&pinned.await?)))
}
