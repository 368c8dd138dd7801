//! Pin a message.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, MessageId, rest::messages::Message};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotPinned},
    services::Caller,
};

/// Pin a message for everyone in the chat: both people of a one-to-one chat, and in a group whoever has
/// at least its `pin_role`. Again changes nothing. A chat has at most 100 pinned messages.
#[utoipa::path(
    put,
    path = "/v1/chats/{chat_id}/messages/{message_id}/pin",
    tag = "messages",
    params(
        ("chat_id" = ChatId, Path, description = "The chat"),
        ("message_id" = MessageId, Path, description = "The message")
    ),
    responses((status = 200, description = "The message as it is now", body = Message), NotPinned),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn pin_message(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(place): ApiPath<(ChatId, MessageId)>,
) -> Result<Json<Message>, ApiError> {
    let pinned = state.services.pin_message(caller, place, true);
    Ok(Json(crate::wire::message(&pinned.await?)))
}
