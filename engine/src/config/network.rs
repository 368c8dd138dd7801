//! Web origins: who may connect from a page.

use std::{fmt, str::FromStr};

/// A web origin: scheme, host and port, as browsers send it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WebOrigin(String);

impl WebOrigin {
    /// The origin of an `http` or `https` address.
    #[must_use]
    pub fn of_url(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
        Self::new(scheme, authority)
    }

    /// The origin itself, in lower case and without the scheme's own port.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, as a `Host` header names them.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0
            .split_once("://")
            .map_or("", |(_, authority)| authority)
    }

    fn new(scheme: &str, authority: &str) -> Option<Self> {
        let scheme = scheme.to_ascii_lowercase();
        let authority = authority.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => ":80",
            "https" => ":443",
            _ => return None,
        };
        let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
        let is_host = !authority.is_empty()
            && authority
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte));
        is_host.then(|| Self(format!("{scheme}://{authority}")))
    }
}

impl FromStr for WebOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let origin = Self::of_url(text);
        let is_bare = text
            .split_once("://")
            .is_some_and(|(_, rest)| !rest.contains(['/', '?', '#']));
        origin
            .filter(|_| is_bare)
            .ok_or_else(|| format!("{text:?} is not an origin such as https://example.com"))
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(super) fn validate_public_url(url: &str, problems: &mut Vec<String>) {
    if WebOrigin::of_url(url).is_none() || url.ends_with('/') || url.contains(['?', '#']) {
        problems.push(format!(
            "public_url {url:?} must be like https://chat.example.com, without a slash at the end"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_origin(text: &str, expected: Option<&str>) {
        let origin = text.parse::<WebOrigin>().ok();
        assert_eq!(origin.as_ref().map(WebOrigin::as_str), expected, "{text}");
    }

    #[test]
    fn an_origin_has_one_spelling() {
        check_origin("https://Example.com", Some("https://example.com"));
        check_origin("https://example.com:443", Some("https://example.com"));
        check_origin("http://example.com:443", Some("http://example.com:443"));
        check_origin("http://[::1]:8080", Some("http://[::1]:8080"));
        for text in [
            "",
            "null",
            "example.com",
            "ftp://a.b",
            "https://",
            "https://a.b/c",
            "https://a b",
        ] {
            check_origin(text, None);
        }
    }
}
