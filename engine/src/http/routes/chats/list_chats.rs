//! List the caller's chats.

use axum::{Json, extract::State};
use relaychat_protocol::rest::chats::ChatPage;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{ApiError, ApiQuery, ApiState, problems::Invalid},
    services::Caller,
};

/// Which chats.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListChats {
    /// `next_cursor` of the page before, or `next_chats_cursor` of a snapshot.
    #[serde(default)]
    cursor: Option<String>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The caller's chats, newest activity first.
#[utoipa::path(
    get,
    path = "/v1/chats",
    tag = "chats",
    params(ListChats),
    responses((status = 200, description = "A page of chats", body = ChatPage), Invalid),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn list_chats(
    State(state): State<ApiState>,
    caller: Caller,
    ApiQuery(wanted): ApiQuery<ListChats>,
) -> Result<Json<ChatPage>, ApiError> {
    let ListChats { cursor, limit } = wanted;
    let listed = state.services.list_chats(caller, cursor.as_deref(), limit);
    let (chats, users, next_cursor) = listed.await?;
    Ok(Json(crate::wire::chat_page(&chats, &users, next_cursor)))
}
