//! Make a group for people.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::rest::{chats::ChatInfo, server::CreateGroupFor};

use super::refs;
use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiJson, ApiState, made_or_found},
    services::Server,
};

/// A new group.
///
/// The caller makes the id: repeating the request with the same id and owner gives the same group.
#[utoipa::path(
    post,
    path = "/v1/server/chats/group",
    tag = "host",
    request_body = CreateGroupFor,
    responses(
        (status = 200, description = "The group was there", body = ChatInfo),
        (status = 201, description = "The group was made", body = ChatInfo)
    ),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn create_group_for(
    State(state): State<ApiState>,
    _: Server,
    ApiJson(body): ApiJson<CreateGroupFor>,
) -> Result<(StatusCode, Json<ChatInfo>), ApiError> {
    let CreateGroupFor {
        chat_id,
        name,
        owner,
        users,
    } = body;
    let owner = UserRef::from(owner);
    let users = refs(&users);
    let made = state
        .services
        .create_group_for(chat_id, &name, &owner, &users);
    let (chat, is_new) = made.await?;
    Ok((made_or_found(is_new), Json(crate::wire::chat_info(&chat))))
}
