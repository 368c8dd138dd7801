//! The web application, embedded in the binary (feature `web`).
//!
//! The files are put into `engine/web-dist` by `cargo xtask serve`, with `.br` and `.gz` siblings
//! made there once instead of here on every request. Nothing of the chat is decided here: these are
//! files with the right headers.
//!
//! The content security policy lets no inline script run but the one that `index.html` brings along
//! (it sets the theme before the first paint); its hash is taken from the embedded file itself, so
//! that the two cannot drift apart.

use std::{fmt::Write, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "web-dist/"]
struct Files;

const INDEX: &str = "index.html";
/// Names of hashed files never change their content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Folders whose file names carry a hash of their content.
const HASHED: &str = "assets/";
/// Prefixes that are never pages of the application.
const NOT_PAGES: [&str; 3] = ["/v1", "/api", "/_"];

/// Serves the application at the root: its files, and `index.html` for every address that a person
/// may open in it. To be merged with an engine's router, which takes its own addresses first.
///
/// Its pages load files from the engine alone: pictures of an engine whose reads are
/// [`Redirected`](crate::config::UploadReads::Redirected) to the store do not show in them.
pub fn router() -> Router {
    let index = Files::get(INDEX).map(|file| file.data.into_owned());
    let policy = policy(&String::from_utf8_lossy(&index.unwrap_or_default()));
    Router::new().fallback(serve).with_state(Arc::new(policy))
}

async fn serve(
    State(policy): State<Arc<HeaderValue>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    let name = match path {
        "" => INDEX,
        path if is_hidden(path) => "",
        path if Files::get(path).is_some() => path,
        _ if is_page(uri.path(), &headers) => INDEX,
        _ => "",
    };
    if name.is_empty() {
        return (StatusCode::NOT_FOUND, "Not found\n").into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET, HEAD")],
        )
            .into_response();
    }
    answer(name, &headers, &policy)
}

/// The compressed siblings are answers, not files of their own.
fn is_hidden(path: &str) -> bool {
    path.ends_with(".br") || path.ends_with(".gz")
}

/// Whether a person opens an address of the application: a browser asks for HTML, and the last part
/// is no file name.
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    let wants_html = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let is_ours = NOT_PAGES
        .iter()
        .all(|prefix| path != *prefix && !path.starts_with(&format!("{prefix}/")));
    let last = path.rsplit('/').next().unwrap_or("");
    wants_html && is_ours && !last.contains('.')
}

fn answer(name: &str, headers: &HeaderMap, policy: &HeaderValue) -> Response {
    let Some((file, encoding)) = pick(name, headers) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = tag(&file);
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| known.split(',').any(|known| known.trim() == tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data.into_owned()).into_response()
    };
    let cache = if name.starts_with(HASHED) {
        FOR_EVER
    } else {
        "no-cache"
    };
    let fixed = [
        (header::CONTENT_TYPE, content_type(name)),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "Accept-Encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let answered = response.headers_mut();
    for (header, value) in fixed {
        answered.insert(header, HeaderValue::from_static(value));
    }
    answered.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    if let Some(encoding) = encoding {
        answered.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answered.insert(header::ETAG, tag);
    }
    response
}

/// The file, in the best form that the client takes.
fn pick(name: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|accepted| accepted.to_str().ok())
        .unwrap_or("");
    let takes = |encoding: &str| {
        accepted.split(',').any(|offer| {
            let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
            name.trim() == encoding && !matches!(weight.trim(), "q=0" | "q=0.0")
        })
    };
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        if takes(encoding)
            && let Some(file) = Files::get(&format!("{name}.{ending}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    Files::get(name).map(|file| (file, None))
}

fn tag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let mut tag = String::from("\"");
    for byte in &hash[..12] {
        write!(tag, "{byte:02x}").expect("a string takes everything");
    }
    tag.push('"');
    tag
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Own scripts only, and the inline ones of `index` by their hashes.
fn policy(index: &str) -> HeaderValue {
    let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
    for script in inline_scripts(index) {
        let hash = STANDARD.encode(Sha256::digest(script.as_bytes()));
        write!(scripts, " 'sha256-{hash}'").expect("a string takes everything");
    }
    // `style-src 'unsafe-inline'`: positions of virtual lists are style attributes.
    let policy = format!(
        "default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
         worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("a policy is made of visible ASCII")
}

/// The text of each `<script>` without `src`.
fn inline_scripts(html: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        rest = &rest[start + "<script".len()..];
        let Some((attributes, body)) = rest.split_once('>') else {
            break;
        };
        let Some((script, after)) = body.split_once("</script>") else {
            break;
        };
        if !attributes.contains("src=") && !script.is_empty() {
            scripts.push(script);
        }
        rest = after;
    }
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_found_and_others_are_not() {
        let html = r#"<script type="module" src="/a.js"></script><script>theme()</script><p>x"#;
        assert_eq!(inline_scripts(html), ["theme()"]);
        let policy = policy(html);
        let policy = policy.to_str().expect("text");
        let hash = STANDARD.encode(Sha256::digest(b"theme()"));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
        assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
    }

    /// The bytes of a recording are shown by an object URL; nothing is played from elsewhere, and no
    /// object URL is fetched.
    #[test]
    fn sounds_and_videos_play_from_here_and_from_the_page_itself() {
        let policy = policy("");
        let policy = policy.to_str().expect("text");
        let rules: Vec<&str> = policy.split(';').map(str::trim).collect();
        assert!(rules.contains(&"media-src 'self' blob:"), "{policy}");
        assert!(rules.contains(&"connect-src 'self'"), "{policy}");
    }

    fn check_page(path: &str, accept: &str, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().expect("a header"));
        assert_eq!(is_page(path, &headers), expected, "{path} {accept}");
    }

    #[test]
    fn only_addresses_that_people_open_are_pages() {
        let html = "text/html,application/xhtml+xml";
        check_page("/login", html, true);
        check_page("/chat/01890000-0000-7000-8000-000000000000", html, true);
        check_page("/login", "*/*", false);
        check_page("/assets/gone-abc123.js", html, false);
        check_page("/v1/me", html, false);
        check_page("/api/docs", html, false);
        check_page("/_/inbox", html, false);
        check_page("/v1chat", html, true);
    }
}
