//! Set the caller's picture.

use axum::{Json, extract::State};
use relaychat_protocol::rest::users::{Me, SetAvatar};

use crate::{
    http::{ApiError, ApiJson, ApiState, problems::HostsProfile},
    services::Caller,
};

/// Use an uploaded image as the caller's picture.
#[utoipa::path(
    put,
    path = "/v1/me/avatar",
    tag = "me",
    request_body = SetAvatar,
    responses((status = 200, description = "The profile as it is now", body = Me), HostsProfile),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn set_avatar(
    State(state): State<ApiState>,
    caller: Caller,
    ApiJson(body): ApiJson<SetAvatar>,
) -> Result<Json<Me>, ApiError> {
    let user = state
        .services
        .set_avatar(caller, body.attachment_id)
        .await?;
    Ok(Json(crate::wire::me(&user)))
}
