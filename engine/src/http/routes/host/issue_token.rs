//! Issue an access token for a person.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::rest::server::{IssueToken, IssuedToken};

use crate::{
    domain::host_login::UserRef,
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Server,
};

/// An access token to hand to a person who is logged in with the host.
///
/// It works like every access token, over REST and in the `hello` frame. Its session can be revoked.
#[utoipa::path(
    post,
    path = "/v1/server/users/{user}/tokens",
    tag = "host",
    params(("user" = String, Path, description = "Who: the host's id, or `id:` and the engine's")),
    request_body = IssueToken,
    responses(
        (status = 201, description = "The token", body = IssuedToken),
        ForbiddenOrNotFound
    ),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn issue_token(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(user): ApiPath<String>,
    ApiJson(body): ApiJson<IssueToken>,
) -> Result<(StatusCode, Json<IssuedToken>), ApiError> {
    let IssueToken {
        ttl_ms,
        device_name,
    } = body;
    let user = UserRef::from(user);
    let issued = state
        .services
        .issue_token(&user, ttl_ms, device_name)
        .await?;
    Ok((StatusCode::CREATED, Json(crate::wire::issued_token(issued))))
}
