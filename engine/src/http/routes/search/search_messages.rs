//! Search messages.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ChatId, UserId,
    rest::search::{Having, SearchPage},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{ApiError, ApiQuery, ApiState, problems::NotFoundOrInvalid},
    services::{Caller, Search},
};

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct SearchMessages {
    /// The words, each as the beginning of one.
    #[serde(default)]
    #[param(min_length = 1, max_length = 254, example = "lunch tomorrow")]
    query: String,
    /// Only in this chat.
    #[serde(default)]
    chat_id: Option<ChatId>,
    /// Only by this person.
    #[serde(default)]
    sender_id: Option<UserId>,
    /// Only sent before this time.
    #[serde(default)]
    before_ms: Option<i64>,
    /// Only sent at this time or later.
    #[serde(default)]
    after_ms: Option<i64>,
    /// Only with this.
    #[serde(default)]
    #[param(inline)]
    has: Option<Having>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Messages in the caller's chats that a query finds, newest first.
///
/// Searching is limited to one a second (10 in a burst).
#[utoipa::path(
    get,
    path = "/v1/search/messages",
    tag = "search",
    params(SearchMessages),
    responses((status = 200, description = "A page of messages", body = SearchPage), NotFoundOrInvalid),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn search_messages(
    State(state): State<ApiState>,
    caller: Caller,
    ApiQuery(wanted): ApiQuery<SearchMessages>,
) -> Result<Json<SearchPage>, ApiError> {
    let SearchMessages {
        query,
        chat_id,
        sender_id,
        before_ms,
        after_ms,
        has,
        cursor,
        limit,
    } = wanted;
    let search = Search {
        query,
        chat_id,
        sender_id,
        before_ms,
        after_ms,
        has,
    };
    let services = &state.services;
    let page = services.search_messages(caller, search, cursor.as_deref(), limit);
    Ok(Json(crate::wire::search_page(&page.await?)))
}
