//! Addresses: web origins that may connect, and proxies that may speak for a client.

use std::{fmt, net::IpAddr, str::FromStr};

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

/// A range of network addresses, such as `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpRange {
    address: IpAddr,
    prefix_bits: u32,
}

impl IpRange {
    /// Whether `ip` is in the range.
    #[must_use]
    pub fn contains(self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(range), IpAddr::V4(ip)) => {
                let shift = 32 - self.prefix_bits;
                (range.to_bits() ^ ip.to_bits())
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(range), IpAddr::V6(ip)) => {
                let shift = 128 - self.prefix_bits;
                (range.to_bits() ^ ip.to_bits())
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

impl FromStr for IpRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let problem =
            || format!("{text:?} is not an address or a range such as 10.0.0.0/8 or fd00::/8");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| problem())?;
        let bits_max = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = bits.map_or(Ok(bits_max), |bits| bits.parse().map_err(|_| problem()))?;
        if prefix_bits > bits_max {
            return Err(problem());
        }
        Ok(Self {
            address,
            prefix_bits,
        })
    }
}

/// Proxies whose `X-Forwarded-For` is believed. Empty: nobody's is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(pub Vec<IpRange>);

impl TrustedProxies {
    /// Who is really at the other end: `peer` itself, or, when that is a trusted proxy, the last
    /// address of `forwarded_for` that is not one. What stands before it anybody could have written.
    #[must_use]
    pub fn client_ip(&self, peer: IpAddr, forwarded_for: Option<&str>) -> IpAddr {
        let mut client = peer.to_canonical();
        let mut claims = forwarded_for.unwrap_or("").rsplit(',');
        while self.trusts(client) {
            match claims.next().map(str::trim).map(str::parse::<IpAddr>) {
                Some(Ok(claimed)) => client = claimed.to_canonical(),
                Some(Err(_)) | None => break,
            }
        }
        client
    }

    fn trusts(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|range| range.contains(ip))
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

    fn check_client(forwarded_for: Option<&str>, peer: &str, expected: &str) {
        let proxies = TrustedProxies(vec![
            "10.0.0.0/8".parse().expect("a range"),
            "::1".parse().expect("an address"),
        ]);
        let client = proxies.client_ip(peer.parse().expect("an address"), forwarded_for);
        assert_eq!(client.to_string(), expected, "{forwarded_for:?} by {peer}");
    }

    #[test]
    fn only_a_trusted_proxy_may_speak_for_a_client() {
        check_client(Some("1.2.3.4"), "9.9.9.9", "9.9.9.9");
        check_client(Some("1.2.3.4"), "10.1.1.1", "1.2.3.4");
        check_client(Some("6.6.6.6, 1.2.3.4"), "10.1.1.1", "1.2.3.4");
        check_client(Some("6.6.6.6, 1.2.3.4, 10.0.0.7"), "::1", "1.2.3.4");
        check_client(Some("nonsense"), "10.1.1.1", "10.1.1.1");
        check_client(None, "::ffff:10.1.1.1", "10.1.1.1");
    }
}
