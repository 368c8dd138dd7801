//! Read the history.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, rest::messages::MessagePage};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{ApiError, ApiPath, ApiQuery, ApiState, problems::NotFoundOrInvalid},
    services::{Caller, HistoryPlace, ServiceError},
};

/// Which part of the history. At most one of `before`, `after` and `around`; none for the newest.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListMessages {
    /// Messages right before this `seq`.
    #[serde(default)]
    #[param(maximum = 9007199254740991i64)]
    before: Option<u64>,
    /// Messages right after this `seq`.
    #[serde(default)]
    #[param(maximum = 9007199254740991i64)]
    after: Option<u64>,
    /// Messages on both sides of this `seq`, itself included.
    #[serde(default)]
    #[param(maximum = 9007199254740991i64)]
    around: Option<u64>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A part of the history of a chat, oldest first, without holes.
#[utoipa::path(
    get,
    path = "/v1/chats/{chat_id}/messages",
    tag = "messages",
    params(("chat_id" = ChatId, Path, description = "The chat"), ListMessages),
    responses((status = 200, description = "Messages", body = MessagePage), NotFoundOrInvalid),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn list_messages(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiQuery(wanted): ApiQuery<ListMessages>,
) -> Result<Json<MessagePage>, ApiError> {
    let limit = wanted.limit;
    let place = place_of(&wanted)?;
    let page = state.services.list_messages(caller, chat_id, place, limit);
    Ok(Json(crate::wire::history_page(&page.await?)))
}

/// The largest whole number that every reader of JSON keeps exactly: 2^53 - 1.
const SEQ_MAX: u64 = 9_007_199_254_740_991;

/// The place that the query names.
fn place_of(wanted: &ListMessages) -> Result<HistoryPlace, ServiceError> {
    let ListMessages {
        before,
        after,
        around,
        limit: _,
    } = wanted;
    if [before, after, around]
        .into_iter()
        .flatten()
        .any(|seq| *seq > SEQ_MAX)
    {
        return Err(ServiceError::invalid(
            "seq",
            "No message has such a number.",
        ));
    }
    match (before, after, around) {
        (None, None, None) => Ok(HistoryPlace::Newest),
        (Some(seq), None, None) => Ok(HistoryPlace::Before(*seq)),
        (None, Some(seq), None) => Ok(HistoryPlace::After(*seq)),
        (None, None, Some(seq)) => Ok(HistoryPlace::Around(*seq)),
        _ => Err(ServiceError::invalid(
            "before",
            "Give at most one of before, after and around.",
        )),
    }
}
