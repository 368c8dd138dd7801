//! Take a reaction back.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, MessageId, rest::messages::Message};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotReacted},
    services::Caller,
};

/// Take a reaction back. Nothing happens when it is not there.
#[utoipa::path(
    delete,
    path = "/v1/chats/{chat_id}/messages/{message_id}/reactions/{emoji}",
    tag = "messages",
    params(
        ("chat_id" = ChatId, Path, description = "The chat"),
        ("message_id" = MessageId, Path, description = "The message"),
        ("emoji" = String, Path, description = "One emoji, percent-encoded")
    ),
    responses((status = 200, description = "The message as it is now", body = Message), NotReacted),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn remove_reaction(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath((chat_id, message_id, emoji)): ApiPath<(ChatId, MessageId, String)>,
) -> Result<Json<Message>, ApiError> {
    let place = (chat_id, message_id);
    let reacted = state.services.react(caller, place, emoji, false);
    Ok(Json(crate::wire::message(&reacted.await?)))
}
