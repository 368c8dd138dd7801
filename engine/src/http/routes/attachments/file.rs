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
    domain::attachment::{Attachment, Kind, Variant},
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
/// Types of files that are sent as what they are, for `<audio>` and `<video>`. They are offered for
/// saving all the same: players do not mind, and nothing of a stranger is ever shown as a page.
/// Anything else is just bytes.
const PLAYED_TYPES: [&str; 12] = [
    "audio/aac",
    "audio/flac",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "audio/webm",
    "audio/x-wav",
    "video/mp4",
    "video/ogg",
    "video/quicktime",
    "video/webm",
];
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
    let read = SignedRead {
        valid_ms: STORE_URL_MS,
        content_type: sent_type(attachment).to_owned(),
        content_disposition: disposition(attachment),
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
    let kept = match caching {
        Caching::Private { seconds_left } => {
            format!("private, max-age={}, immutable", seconds_left.max(0))
        }
        Caching::ForEver => "public, max-age=31536000, immutable".to_owned(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, sent_type(&blob.attachment)),
        (header::CACHE_CONTROL, &kept),
        (header::ETAG, tag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
        (header::CONTENT_DISPOSITION, &disposition(&blob.attachment)),
    ] {
        set(headers, name, value);
    }
}

/// The type a file is sent as.
fn sent_type(attachment: &Attachment) -> &str {
    let content_type = attachment.content_type.as_str();
    match attachment.kind {
        Kind::Image => content_type,
        Kind::File if PLAYED_TYPES.contains(&content_type) => content_type,
        Kind::File => "application/octet-stream",
    }
}

/// Shown in place or offered for saving. Only a picture that the server has written itself is shown,
/// under a name that fits what it is now.
fn disposition(attachment: &Attachment) -> String {
    let name = attachment.file_name.as_deref();
    match attachment.kind {
        Kind::Image => named("inline", name.map(|name| picture_name(attachment, name))),
        Kind::File => named("attachment", name.map(str::to_owned)),
    }
}

fn picture_name(attachment: &Attachment, name: &str) -> String {
    let extension = match attachment.content_type.as_str() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => "bin",
    };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = if stem.is_empty() { "image" } else { stem };
    format!("{stem}.{extension}")
}

fn named(kind: &str, name: Option<String>) -> String {
    let Some(name) = name else {
        return kind.to_owned();
    };
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
    use relaychat_protocol::{AttachmentId, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::domain::attachment::Usage;

    fn attachment(kind: Kind, content_type: &str, file_name: Option<&str>) -> Attachment {
        Attachment {
            id: AttachmentId(Uuid::nil()),
            owner_id: UserId(Uuid::nil()),
            kind,
            usage: Usage::Unused,
            content_type: content_type.to_owned(),
            size_bytes: 1,
            width: 1,
            height: 1,
            thumb_hash: None,
            file_name: file_name.map(str::to_owned),
            created_at_ms: 0,
        }
    }

    fn check(kind: Kind, content_type: &str, name: Option<&str>, expected: &str) {
        let found = disposition(&attachment(kind, content_type, name));
        assert_eq!(found, expected, "{name:?}");
    }

    #[test]
    fn a_name_is_suggested_safely_and_fits_the_type() {
        check(Kind::Image, "image/jpeg", None, "inline");
        check(
            Kind::Image,
            "image/jpeg",
            Some("My cat.heic"),
            "inline; filename=\"My cat.jpg\"; filename*=UTF-8''My%20cat.jpg",
        );
        check(
            Kind::Image,
            "image/png",
            Some("größe \"1\"; x.png"),
            "inline; filename=\"gr__e _1__ x.png\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22%3B%20x.png",
        );
        check(
            Kind::Image,
            "image/png",
            Some(".png"),
            "inline; filename=\"image.png\"; filename*=UTF-8''image.png",
        );
    }

    #[test]
    fn a_file_of_a_stranger_is_saved_under_its_own_name_and_never_shown() {
        check(Kind::File, "text/html", None, "attachment");
        check(Kind::File, "image/png", None, "attachment");
        check(
            Kind::File,
            "text/html",
            Some("evil.html"),
            "attachment; filename=\"evil.html\"; filename*=UTF-8''evil.html",
        );
        for unsafe_type in ["text/html", "image/svg+xml", "image/png", "application/pdf"] {
            let file = attachment(Kind::File, unsafe_type, None);
            assert_eq!(sent_type(&file), "application/octet-stream");
        }
        let video = attachment(Kind::File, "video/mp4", None);
        assert_eq!(sent_type(&video), "video/mp4");
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
            for kind in [Kind::Image, Kind::File] {
                let value = disposition(&attachment(kind, "image/png", Some(name)));
                HeaderValue::from_str(&value).expect("a valid header");
            }
        }
    }
}
