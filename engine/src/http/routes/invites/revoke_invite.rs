//! Take a link to a group back.

use axum::{extract::State, http::StatusCode};
use relaychat_protocol::{ChatId, InviteId};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Caller,
};

/// Take a link to a group back: nobody joins with it any more. For those who may
/// add people: their own links, and for its owner and admins all.
#[utoipa::path(
    delete,
    path = "/v1/chats/{chat_id}/invites/{invite_id}",
    tag = "chats",
    params(
        ("chat_id" = ChatId, Path, description = "The group"),
        ("invite_id" = InviteId, Path, description = "The link")
    ),
    responses((status = 204, description = "The link leads nowhere"), ForbiddenOrNotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn revoke_invite(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath((chat_id, invite_id)): ApiPath<(ChatId, InviteId)>,
) -> Result<StatusCode, ApiError> {
    let revoked = state.services.revoke_invite(caller, chat_id, invite_id);
    revoked.await?;
    Ok(StatusCode::NO_CONTENT)
}
