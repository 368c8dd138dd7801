//! Where the bytes of a file can be read.

use axum::{Json, extract::State};
use relaychat_protocol::{AttachmentId, rest::attachments::AttachmentLinks};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::{Caller, LinkPair},
};

/// Addresses where a file can be read for an hour, without further authentication.
///
/// For the members of the chat it was sent to, and for its owner as long as nothing uses it. The
/// addresses stay the same for some minutes, so that a client can keep what it has loaded.
#[utoipa::path(
    get,
    path = "/v1/attachments/{attachment_id}/links",
    tag = "attachments",
    params(("attachment_id" = AttachmentId, Path, description = "The file")),
    responses((status = 200, description = "The addresses", body = AttachmentLinks), NotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn get_attachment_links(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(attachment_id): ApiPath<AttachmentId>,
) -> Result<Json<AttachmentLinks>, ApiError> {
    let LinkPair {
        url,
        thumbnail_url,
        expires_at_ms,
    } = state
        .services
        .attachment_links(caller, attachment_id)
        .await?;
    Ok(Json(AttachmentLinks {
        url,
        thumbnail_url,
        expires_at_ms,
    }))
}
