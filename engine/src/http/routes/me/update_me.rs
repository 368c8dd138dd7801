//! Change the profile.

use axum::{Json, extract::State};
use relaychat_protocol::rest::users::{Me, UpdateMe};

use crate::{
    http::{ApiError, ApiJson, ApiState, problems::HostsProfile},
    services::Caller,
};

/// Change the caller's profile, and what others are told of the caller. Fields that are absent stay
/// as they are. Where the host keeps the profile, the caller changes only what others are told.
#[utoipa::path(
    patch,
    path = "/v1/me",
    tag = "me",
    request_body = UpdateMe,
    responses((status = 200, description = "The profile as it is now", body = Me), HostsProfile),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn update_me(
    State(state): State<ApiState>,
    caller: Caller,
    ApiJson(body): ApiJson<UpdateMe>,
) -> Result<Json<Me>, ApiError> {
    let privacy = crate::wire::privacy_change(&body);
    let user = state.services.change_me(caller, body.name, privacy).await?;
    Ok(Json(crate::wire::me(&user)))
}
