//! List who reacted to a message.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, MessageId, rest::messages::ReactionPage};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{ApiError, ApiPath, ApiQuery, ApiState, problems::NotFoundOrInvalid},
    services::Caller,
};

/// Which of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListReactions {
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Who reacted to a message with an emoji, in the order in which they did.
#[utoipa::path(
    get,
    path = "/v1/chats/{chat_id}/messages/{message_id}/reactions/{emoji}",
    tag = "messages",
    params(
        ("chat_id" = ChatId, Path, description = "The chat"),
        ("message_id" = MessageId, Path, description = "The message"),
        ("emoji" = String, Path, description = "One emoji, percent-encoded"),
        ListReactions
    ),
    responses((status = 200, description = "A page of people", body = ReactionPage), NotFoundOrInvalid),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn list_reactions(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath((chat_id, message_id, emoji)): ApiPath<(ChatId, MessageId, String)>,
    ApiQuery(wanted): ApiQuery<ListReactions>,
) -> Result<Json<ReactionPage>, ApiError> {
    let ListReactions { cursor, limit } = wanted;
    let of = (chat_id, message_id, emoji.as_str());
    let listed = state
        .services
        .list_reactions(caller, of, cursor.as_deref(), limit);
    Ok(Json(crate::wire::reaction_page(&listed.await?)))
}
