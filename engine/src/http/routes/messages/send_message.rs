//! Send a message.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::{
    ChatId,
    rest::messages::{Message, SendMessage},
};

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, made_or_found, problems::NotSent},
    services::Caller,
};

/// Send a message. The answer means that it is durable.
///
/// The client makes the id: repeating the request with the same id and content gives the first
/// result, for ever and over any route; the same id with other content is refused.
#[utoipa::path(
    post,
    path = "/v1/chats/{chat_id}/messages",
    tag = "messages",
    params(("chat_id" = ChatId, Path, description = "The chat")),
    request_body = SendMessage,
    responses(
        (status = 200, description = "It had been sent before", body = Message),
        (status = 201, description = "The message as it was stored", body = Message),
        NotSent
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn send_message(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiJson(body): ApiJson<SendMessage>,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    let draft = crate::wire::draft(caller.user_id, chat_id, body);
    let sent = state.services.send_message(caller, draft).await?;
    let status = made_or_found(!sent.is_repeat);
    Ok((status, Json(crate::wire::message(&sent.message))))
}
