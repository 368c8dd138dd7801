//! Send a file in.

use std::time::Duration;

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use relaychat_protocol::{ErrorCode, rest::attachments::Attachment};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    http::{ApiError, ApiQuery, ApiState, problems::ImageRefused},
    images::ACCEPTED_TYPES,
    services::Caller,
};

/// How long a file may take to arrive: 10 MiB over a phone network of 1 Mbit/s.
const ARRIVAL_MAX: Duration = Duration::from_secs(120);
/// How much of a file that is too large is read away before the answer, in bytes: a client that is
/// still sending when the connection closes sees a broken connection and no answer.
const READ_AWAY_BYTES: u64 = 32 * 1024 * 1024;
/// How long that may take.
const READ_AWAY_MAX: Duration = Duration::from_secs(10);

/// About the file.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct UploadQuery {
    /// The name the file has on the caller's device. Shown to those who see the file; anything
    /// like a path is cut off.
    #[serde(default)]
    #[param(example = "cat.jpg")]
    file_name: Option<String>,
}

/// The bytes of an image file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(in crate::http::routes) struct ImageFile(());

/// Upload an image, to be named by a message or used as a picture afterwards.
///
/// The body is the file itself. What it is is decided by its content; it is decoded and written
/// anew, upright and without metadata. An upload that nothing uses within 24 hours is removed.
#[utoipa::path(
    post,
    path = "/v1/uploads",
    tag = "attachments",
    params(UploadQuery),
    request_body(
        content(
            (ImageFile = "image/png"),
            (ImageFile = "image/jpeg"),
            (ImageFile = "image/webp"),
            (ImageFile = "image/gif"),
            (ImageFile = "application/octet-stream")
        ),
        description = "The file"
    ),
    responses(
        (status = 201, description = "The upload, ready to be named", body = Attachment),
        ImageRefused
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn upload(
    State(state): State<ApiState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<UploadQuery>,
    request: Request,
) -> Result<(StatusCode, Json<Attachment>), ApiError> {
    check_type(request.headers())?;
    let slot = state.services.begin_upload(caller).await?;
    let bytes_max = state.services.upload_bytes_max();
    let file = tokio::time::timeout(ARRIVAL_MAX, receive(request, bytes_max))
        .await
        .map_err(|_| ErrorCode::RequestTimeout)??;
    let file_name = query.file_name.as_deref();
    let attachment = state.services.upload(caller, slot, file, file_name).await?;
    Ok((
        StatusCode::CREATED,
        Json(crate::wire::attachment(&attachment)),
    ))
}

/// Refuses what says itself that it is something else. What it really is, its content tells.
fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let value = value.to_str().unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    let is_accepted = ACCEPTED_TYPES
        .iter()
        .chain(&["application/octet-stream"])
        .any(|accepted| essence.eq_ignore_ascii_case(accepted));
    match is_accepted {
        true => Ok(()),
        false => Err(ErrorCode::UnsupportedMediaType.into()),
    }
}

/// The whole body, or nothing.
async fn receive(request: Request, bytes_max: u64) -> Result<Bytes, ApiError> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok());
    let mut body = request.into_body();
    if announced.is_some_and(|bytes| bytes > bytes_max) {
        return Err(too_large(body).await);
    }
    let mut file = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::malformed("The body ended early.", None))?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        if (file.len() + data.len()) as u64 > bytes_max {
            return Err(too_large(body).await);
        }
        file.extend_from_slice(data);
    }
    Ok(file.freeze())
}

/// Reads away what is on its way, so that the client hears the answer.
async fn too_large(mut body: Body) -> ApiError {
    let read_away = async {
        let mut read_bytes = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read_bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
            if read_bytes > READ_AWAY_BYTES {
                break;
            }
        }
    };
    let _in_time = tokio::time::timeout(READ_AWAY_MAX, read_away).await;
    ErrorCode::PayloadTooLarge.into()
}
