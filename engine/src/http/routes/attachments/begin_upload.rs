//! Begin an upload in parts.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::{
    ErrorCode,
    rest::attachments::{AttachmentKind, BeginUpload, Upload},
};

use super::upload::{essence_of, is_picture, is_type};
use crate::{
    domain::attachment::Kind,
    http::{ApiError, ApiJson, ApiState, problems::UploadNotBegun},
    services::{Caller, FileClaims, ServiceError},
};

/// Begin to upload a file in parts, for large files over connections that break.
///
/// The parts follow in order, each `part_bytes` long and the last one what is left; then the upload
/// is finished and is like one that came in one request. Room for all of it is kept from now on. One
/// to which no part is added for 24 hours is removed. A person has at most 16 unfinished ones.
#[utoipa::path(
    post,
    path = "/v1/uploads/begin",
    tag = "attachments",
    request_body = BeginUpload,
    responses((status = 201, description = "The upload", body = Upload), UploadNotBegun),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn begin_upload(
    State(state): State<ApiState>,
    caller: Caller,
    ApiJson(begin): ApiJson<BeginUpload>,
) -> Result<(StatusCode, Json<Upload>), ApiError> {
    let BeginUpload {
        kind,
        file_name,
        content_type,
        size_bytes,
    } = begin;
    let essence = content_type.as_deref().map(essence_of);
    let kind = match kind {
        AttachmentKind::Image if essence.as_deref().is_some_and(|one| !is_picture(one)) => {
            return Err(ErrorCode::UnsupportedMediaType.into());
        }
        AttachmentKind::Image => Kind::Image,
        AttachmentKind::File => Kind::File,
        _ => return Err(ServiceError::invalid("kind", "That is no kind of file.").into()),
    };
    let claims = FileClaims {
        content_type: essence.filter(|essence| is_type(essence)),
        file_name,
    };
    let services = &state.services;
    let begun = services.begin_parts(caller, kind, claims, size_bytes);
    Ok((
        StatusCode::CREATED,
        Json(crate::wire::upload(&begun.await?)),
    ))
}
