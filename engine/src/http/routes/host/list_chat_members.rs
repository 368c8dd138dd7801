//! List the members of any chat.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, rest::chats::MemberPage};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{ApiError, ApiPath, ApiQuery, ApiState, problems::NotFoundOrInvalid},
    services::Server,
};

/// Which members.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListChatMembers {
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The members of a chat with what they have received and read, longest standing first.
#[utoipa::path(
    get,
    path = "/v1/server/chats/{chat_id}/members",
    tag = "host",
    params(("chat_id" = ChatId, Path, description = "The chat"), ListChatMembers),
    responses((status = 200, description = "A page of members", body = MemberPage), NotFoundOrInvalid),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn list_chat_members(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiQuery(wanted): ApiQuery<ListChatMembers>,
) -> Result<Json<MemberPage>, ApiError> {
    let ListChatMembers { cursor, limit } = wanted;
    let listed = state
        .services
        .list_members_of(chat_id, cursor.as_deref(), limit);
    let (members, users, next_cursor) = listed.await?;
    Ok(Json(crate::wire::member_page(
        &members,
        &users,
        next_cursor,
    )))
}
