//! The links to a group.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, rest::invites::InviteList};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Caller,
    wire,
};

/// List the links with which people can join a group now, newest first. For those who may add
/// people.
#[utoipa::path(
    get,
    path = "/v1/chats/{chat_id}/invites",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "The group")),
    responses((status = 200, description = "The links", body = InviteList), ForbiddenOrNotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn list_invites(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
) -> Result<Json<InviteList>, ApiError> {
    let invites = state.services.list_invites(caller, chat_id).await?;
    let shown = invites
        .iter()
        .map(|one| wire::invite(one, state.services.invite_token(one.id)));
    Ok(Json(InviteList {
        items: shown.collect(),
    }))
}
