//! Move watermarks.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ChatId,
    rest::{chats::Mark, sync::Receipt},
};

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::NotFound},
    services::Caller,
};

/// Move the caller's own watermarks forward: what was delivered and what was read.
///
/// A mark that is behind the present one changes nothing; one beyond the newest message is cut to
/// it. The answer has the watermarks as they are now.
#[utoipa::path(
    post,
    path = "/v1/chats/{chat_id}/marks",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "The chat")),
    request_body = Mark,
    responses((status = 200, description = "The caller's watermarks", body = Receipt), NotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn mark_chat(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiJson(body): ApiJson<Mark>,
) -> Result<Json<Receipt>, ApiError> {
    let Mark {
        delivered_seq,
        read_seq,
    } = body;
    let marked = state
        .services
        .mark(caller, chat_id, delivered_seq, read_seq);
    Ok(Json(crate::wire::receipt(&marked.await?)))
}
