//! List the files of a chat.

use axum::{Json, extract::State};
use relaychat_protocol::{ChatId, rest::attachments::AttachmentPage};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::attachment::Kind,
    http::{ApiError, ApiPath, ApiQuery, ApiState, problems::NotFoundOrInvalid},
    services::Caller,
};

/// Which files.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WantedKind {
    /// Images.
    Image,
    /// Everything else.
    File,
}

/// Which of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListAttachments {
    /// Of which kind.
    #[param(inline)]
    kind: WantedKind,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The images or the other files that the messages of a chat carry, the newest first.
#[utoipa::path(
    get,
    path = "/v1/chats/{chat_id}/attachments",
    tag = "messages",
    params(("chat_id" = ChatId, Path, description = "The chat"), ListAttachments),
    responses((status = 200, description = "A page of files", body = AttachmentPage), NotFoundOrInvalid),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn list_attachments(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(chat_id): ApiPath<ChatId>,
    ApiQuery(wanted): ApiQuery<ListAttachments>,
) -> Result<Json<AttachmentPage>, ApiError> {
    let ListAttachments {
        kind,
        cursor,
        limit,
    } = wanted;
    let kind = match kind {
        WantedKind::Image => Kind::Image,
        WantedKind::File => Kind::File,
    };
    let listed = state
        .services
        .list_files(caller, (chat_id, kind), cursor.as_deref(), limit);
    Ok(Json(crate::wire::attachment_page(&listed.await?)))
}
