//! Join a group by a link.

use axum::{Json, extract::State};
use relaychat_protocol::rest::{chats::ChatWithUsers, invites::InviteToken};

use crate::{
    http::{ApiError, ApiJson, ApiState, problems::NotAdded},
    services::Caller,
    wire,
};

/// Join the group that a link leads to. Who is in it already stays as they are.
///
/// A link that is made up, revoked, expired or used up is not found.
#[utoipa::path(
    post,
    path = "/v1/invites/accept",
    tag = "chats",
    request_body = InviteToken,
    responses(
        (status = 200, description = "The group as it is now", body = ChatWithUsers),
        NotAdded
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn accept_invite(
    State(state): State<ApiState>,
    caller: Caller,
    ApiJson(body): ApiJson<InviteToken>,
) -> Result<Json<ChatWithUsers>, ApiError> {
    let joined = state.services.accept_invite(caller, &body.token);
    let (chat, users) = joined.await?;
    Ok(Json(wire::chat_with_users(&chat, &users)))
}
