//! Trade a code for a session.

use axum::{Json, extract::State};
use relaychat_protocol::rest::auth::{LoggedIn, VerifyCode};

use crate::http::{ApiError, ApiJson, ApiState, OwnAccounts, problems::NotVerified};

/// Trade a code for a session.
///
/// A code is valid for 10 minutes, once, and only with the `request_id` it was asked for with. It
/// takes 5 tries; after 10 wrong codes in 24 hours an account takes no codes, only links.
#[utoipa::path(
    post,
    path = "/v1/auth/verify",
    tag = "auth",
    request_body = VerifyCode,
    responses((status = 200, description = "Logged in", body = LoggedIn), NotVerified)
)]
pub(in crate::http::routes) async fn verify_code(
    State(state): State<ApiState>,
    _: OwnAccounts,
    ApiJson(body): ApiJson<VerifyCode>,
) -> Result<Json<LoggedIn>, ApiError> {
    let VerifyCode {
        request_id,
        code,
        device_name,
    } = body;
    let verified = state.services.verify_code(request_id, &code, device_name);
    Ok(Json(crate::wire::logged_in(verified.await?)))
}
