//! Remove the caller's picture.

use axum::{Json, extract::State};
use relaychat_protocol::rest::users::Me;

use crate::{
    http::{ApiError, ApiState, problems::HostsProfile},
    services::Caller,
};

/// Remove the caller's picture.
#[utoipa::path(
    delete,
    path = "/v1/me/avatar",
    tag = "me",
    responses((status = 200, description = "The profile as it is now", body = Me), HostsProfile),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn remove_avatar(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Me>, ApiError> {
    let user = state.services.remove_avatar(caller).await?;
    Ok(Json(crate::wire::me(&user)))
}
