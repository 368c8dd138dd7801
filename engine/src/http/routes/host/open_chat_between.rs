//! Open the one-to-one chat of two people.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::rest::{chats::ChatInfo, server::OpenChatBetween};

use super::refs;
use crate::{
    http::{ApiError, ApiJson, ApiState, made_or_found},
    services::Server,
};

/// The one-to-one chat of two people, made if it does not exist.
#[utoipa::path(
    post,
    path = "/v1/server/chats/direct",
    tag = "host",
    request_body = OpenChatBetween,
    responses(
        (status = 200, description = "The chat was there", body = ChatInfo),
        (status = 201, description = "The chat was made", body = ChatInfo)
    ),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn open_chat_between(
    State(state): State<ApiState>,
    _: Server,
    ApiJson(body): ApiJson<OpenChatBetween>,
) -> Result<(StatusCode, Json<ChatInfo>), ApiError> {
    let opened = state.services.open_direct_for(&refs(&body.users)).await;
    let (chat, is_new) = opened?;
    Ok((made_or_found(is_new), Json(crate::wire::chat_info(&chat))))
}
