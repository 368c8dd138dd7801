//! Web origins: from which pages a browser may come.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::{Config, WebOrigin};

/// A page may ask when it comes from the host it asks, from the public address, or from an origin
/// on the list. No origin at all: not a browser.
pub(crate) fn is_origin_allowed(config: &Config, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Some(origin) = text(origin).and_then(|origin| origin.parse::<WebOrigin>().ok()) else {
        return false;
    };
    let host = headers.get(header::HOST).and_then(text).unwrap_or("");
    let is_own_host = ["http", "https"]
        .iter()
        .filter_map(|scheme| WebOrigin::of_url(&format!("{scheme}://{host}")))
        .any(|own| own == origin);
    is_own_host
        || config.public_origin().as_ref() == Some(&origin)
        || config.allowed_origins.contains(&origin)
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_origin(origin: Option<&str>, host: &str, expected: bool) {
        let config = Config {
            public_url: Some("https://chat.example.com/app".to_owned()),
            allowed_origins: vec!["https://friend.example".parse().expect("an origin")],
            ..Config::default()
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("a header"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().expect("a header"));
        }
        assert_eq!(
            is_origin_allowed(&config, &headers),
            expected,
            "{origin:?} at {host}"
        );
    }

    #[test]
    fn only_known_pages_may_connect() {
        check_origin(None, "10.0.0.1:8080", true);
        check_origin(Some("http://127.0.0.1:8080"), "127.0.0.1:8080", true);
        check_origin(Some("https://a.example"), "A.example:443", true);
        check_origin(Some("https://chat.example.com"), "10.0.0.1:8080", true);
        check_origin(Some("https://friend.example"), "10.0.0.1:8080", true);
        for origin in [
            "null",
            "https://evil.example",
            "http://chat.example.com",
            "https://chat.example.com.evil.example",
            "http://127.0.0.1:9090",
            "file://",
            "",
        ] {
            check_origin(Some(origin), "127.0.0.1:8080", false);
        }
    }
}
