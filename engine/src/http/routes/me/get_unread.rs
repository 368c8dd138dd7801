//! The caller's unread total.

use axum::{Json, extract::State};
use relaychat_protocol::rest::users::UnreadTotal;

use crate::{
    http::{ApiError, ApiState},
    services::Caller,
};

/// Unread messages of the caller over all chats that are neither muted nor archived.
#[utoipa::path(
    get,
    path = "/v1/me/unread",
    tag = "me",
    responses((status = 200, description = "The total", body = UnreadTotal)),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn get_unread(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<UnreadTotal>, ApiError> {
    let total = state.services.unread_total(caller).await?;
    Ok(Json(crate::wire::unread_total(total)))
}
