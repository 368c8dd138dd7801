//! The caller's profile.

use axum::{Json, extract::State};
use relaychat_protocol::rest::users::Me;

use crate::{
    http::{ApiError, ApiState},
    services::Caller,
};

/// The caller's own profile.
#[utoipa::path(
    get,
    path = "/v1/me",
    tag = "me",
    responses((status = 200, description = "The profile", body = Me)),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn get_me(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Me>, ApiError> {
    let user = state.services.me(caller).await?;
    Ok(Json(crate::wire::me(&user)))
}
