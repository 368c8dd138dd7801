//! Where a request comes from: the peer of the connection, or what a trusted proxy says.
//!
//! `X-Forwarded-For` is a list that each proxy appends to. It is read from the right, and only as
//! long as the one who wrote an entry is trusted: what stands further left may be invented.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use super::ApiState;

/// The address of the client. `None` when the host serves without telling the peer
/// (`into_make_service_with_connect_info`); limits per network do not apply then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientIp(pub(crate) Option<IpAddr>);

/// A range of addresses, such as `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix_bits: u8,
}

impl ClientIp {
    /// Decides from the peer and the headers.
    pub(crate) fn decide(
        peer: Option<IpAddr>,
        headers: &HeaderMap,
        trusted_proxies: &[Network],
    ) -> Self {
        let is_trusted = |ip: IpAddr| trusted_proxies.iter().any(|network| network.contains(ip));
        let Some(mut client) = peer.map(|ip| ip.to_canonical()) else {
            return Self(None);
        };
        let forwarded: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        for entry in forwarded.iter().rev() {
            if !is_trusted(client) {
                break;
            }
            let Ok(ip) = entry.trim().parse::<IpAddr>() else {
                break;
            };
            client = ip.to_canonical();
        }
        Self(Some(client))
    }
}

impl FromRequestParts<ApiState> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let trusted = &state.settings.trusted_proxies;
        Ok(Self::decide(peer, &parts.headers, trusted))
    }
}

impl Network {
    /// Whether the range holds this address.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(range), IpAddr::V4(ip)) => {
                let shift = 32 - u32::from(self.prefix_bits);
                let cut = |bits: u32| bits.checked_shr(shift).unwrap_or(0);
                cut(range.to_bits()) == cut(ip.to_bits())
            }
            (IpAddr::V6(range), IpAddr::V6(ip)) => {
                let shift = 128 - u32::from(self.prefix_bits);
                let cut = |bits: u128| bits.checked_shr(shift).unwrap_or(0);
                cut(range.to_bits()) == cut(ip.to_bits())
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not an address or a range such as 10.0.0.0/8");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match bits {
            Some(bits) => bits.trim().parse().map_err(|_| wrong())?,
            None => most,
        };
        if prefix_bits > most {
            return Err(wrong());
        }
        Ok(Self {
            address,
            prefix_bits,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, forwarded: &[&str], expected: &str) {
        let trusted: Vec<Network> = ["10.0.0.0/8", "fd00::/8", "127.0.0.1"]
            .iter()
            .map(|range| range.parse().expect("a range"))
            .collect();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a header"));
        }
        let client = ClientIp::decide(peer.parse().ok(), &headers, &trusted);
        assert_eq!(
            client,
            ClientIp(expected.parse().ok()),
            "{peer} {forwarded:?}"
        );
    }

    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        check("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        check("10.1.2.3", &["198.51.100.1"], "198.51.100.1");
        check("10.1.2.3", &["6.6.6.6, 198.51.100.1"], "198.51.100.1");
        check(
            "10.1.2.3",
            &["6.6.6.6, 198.51.100.1, 10.9.9.9"],
            "198.51.100.1",
        );
        check("10.1.2.3", &["6.6.6.6", "198.51.100.1"], "198.51.100.1");
        check("10.1.2.3", &["nonsense"], "10.1.2.3");
        check("10.1.2.3", &[], "10.1.2.3");
        check("::ffff:10.1.2.3", &["198.51.100.1"], "198.51.100.1");
        check("fd00::1", &["2001:db8::7"], "2001:db8::7");
        check("127.0.0.1", &["127.0.0.2"], "127.0.0.2");
    }

    #[test]
    fn a_range_of_all_addresses_holds_every_address() {
        let all: Network = "0.0.0.0/0".parse().expect("a range");
        assert!(all.contains("203.0.113.9".parse().expect("an address")));
        assert!(!all.contains("::1".parse().expect("an address")));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/x",
            "host",
        ] {
            text.parse::<Network>().expect_err(text);
        }
    }
}
