//! Make a file of an upload in parts.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::{UploadId, rest::attachments::Attachment};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::UploadNotFinished},
    services::Caller,
};

/// Make a file of an upload whose parts are all there.
///
/// The answer is that of an upload in one request, and the same again when it is repeated. What is
/// refused for good (by its content or by the host) is removed.
#[utoipa::path(
    post,
    path = "/v1/uploads/{upload_id}/finish",
    tag = "attachments",
    params(("upload_id" = UploadId, Path, description = "The upload")),
    responses(
        (status = 201, description = "The upload, ready to be named", body = Attachment),
        UploadNotFinished
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn finish_upload(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(upload_id): ApiPath<UploadId>,
) -> Result<(StatusCode, Json<Attachment>), ApiError> {
    let made = state.services.finish_upload(caller, upload_id).await?;
    Ok((StatusCode::CREATED, Json(crate::wire::attachment(&made))))
}
