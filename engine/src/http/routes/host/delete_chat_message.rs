//! Delete a message for everyone, whoever sent it.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, MessageId, rest::messages::Message};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// Delete a message for everyone, whoever sent it and whenever. Its place stays; text, attachments
/// and reactions are gone for good. Again changes nothing.
#[utoipa::path(
    delete,
    path = "/v1/server/chats/{chat_id}/messages/{message_id}",
    tag = "host",
    params(
        ("chat_id" = ChatId, Path, description = "The chat"),
        ("message_id" = MessageId, Path, description = "The message")
    ),
    responses((status = 200, description = "What is left of it", body = Message), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn delete_chat_message(
    State(state): State<ApiState>,
    _: Server,
    ApiPath((chat_id, message_id)): ApiPath<(ChatId, MessageId)>,
) -> Result<Json<Message>, ApiError> {
    let deleted = state.services.delete_for_host(chat_id, message_id);
    Ok(Json(crate::wire::message(&deleted.await?)))
}
