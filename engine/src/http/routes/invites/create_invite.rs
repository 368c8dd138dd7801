//! Make a link to a group.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::{
    ChatId,
    rest::invites::{CreateInvite, Invite},
};

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::ForbiddenOrNotFound},
    services::Caller,
    wire,
};

/// Make a link with which people join a group by themselves. For those who may
/// add people.
#[utoipa::path(
    post,
    path = "/v1/chats/{chat_id}/invites",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "The group")),
    request_body = CreateInvite,
    responses(
        (status = 201, description = "The link", body = Invite),
        ForbiddenOrNotFound
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn create_invite(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiJson(body): ApiJson<CreateInvite>,
) -> Result<(StatusCode, Json<Invite>), ApiError> {
    let terms = wire::invite_terms(body);
    let made = state.services.create_invite(caller, chat_id, terms).await?;
    let token = state.services.invite_token(made.id);
    Ok((StatusCode::CREATED, Json(wire::invite(&made, token))))
}
