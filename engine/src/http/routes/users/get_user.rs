//! One person.

use axum::{Json, extract::State};
use relaychat_protocol::{UserId, rest::users::User};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Caller,
};

/// One person whom the caller may see.
#[utoipa::path(
    get,
    path = "/v1/users/{user_id}",
    tag = "users",
    params(("user_id" = UserId, Path, description = "Who")),
    responses((status = 200, description = "The person", body = User), NotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn get_user(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(user_id): ApiPath<UserId>,
) -> Result<Json<User>, ApiError> {
    let user = state.services.get_user(caller, user_id).await?;
    Ok(Json(crate::wire::user(&user)))
}
