//! Open the chat of an object of the host.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::rest::{
    chats::{ChatInfo, Role},
    server::{AnchoredMember, OpenAnchoredChat},
};

use crate::{
    http::{ApiError, ApiJson, ApiState, made_or_found},
    limits::MEMBERS_PER_REQUEST,
    membership::HostMember,
    services::{Anchor, Server, ServiceError, host_key},
};

/// The chat that belongs to an object of the host, made if it does not exist.
///
/// Any number of requests at once get one chat.
#[utoipa::path(
    post,
    path = "/v1/server/chats/anchored",
    tag = "host",
    request_body = OpenAnchoredChat,
    responses(
        (status = 200, description = "The chat was there", body = ChatInfo),
        (status = 201, description = "The chat was made", body = ChatInfo)
    ),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn open_anchored_chat(
    State(state): State<ApiState>,
    _: Server,
    ApiJson(body): ApiJson<OpenAnchoredChat>,
) -> Result<(StatusCode, Json<ChatInfo>), ApiError> {
    let OpenAnchoredChat {
        host_key: key,
        name,
        members,
    } = body;
    if members.len() > MEMBERS_PER_REQUEST {
        let most = format!("Name at most {MEMBERS_PER_REQUEST} people.");
        return Err(ServiceError::invalid("members", most).into());
    }
    let anchor = Anchor {
        key: host_key(&key)?,
        name,
        members: members.into_iter().map(member).collect(),
    };
    let (chat, is_new) = state.services.chat_for(anchor).await?;
    Ok((made_or_found(is_new), Json(crate::wire::chat_info(&chat))))
}

fn member(member: AnchoredMember) -> HostMember {
    let AnchoredMember { user, name, role } = member;
    let named = HostMember::new(user).role(role.unwrap_or(Role::Member));
    match name {
        Some(name) => named.name(name),
        None => named,
    }
}
