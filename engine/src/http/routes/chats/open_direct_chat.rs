//! Open a one-to-one chat.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::rest::chats::{ChatWithUsers, OpenDirectChat};

use crate::{
    http::{ApiError, ApiJson, ApiState, made_or_found, problems::NotOpened},
    services::Caller,
};

/// The one-to-one chat with a person, made if it does not exist.
///
/// Two people have one such chat, also when both open it at the same moment.
#[utoipa::path(
    post,
    path = "/v1/chats/direct",
    tag = "chats",
    request_body = OpenDirectChat,
    responses(
        (status = 200, description = "The chat was there", body = ChatWithUsers),
        (status = 201, description = "The chat was made", body = ChatWithUsers),
        NotOpened
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn open_direct_chat(
    State(state): State<ApiState>,
    caller: Caller,
    ApiJson(body): ApiJson<OpenDirectChat>,
) -> Result<(StatusCode, Json<ChatWithUsers>), ApiError> {
    let opened = state.services.open_direct_chat(caller, body.user_id).await;
    let (chat, users, is_new) = opened?;
    let body = crate::wire::chat_with_users(&chat, &users);
    Ok((made_or_found(is_new), Json(body)))
}
