//! A file as an answer: ranges, caching, and headers that keep a browser from running it.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use relaychat_protocol::ErrorCode;
use utoipa::ToSchema;

use super::range::Part;
use crate::{
    blobs::SignedRead,
    domain::attachment::{Attachment, Variant},
    http::ApiError,
    services::{ReadableBlob, ServiceError, Services},
};

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(super) struct FileBytes(());

/// How long the answer may be kept, and by whom.
#[derive(Clone, Copy, Debug)]
pub(super) enum Caching {
    /// By the caller, as long as the address works.
    Private { seconds_left: i64 },
    /// By anybody.
    ForEver,
}

/// How long an address of the store works: long enough to follow it, and to read on after a pause.
const STORE_URL_MS: u64 = 5 * 60 * 1_000;
/// How long a client may keep the way there: shorter, so that it never leads to a dead end.
const REDIRECT_SECONDS: i64 = 4 * 60;
/// Even a picture gets no rights: opened by itself, it runs nothing and loads nothing.
const POLICY: &str = "sandbox; default-src 'none'";
/// Types that are shown in place. Only what the server has written itself is ever stored; anything
/// else is offered for saving.
const SHOWN_TYPES: [&str; 2] = ["image/jpeg", "image/png"];
/// Everything but the `attr-char` of RFC 8187.
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The file, or the part of it that `request` asks for.
pub(super) async fn respond(
    services: &Services,
    blob: &ReadableBlob,
    caching: Caching,
    request: &HeaderMap,
) -> Result<Response, ApiError> {
    let tag = format!("\"{}-{}\"", blob.attachment.id, blob.variant.as_str());
    if is_known(request, &tag) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        describe(&mut response, blob, caching, &tag);
        return Ok(response);
    }
    let size_bytes = blob.size_bytes;
    let (status, range) = match part(request, &tag, size_bytes) {
        Part::Whole => (StatusCode::OK, 0..size_bytes),
        Part::Range(range) => (StatusCode::PARTIAL_CONTENT, range),
        Part::Outside => return Ok(outside(size_bytes)),
    };
    let length = range.end - range.start;
    let body = Body::from_stream(services.read_blob(blob, range.clone()).await?);
    let mut response = (status, body).into_response();
    describe(&mut response, blob, caching, &tag);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if status == StatusCode::PARTIAL_CONTENT {
        let (first, last) = (range.start, range.end - 1);
        set(
            headers,
            header::CONTENT_RANGE,
            &format!("bytes {first}-{last}/{size_bytes}"),
        );
    }
    Ok(response)
}

/// The way to the store itself, which sends the file under the same type and name. Relayed instead
/// (`None`) when the store signs no addresses.
pub(super) async fn redirect(
    services: &Services,
    attachment: &Attachment,
    variant: Variant,
    seconds_left: i64,
) -> Result<Option<Response>, ApiError> {
    let content_type = &attachment.content_type;
    let read = SignedRead {
        valid_ms: STORE_URL_MS,
        content_type: content_type.clone(),
        content_disposition: disposition(content_type, attachment.file_name.as_deref()),
        cache_control: format!("private, max-age={}, immutable", seconds_left.max(0)),
    };
    let url = services.store_url(attachment.id, variant, &read).await?;
    let Some(location) = url.and_then(|url| HeaderValue::try_from(url).ok()) else {
        return Ok(None);
    };
    let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
    let kept = format!(
        "private, max-age={}",
        seconds_left.clamp(0, REDIRECT_SECONDS)
    );
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    set(headers, header::CACHE_CONTROL, &kept);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    Ok(Some(response))
}

/// Whether the caller has the file already. It never changes, so every tag of ours fits.
fn is_known(request: &HeaderMap, tag: &str) -> bool {
    text(request, header::IF_NONE_MATCH).is_some_and(|known| {
        let mut tags = known
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|known| known == tag || known == "*")
    })
}

/// The part that is asked for. An `If-Range` of another file makes it the whole.
fn part(request: &HeaderMap, tag: &str, size_bytes: u64) -> Part {
    let is_of_another = text(request, header::IF_RANGE).is_some_and(|known| known.trim() != tag);
    match text(request, header::RANGE) {
        Some(range) if !is_of_another => Part::of(range, size_bytes),
        _ => Part::Whole,
    }
}

fn outside(size_bytes: u64) -> Response {
    let error = ServiceError::new(ErrorCode::RangeNotSatisfiable);
    let mut response = ApiError::from(error).into_response();
    let size = format!("bytes */{size_bytes}");
    set(response.headers_mut(), header::CONTENT_RANGE, &size);
    response
}

/// The headers that do not depend on the part.
fn describe(response: &mut Response, blob: &ReadableBlob, caching: Caching, tag: &str) {
    let content_type = &blob.attachment.content_type;
    let kept = match caching {
        Caching::Private { seconds_left } => {
            format!("private, max-age={}, immutable", seconds_left.max(0))
        }
        Caching::ForEver => "public, max-age=31536000, immutable".to_owned(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, content_type.as_str()),
        (header::CACHE_CONTROL, &kept),
        (header::ETAG, tag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
        (
            header::CONTENT_DISPOSITION,
            &disposition(content_type, blob.attachment.file_name.as_deref()),
        ),
    ] {
        set(headers, name, value);
    }
}

/// Shown in place or offered for saving, with a name that fits what the file is now.
fn disposition(content_type: &str, file_name: Option<&str>) -> String {
    let kind = match SHOWN_TYPES.contains(&content_type) {
        true => "inline",
        false => "attachment",
    };
    let Some(name) = file_name else {
        return kind.to_owned();
    };
    let extension = match content_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => "bin",
    };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = if stem.is_empty() { "image" } else { stem };
    let name = format!("{stem}.{extension}");
    let plain: String = name
        .chars()
        .map(|c| match c {
            ' ' | '-' | '_' | '.' => c,
            _ if c.is_ascii_alphanumeric() => c,
            _ => '_',
        })
        .collect();
    let encoded = utf8_percent_encode(&name, NOT_ATTR_CHAR);
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    let value = HeaderValue::from_str(value).expect("made of ids, numbers and escaped names");
    headers.insert(name, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content_type: &str, name: Option<&str>, expected: &str) {
        assert_eq!(disposition(content_type, name), expected, "{name:?}");
    }

    #[test]
    fn a_name_is_suggested_safely_and_fits_the_type() {
        check("image/jpeg", None, "inline");
        check(
            "image/jpeg",
            Some("My cat.heic"),
            "inline; filename=\"My cat.jpg\"; filename*=UTF-8''My%20cat.jpg",
        );
        check(
            "image/png",
            Some("größe \"1\"; x.png"),
            "inline; filename=\"gr__e _1__ x.png\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22%3B%20x.png",
        );
        check(
            "text/html",
            Some("evil.html"),
            "attachment; filename=\"evil.bin\"; filename*=UTF-8''evil.bin",
        );
        check(
            "image/png",
            Some(".png"),
            "inline; filename=\"image.png\"; filename*=UTF-8''image.png",
        );
    }

    #[test]
    fn any_name_makes_a_valid_header() {
        for name in [
            "a\r\nb",
            "\u{202e}",
            "%0d%0a",
            "\"",
            "🎈".repeat(60).as_str(),
            "\\",
        ] {
            let value = disposition("image/png", Some(name));
            HeaderValue::from_str(&value).expect("a valid header");
        }
    }
}
