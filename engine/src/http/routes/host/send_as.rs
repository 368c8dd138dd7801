//! Send a message for somebody.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::{
    ChatId,
    rest::{messages::Message, server::SendAs},
};

use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiJson, ApiPath, ApiState, made_or_found, problems::NotSent},
    services::{HostDraft, Server},
};

/// Send a message for one of the members. The answer means that it is durable.
///
/// The caller makes the id: repeating the request with the same id and content gives the first
/// result, for ever and over any route; the same id with other content is refused.
#[utoipa::path(
    post,
    path = "/v1/server/chats/{chat_id}/messages",
    tag = "host",
    params(("chat_id" = ChatId, Path, description = "The chat")),
    request_body = SendAs,
    responses(
        (status = 200, description = "It had been sent before", body = Message),
        (status = 201, description = "The message as it was stored", body = Message),
        NotSent
    ),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn send_as(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiJson(body): ApiJson<SendAs>,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    let SendAs {
        sender,
        message_id,
        text,
        attachment_ids,
    } = body;
    let draft = HostDraft {
        id: message_id,
        text,
        attachment_ids,
    };
    let sender = UserRef::from(sender);
    let sent = state.services.send_as(&sender, chat_id, draft).await?;
    let status = made_or_found(!sent.is_repeat);
    Ok((status, Json(crate::wire::message(&sent.message))))
}
