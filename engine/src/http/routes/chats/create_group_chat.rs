//! Make a group.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::rest::chats::{ChatWithUsers, CreateGroupChat};

use crate::{
    http::{ApiError, ApiJson, ApiState, made_or_found, problems::NotMade},
    services::Caller,
};

/// A new group, owned by the caller.
///
/// The client makes the id: repeating the request with the same id gives the same group.
#[utoipa::path(
    post,
    path = "/v1/chats/group",
    tag = "chats",
    request_body = CreateGroupChat,
    responses(
        (status = 200, description = "The group was there", body = ChatWithUsers),
        (status = 201, description = "The group was made", body = ChatWithUsers),
        NotMade
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn create_group_chat(
    State(state): State<ApiState>,
    caller: Caller,
    ApiJson(body): ApiJson<CreateGroupChat>,
) -> Result<(StatusCode, Json<ChatWithUsers>), ApiError> {
    let CreateGroupChat {
        chat_id,
        name,
        user_ids,
    } = body;
    let made = state
        .services
        .create_group_chat(caller, chat_id, &name, &user_ids);
    let (chat, users, is_new) = made.await?;
    let body = crate::wire::chat_with_users(&chat, &users);
    Ok((made_or_found(is_new), Json(body)))
}
