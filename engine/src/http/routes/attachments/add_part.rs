//! Add a part to an upload.

use axum::{
    Json,
    extract::{Request, State},
};
use relaychat_protocol::{UploadId, rest::attachments::Upload};

use super::{arriving::Arriving, upload::UploadedFile};
use crate::{
    http::{ApiError, ApiPath, ApiState, problems::PartRefused},
    limits::PART_BYTES,
    services::Caller,
};

/// Add the part of an upload that begins at `offset`, which is `received_bytes` of the upload.
///
/// The body is these bytes and nothing else. A part that was taken before may be repeated and
/// changes nothing; the answer says how far the upload is. Of two requests for one place one is
/// taken.
#[utoipa::path(
    put,
    path = "/v1/uploads/{upload_id}/parts/{offset}",
    tag = "attachments",
    params(
        ("upload_id" = UploadId, Path, description = "The upload"),
        ("offset" = u64, Path, description = "Where in the file the part begins, in bytes")
    ),
    request_body(
        content((UploadedFile = "application/octet-stream")),
        description = "The part"
    ),
    responses((status = 200, description = "The upload", body = Upload), PartRefused),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn add_part(
    State(state): State<ApiState>,
    caller: Caller,
    ApiPath((upload_id, offset)): ApiPath<(UploadId, u64)>,
    request: Request,
) -> Result<Json<Upload>, ApiError> {
    let services = &state.services;
    let slot = services.begin_part(caller)?;
    let upload = services.find_upload(caller, upload_id).await?;
    let left_bytes = upload.size_bytes.saturating_sub(offset);
    let arriving = Arriving::new(request, PART_BYTES.min(left_bytes)).await?;
    let bytes = arriving.whole().await?;
    let grown = services.add_part(caller, upload, offset, bytes).await?;
    drop(slot);
    Ok(Json(crate::wire::upload(&grown)))
}
