//! Give an upload in parts up.

use axum::{extract::State, http::StatusCode};
use relaychat_protocol::UploadId;

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Caller,
};

/// Give an upload in parts up: its bytes are removed. What was made of a finished one stays.
#[utoipa::path(
    delete,
    path = "/v1/uploads/{upload_id}",
    tag = "attachments",
    params(("upload_id" = UploadId, Path, description = "The upload")),
    responses((status = 204, description = "It is gone"), NotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn give_up_upload(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(upload_id): ApiPath<UploadId>,
) -> Result<StatusCode, ApiError> {
    state.services.give_up_upload(caller, upload_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
