//! List the chats of a person.

use axum::{Json, extract::State};
use relaychat_protocol::rest::chats::ChatPage;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiPath, ApiQuery, ApiState, problems::NotFoundOrInvalid},
    services::Server,
};

/// Which chats.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListUserChats {
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The chats of a person as they see them, newest activity first, with what is unread in each.
#[utoipa::path(
    get,
    path = "/v1/server/users/{user}/chats",
    tag = "host",
    params(("user" = String, Path, description = "Who: the host's id, or `id:` and the engine's"), ListUserChats),
    responses((status = 200, description = "A page of chats", body = ChatPage), NotFoundOrInvalid),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn list_user_chats(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(user): ApiPath<String>,
    ApiQuery(wanted): ApiQuery<ListUserChats>,
) -> Result<Json<ChatPage>, ApiError> {
    let ListUserChats { cursor, limit } = wanted;
    let user = UserRef::from(user);
    let listed = state
        .services
        .list_chats_of(&user, cursor.as_deref(), limit);
    let (chats, users, next_cursor) = listed.await?;
    Ok(Json(crate::wire::chat_page(&chats, &users, next_cursor)))
}
