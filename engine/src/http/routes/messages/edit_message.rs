//! Edit a message.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ChatId, MessageId,
    rest::messages::{EditMessage, Message},
};

use crate::{
    domain::message::Edit,
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::NotEdited},
    services::Caller,
};

/// Give a message of the caller another text, for `edit_window_ms` after it was sent. Of two edits
/// the one that arrives last stays; the same text again changes nothing.
#[utoipa::path(
    patch,
    path = "/v1/chats/{chat_id}/messages/{message_id}",
    tag = "messages",
    params(
        ("chat_id" = ChatId, Path, description = "The chat"),
        ("message_id" = MessageId, Path, description = "The message")
    ),
    request_body = EditMessage,
    responses((status = 200, description = "The message as it is now", body = Message), NotEdited),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn edit_message(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(place): ApiPath<(ChatId, MessageId)>,
    ApiJson(body): ApiJson<EditMessage>,
) -> Result<Json<Message>, ApiError> {
    let EditMessage { text, mentions } = body;
    let mentions = crate::wire::mentions(mentions);
    let edit = Edit { text, mentions };
    let edited = state.services.edit_message(caller, place, edit);
    Ok(Json(crate::wire::message(&edited.await?)))
}
