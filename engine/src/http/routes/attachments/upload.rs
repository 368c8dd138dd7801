//! Send a file in.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
};
use relaychat_protocol::{ErrorCode, rest::attachments::Attachment};
use serde::Deserialize;
use utoipa::ToSchema;

use super::arriving::Arriving;
use crate::{
    domain::attachment::{self, Kind},
    http::{ApiError, ApiQuery, ApiState, problems::FileRefused},
    images::ACCEPTED_TYPES,
    services::{Caller, FileClaims, UploadSlot},
};

/// Longest type that is kept, in bytes: two names of 63 and the stroke, as RFC 6838 bounds them.
const TYPE_BYTES_MAX: usize = 127;

/// What to make of a file.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http::routes) enum UploadKind {
    /// An image, decoded and written anew. Anything else is refused.
    #[default]
    Image,
    /// Any file, kept byte for byte.
    File,
}

/// About the file.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct UploadQuery {
    /// The name the file has on the caller's device. Shown to those who see the file; anything
    /// like a path is cut off.
    #[serde(default)]
    #[param(example = "cat.jpg")]
    file_name: Option<String>,
    /// What to make of it.
    #[serde(default)]
    #[param(inline)]
    kind: UploadKind,
}

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(in crate::http::routes) struct UploadedFile(());

/// Upload a file, to be named by a message or used as a picture afterwards.
///
/// The body is the file itself. An image is what its content says; it is decoded and written anew,
/// upright and without metadata. With `kind=file` the file is of any type and kept as it is, its
/// metadata included: its `Content-Type` is what the others are told, and they get it as something
/// to save. An upload that nothing uses within 24 hours is removed.
#[utoipa::path(
    post,
    path = "/v1/uploads",
    tag = "attachments",
    params(UploadQuery),
    request_body(
        content(
            (UploadedFile = "image/png"),
            (UploadedFile = "image/jpeg"),
            (UploadedFile = "image/webp"),
            (UploadedFile = "image/gif"),
            (UploadedFile = "application/octet-stream")
        ),
        description = "The file"
    ),
    responses(
        (status = 201, description = "The upload, ready to be named", body = Attachment),
        FileRefused
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn upload(
    State(state): State<ApiState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<UploadQuery>,
    request: Request,
) -> Result<(StatusCode, Json<Attachment>), ApiError> {
    let UploadQuery { file_name, kind } = query;
    let taken = match kind {
        UploadKind::Image => {
            check_type(request.headers())?;
            let slot = state.services.begin_upload(caller).await?;
            let arriving = arriving(&state, caller, Kind::Image, request).await?;
            let file = arriving.whole().await?;
            let file_name = file_name.as_deref();
            state.services.upload(caller, slot, file, file_name).await?
        }
        UploadKind::File => {
            let slot = state.services.begin_upload(caller).await?;
            take_file(&state, (caller, slot), file_name, request).await?
        }
    };
    Ok((StatusCode::CREATED, Json(crate::wire::attachment(&taken))))
}

/// Takes a file of any type, piece by piece.
async fn take_file(
    state: &ApiState,
    (caller, slot): (Caller, UploadSlot),
    file_name: Option<String>,
    request: Request,
) -> Result<attachment::Attachment, ApiError> {
    let claims = FileClaims {
        content_type: essence(request.headers()).filter(|essence| is_type(essence)),
        file_name,
    };
    let arriving = arriving(state, caller, Kind::File, request).await?;
    let (pieces, refusal) = arriving.pieces();
    let taken = state.services.upload_file(caller, slot, claims, pieces);
    taken.await.map_err(|error| match refusal.take() {
        Some(refused) => refused,
        None => error.into(),
    })
}

/// The body of a request, which there is room for.
async fn arriving(
    state: &ApiState,
    caller: Caller,
    kind: Kind,
    request: Request,
) -> Result<Arriving, ApiError> {
    let bytes_max = state.services.upload_bytes_max(kind);
    let arriving = Arriving::new(request, bytes_max).await?;
    let announced = arriving.announced_bytes().unwrap_or(0);
    match state.services.check_room(caller, announced).await {
        Ok(()) => Ok(arriving),
        Err(error) => {
            arriving.read_away().await;
            Err(error.into())
        }
    }
}

/// What the caller says the file is, without parameters.
fn essence(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(essence_of(value))
}

/// A type without parameters.
pub(super) fn essence_of(content_type: &str) -> String {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.to_ascii_lowercase()
}

/// Whether it is a type as RFC 6838 writes them, and nothing else: it goes into a header.
pub(super) fn is_type(essence: &str) -> bool {
    let is_name = |name: &str| {
        let mut bytes = name.bytes();
        let begins = bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphanumeric());
        begins && bytes.all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let names = essence.split_once('/');
    essence.len() <= TYPE_BYTES_MAX && names.is_some_and(|(a, b)| is_name(a) && is_name(b))
}

/// Refuses what says itself that it is something else. What it really is, its content tells.
fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    if !headers.contains_key(header::CONTENT_TYPE) {
        return Ok(());
    }
    match is_picture(&essence(headers).unwrap_or_default()) {
        true => Ok(()),
        false => Err(ErrorCode::UnsupportedMediaType.into()),
    }
}

/// Whether a type may be that of a picture.
pub(super) fn is_picture(essence: &str) -> bool {
    let mut accepted = ACCEPTED_TYPES.iter().chain(&["application/octet-stream"]);
    accepted.any(|accepted| essence == *accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_two_names_and_nothing_else() {
        for good in [
            "text/plain",
            "application/vnd.oasis.opendocument.text",
            "audio/3gpp",
        ] {
            assert!(is_type(good), "{good}");
        }
        let long = format!("a/{}", "b".repeat(126));
        for bad in [
            "", "text", "/", "text/", "/plain", "a/b/c", "te xt/a", "a/b\r\n", "a/ä", &long,
        ] {
            assert!(!is_type(bad), "{bad:?}");
        }
    }
}
