//! Read a profile picture.

use axum::{extract::State, http::HeaderMap, response::Response};
use relaychat_protocol::AttachmentId;

use super::file::{self, Caching};
use crate::http::{ApiError, ApiPath, ApiState, problems::NotReadable};

/// Read a profile picture, a square of at most 256 pixels. Its address is in the profile
/// (`avatar_url`), cannot be guessed, and may be kept for ever: a new picture has a new one.
#[utoipa::path(
    get,
    path = "/v1/avatars/{attachment_id}",
    tag = "attachments",
    params(
        ("attachment_id" = AttachmentId, Path, description = "The picture"),
        ("Range" = Option<String>, Header, description = "One range of bytes, such as `bytes=0-1023`"),
    ),
    responses(
        (status = 200, description = "The picture", content(
            (file::FileBytes = "image/png"), (file::FileBytes = "image/jpeg")
        )),
        (status = 206, description = "The range of the picture", content(
            (file::FileBytes = "image/png"), (file::FileBytes = "image/jpeg")
        )),
        (status = 304, description = "The caller has it already"),
        NotReadable
    )
)]
pub(in crate::http::routes) async fn get_avatar(
    State(state): State<ApiState>,
    ApiPath(attachment_id): ApiPath<AttachmentId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let blob = state.services.open_avatar(attachment_id).await?;
    file::respond(&state.services, &blob, Caching::ForEver, &headers).await
}
