//! Remove somebody from a group, or leave it.

use axum::{extract::State, http::StatusCode};
use relaychat_protocol::{ChatId, UserId};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Caller,
};

/// Remove somebody from a group; removing oneself is leaving.
///
/// Admins remove members, owners remove admins too. When the owner leaves, the longest-standing
/// admin, or else member, becomes the owner.
#[utoipa::path(
    delete,
    path = "/v1/chats/{chat_id}/members/{user_id}",
    tag = "chats",
    params(
        ("chat_id" = ChatId, Path, description = "The group"),
        ("user_id" = UserId, Path, description = "Who")
    ),
    responses((status = 204, description = "They are no longer a member"), ForbiddenOrNotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn remove_member(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath((chat_id, user_id)): ApiPath<(ChatId, UserId)>,
) -> Result<StatusCode, ApiError> {
    let removed = state.services.remove_member(caller, chat_id, user_id);
    removed.await?;
    Ok(StatusCode::NO_CONTENT)
}
