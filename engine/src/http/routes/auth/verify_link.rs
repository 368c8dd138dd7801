//! Trade the link of a mail for a session.

use axum::{Json, extract::State};
use relaychat_protocol::rest::auth::{LoggedIn, VerifyLink};

use crate::http::{ApiError, ApiJson, ApiState, OwnAccounts, problems::LinkNotVerified};

/// Trade the one-time link of the mail for a session.
///
/// Works also while the account takes no codes, so that nobody can be locked out by somebody
/// else's guesses.
#[utoipa::path(
    post,
    path = "/v1/auth/verify-link",
    tag = "auth",
    request_body = VerifyLink,
    responses((status = 200, description = "Logged in", body = LoggedIn), LinkNotVerified)
)]
pub(in crate::http::routes) async fn verify_link(
    State(state): State<ApiState>,
    _: OwnAccounts,
    ApiJson(body): ApiJson<VerifyLink>,
) -> Result<Json<LoggedIn>, ApiError> {
    let VerifyLink { token, device_name } = body;
    let verified = state.services.verify_link(&token, device_name);
    Ok(Json(crate::wire::logged_in(verified.await?)))
}
