//! Trade a refresh token for new tokens.

use axum::{Json, extract::State};
use relaychat_protocol::rest::auth::{RefreshSession, Tokens};

use crate::http::{ApiError, ApiJson, ApiState, OwnAccounts, problems::NotRefreshed};

/// Trade a refresh token for new tokens.
///
/// The old refresh token is spent. Using it again within 30 seconds gives tokens too (two tabs that
/// wake up together); using it later ends the session, for then somebody has a copy.
#[utoipa::path(
    post,
    path = "/v1/auth/refresh",
    tag = "auth",
    request_body = RefreshSession,
    responses((status = 200, description = "New tokens", body = Tokens), NotRefreshed)
)]
pub(in crate::http::routes) async fn refresh_session(
    State(state): State<ApiState>,
    _: OwnAccounts,
    ApiJson(body): ApiJson<RefreshSession>,
) -> Result<Json<Tokens>, ApiError> {
    let refreshed = state.services.refresh_session(&body.refresh_token);
    Ok(Json(crate::wire::tokens(refreshed.await?)))
}
