//! Take a block back.

use axum::{extract::State, http::StatusCode};
use relaychat_protocol::UserId;

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::Invalid},
    services::Caller,
};

/// Take a block back. What was refused meanwhile does not come. Somebody who is not blocked stays
/// so.
#[utoipa::path(
    delete,
    path = "/v1/me/blocks/{user_id}",
    tag = "me",
    params(("user_id" = UserId, Path, description = "The person")),
    responses((status = 204, description = "The person is not blocked"), Invalid),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn unblock_user(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(user_id): ApiPath<UserId>,
) -> Result<StatusCode, ApiError> {
    state.services.unblock(caller, user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
