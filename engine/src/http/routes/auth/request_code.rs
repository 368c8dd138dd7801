//! Ask for a code.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::rest::auth::{CodeRequested, RequestCode};

use crate::http::{ApiError, ApiJson, ApiState, ClientIp, OwnAccounts, problems::Limited};

/// Send a one-time code to an e-mail address.
///
/// The answer is the same whether or not the address is known. While an address has had its share
/// of mail (one a minute, 5 an hour, 10 a day) no further mail is sent, and `resend_after_ms` says
/// when one can be. Too many requests from one network are refused.
#[utoipa::path(
    post,
    path = "/v1/auth/codes",
    tag = "auth",
    request_body = RequestCode,
    responses((status = 202, description = "A code is on its way", body = CodeRequested), Limited)
)]
pub(in crate::http::routes) async fn request_code(
    State(state): State<ApiState>,
    _: OwnAccounts,
    ClientIp(client): ClientIp,
    ApiJson(body): ApiJson<RequestCode>,
) -> Result<(StatusCode, Json<CodeRequested>), ApiError> {
    let requested = state.services.request_code(&body.email, client).await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(crate::wire::code_requested(requested)),
    ))
}
