//! Read a file by its signed address.

use axum::{
    extract::State,
    http::{HeaderMap, Method},
    response::Response,
};
use relaychat_protocol::AttachmentId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::file::{self, Caching};
use crate::{
    domain::attachment::Variant,
    http::{ApiError, ApiPath, ApiQuery, ApiState, problems::NotReadable},
};

/// Which form of a file.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http::routes) enum BlobVariant {
    /// The whole file.
    Original,
    /// Of an image: at most 640 pixels on its longer side.
    Thumbnail,
}

/// The permission.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct BlobPermission {
    /// When the address stops working.
    expires: i64,
    /// The server's tag over the rest of the address.
    signature: String,
}

/// Read a file. The address comes from `GET /v1/attachments/{attachment_id}/links`, whole.
///
/// Supports `Range` with one range, `If-Range` and `If-None-Match`. The bytes never change. A server
/// may be set to answer with a redirect to its store, whose address works for some minutes.
#[utoipa::path(
    get,
    path = "/v1/blobs/{attachment_id}/{variant}",
    tag = "attachments",
    params(
        ("attachment_id" = AttachmentId, Path, description = "The file"),
        ("variant" = inline(BlobVariant), Path, description = "Which form of it"),
        BlobPermission,
        ("Range" = Option<String>, Header, description = "One range of bytes, such as `bytes=0-1023`"),
    ),
    responses(
        (status = 200, description = "The file", content(
            (file::FileBytes = "image/png"), (file::FileBytes = "image/jpeg"),
            (file::FileBytes = "application/octet-stream")
        )),
        (status = 206, description = "The range of the file", content(
            (file::FileBytes = "image/png"), (file::FileBytes = "image/jpeg"),
            (file::FileBytes = "application/octet-stream")
        )),
        (status = 304, description = "The caller has it already"),
        (status = 307, description = "The file is at the address in `Location`"),
        NotReadable
    )
)]
pub(in crate::http::routes) async fn get_blob(
    State(state): State<ApiState>,
    ApiPath((attachment_id, variant)): ApiPath<(AttachmentId, BlobVariant)>,
    ApiQuery(permission): ApiQuery<BlobPermission>,
    (method, headers): (Method, HeaderMap),
) -> Result<Response, ApiError> {
    let variant = match variant {
        BlobVariant::Original => Variant::Original,
        BlobVariant::Thumbnail => Variant::Thumbnail,
    };
    let BlobPermission { expires, signature } = permission;
    let services = &state.services;
    // Not ours yet: any number may stand here.
    let seconds_left = expires.saturating_sub(services.clock.now_ms()) / 1_000;
    // The store's address is good for GET alone.
    if state.settings.redirects_to_store && method == Method::GET {
        let found = services.find_signed_upload(attachment_id, variant, expires, &signature);
        let found = found.await?;
        if let Some(away) = file::redirect(services, &found, variant, seconds_left).await? {
            return Ok(away);
        }
    }
    let blob = services
        .open_signed_blob(attachment_id, variant, expires, &signature)
        .await?;
    file::respond(services, &blob, Caching::Private { seconds_left }, &headers).await
}
