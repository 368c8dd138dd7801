//! Ask for a code.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use relaychat_protocol::rest::auth::{CodeRequested, RequestCode};

use crate::http::{ApiError, ApiJson, ApiState, ClientIp, OwnAccounts, problems::Limited};

/// Send a one-time code to an e-mail address.
///
/// The answer is the same whether or not the address is known. While an address has had its share
/// of mail (one a minute, 5 an hour, 10 a day) no further mail is sent, and `resend_after_ms` says
/// when one can be. Too many requests from one network are refused. The mail is in the language that
/// `Accept-Language` asks for, if there is one, or else in English.
#[utoipa::path(
    post,
    path = "/v1/auth/codes",
    tag = "auth",
    params(
        ("Accept-Language" = Option<String>, Header, description = "Languages of the mail, such as `de,en;q=0.5`"),
    ),
    request_body = RequestCode,
    responses((status = 202, description = "A code is on its way", body = CodeRequested), Limited)
)]
pub(in crate::http::routes) async fn request_code(
    State(state): State<ApiState>,
    _: OwnAccounts,
    ClientIp(client): ClientIp,
    headers: HeaderMap,
    ApiJson(body): ApiJson<RequestCode>,
) -> Result<(StatusCode, Json<CodeRequested>), ApiError> {
    let languages = headers.get(header::ACCEPT_LANGUAGE);
    let languages = languages.and_then(|value| value.to_str().ok());
    let requested = state
        .services
        .request_code(&body.email, client, languages.unwrap_or_default())
        .await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(crate::wire::code_requested(requested)),
    ))
}
