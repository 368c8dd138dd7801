//! List and search people.

use axum::{Json, extract::State};
use relaychat_protocol::{Page, rest::users::User};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{ApiError, ApiQuery, ApiState, problems::Invalid},
    services::Caller,
};

/// Which people.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListUsers {
    /// Only people whose name contains this text, and the one with exactly this e-mail address.
    #[serde(default)]
    #[param(max_length = 254, example = "ali")]
    query: Option<String>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// People the caller may see, by name, without the caller.
///
/// Depending on the operator's choice these are all people, or those who share a chat with the
/// caller; an exact address finds anybody. Searching is limited to one a second (10 in a burst).
#[utoipa::path(
    get,
    path = "/v1/users",
    tag = "users",
    params(ListUsers),
    responses((status = 200, description = "A page of people", body = Page<User>), Invalid),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn list_users(
    State(state): State<ApiState>,
    caller: Caller,
    ApiQuery(wanted): ApiQuery<ListUsers>,
) -> Result<Json<Page<User>>, ApiError> {
    let ListUsers {
        query,
        cursor,
        limit,
    } = wanted;
    let listed = state
        .services
        .list_users(caller, query.as_deref(), cursor.as_deref(), limit);
    let (users, next_cursor) = listed.await?;
    Ok(Json(Page {
        items: crate::wire::users(&users),
        next_cursor,
    }))
}
