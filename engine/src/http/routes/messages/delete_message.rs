//! Delete a message for everyone.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, MessageId, rest::messages::Message};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Caller,
};

/// Delete a message for everyone: one's own, or in a group, as admin or owner, anybody's.
///
/// Its place stays; text, attachments and reactions are gone for good. Again changes nothing.
#[utoipa::path(
    delete,
    path = "/v1/chats/{chat_id}/messages/{message_id}",
    tag = "messages",
    params(
        ("chat_id" = ChatId, Path, description = "The chat"),
        ("message_id" = MessageId, Path, description = "The message")
    ),
    responses((status = 200, description = "What is left of it", body = Message), ForbiddenOrNotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn delete_message(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(place): ApiPath<(ChatId, MessageId)>,
) -> Result<Json<Message>, ApiError> {
    let deleted = state.services.delete_message(caller, place);
    Ok(Json(crate::wire::message(&deleted.await?)))
}
