//! List the members of a chat.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, rest::chats::MemberPage};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{ApiError, ApiPath, ApiQuery, ApiState, problems::NotFoundOrInvalid},
    services::Caller,
};

/// Which members.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListMembers {
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The members of a chat, the caller included, longest standing first.
#[utoipa::path(
    get,
    path = "/v1/chats/{chat_id}/members",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "The chat"), ListMembers),
    responses((status = 200, description = "A page of members", body = MemberPage), NotFoundOrInvalid),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn list_members(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiQuery(wanted): ApiQuery<ListMembers>,
) -> Result<Json<MemberPage>, ApiError> {
    let ListMembers { cursor, limit } = wanted;
    let listed = state
        .services
        .list_members(caller, chat_id, cursor.as_deref(), limit);
    let (members, users, next_cursor) = listed.await?;
    Ok(Json(crate::wire::member_page(
        &members,
        &users,
        next_cursor,
    )))
}
