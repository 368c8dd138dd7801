//! Catch up.

use axum::{Json, extract::State};
use relaychat_protocol::rest::sync::SyncAnswer;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{ApiError, ApiQuery, ApiState},
    services::Caller,
};

/// Since when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct SyncSince {
    /// The newest token the client has; without one the answer is the first snapshot.
    #[serde(default)]
    since: Option<String>,
}

/// What the caller must know to be up to date.
///
/// Every change committed before the returned token was made is in this answer or an earlier one.
/// A token that cannot be used is no error: the answer's `kind` is `reset`. Sync again at once while
/// `has_more` is true.
#[utoipa::path(
    get,
    path = "/v1/sync",
    tag = "sync",
    params(SyncSince),
    responses((status = 200, description = "Changes, a snapshot or a reset", body = SyncAnswer)),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn sync_changes(
    State(state): State<ApiState>,
    caller: Caller,
    ApiQuery(wanted): ApiQuery<SyncSince>,
) -> Result<Json<SyncAnswer>, ApiError> {
    let since = wanted.since.as_deref();
    let answer = state.services.sync_page(caller, since).await?;
    Ok(Json(crate::wire::sync_answer(&answer)))
}
