//! Block somebody.

use axum::{extract::State, http::StatusCode};
use relaychat_protocol::UserId;

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFoundOrInvalid},
    services::Caller,
};

/// Block somebody: the two cannot write to each other any more, and neither sees when the other
/// types or is online. The blocked person is not told. Groups are shared as before. Twice is once.
#[utoipa::path(
    put,
    path = "/v1/me/blocks/{user_id}",
    tag = "me",
    params(("user_id" = UserId, Path, description = "The person")),
    responses((status = 204, description = "The person is blocked"), NotFoundOrInvalid),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn block_user(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(user_id): ApiPath<UserId>,
) -> Result<StatusCode, ApiError> {
    state.services.block(caller, user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
