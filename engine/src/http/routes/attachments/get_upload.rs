//! How far an upload in parts is.

use axum::{Json, extract::State};
use relaychat_protocol::{UploadId, rest::attachments::Upload};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Caller,
};

/// How far an upload in parts is: where to go on after a connection broke.
#[utoipa::path(
    get,
    path = "/v1/uploads/{upload_id}",
    tag = "attachments",
    params(("upload_id" = UploadId, Path, description = "The upload")),
    responses((status = 200, description = "The upload", body = Upload), NotFound),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn get_upload(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath(upload_id): ApiPath<UploadId>,
) -> Result<Json<Upload>, ApiError> {
    let found = state.services.find_upload(caller, upload_id).await?;
    Ok(Json(crate::wire::upload(&found)))
}
