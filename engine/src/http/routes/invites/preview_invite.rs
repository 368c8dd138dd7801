//! See where a link leads.

use axum::{Json, extract::State};
use relaychat_protocol::rest::invites::{InvitePreview, InviteToken};

use crate::{
    http::{ApiError, ApiJson, ApiState, problems::NotFound},
    services::Caller,
    wire,
};

/// See the group that a link leads to, without joining it.
///
/// A link that is made up, revoked, expired or used up is not found.
#[utoipa::path(
    post,
    path = "/v1/invites/preview",
    tag = "chats",
    request_body = InviteToken,
    responses((status = 200, description = "The group", body = InvitePreview), NotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn preview_invite(
    State(state): State<ApiState>,
    caller: Caller,
    ApiJson(body): ApiJson<InviteToken>,
) -> Result<Json<InvitePreview>, ApiError> {
    let found = state.services.preview_invite(caller, &body.token);
    let (chat, is_member) = found.await?;
    Ok(Json(wire::invite_preview(&chat, is_member)))
}
