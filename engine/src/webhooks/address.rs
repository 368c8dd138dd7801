//! Which addresses may be told: those that anybody on the internet could reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far a webhook may reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Public addresses, over TLS.
    #[default]
    Public,
    /// Also the machine itself and the networks around it, and plain HTTP. Still not link-local
    /// addresses, where clouds keep their machines' credentials.
    Private,
}

impl Reach {
    /// Whether an address may be connected to.
    pub(crate) fn allows(self, ip: IpAddr) -> bool {
        match self {
            Self::Public => is_public(ip),
            Self::Private => !is_never_a_server(ip),
        }
    }
}

/// Whether an address is one of the public internet: not of this machine, of a private network, of
/// a link, nor set aside for anything else, in whatever form it is written.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match embedded_v4(ip) {
            Some(ip) => is_public_v4(ip),
            None => is_public_v6(ip),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = match (a, b, c) {
        // This network, private, loopback, link-local (metadata services), private.
        (0 | 10 | 127, _, _) | (169, 254, _) | (192, 168, _) => true,
        (172, 16..=31, _) => true,
        // Shared by providers (RFC 6598), where one cloud has its metadata service.
        (100, 64..=127, _) => true,
        // Protocol assignments, documentation, the former 6to4 relays, benchmarks.
        (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (192, 88, 99) | (198, 18 | 19, _) => {
            true
        }
        // Multicast, reserved, broadcast.
        (224.., _, _) => true,
        _ => false,
    };
    !is_special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    // Only 2000::/3 has been given out at all; in it are set aside: Teredo and other protocol
    // assignments (2001::/23), documentation (2001:db8::/32, 3fff::/20).
    let is_given_out = first & 0xe000 == 0x2000;
    let is_set_aside = (first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        || (first == 0x3fff && second < 0x1000);
    is_given_out && !is_set_aside
}

/// The IPv4 address that an IPv6 address stands for: mapped (`::ffff:0:0/96`), compatible
/// (`::/96`), translated (`64:ff9b::/96`) and 6to4 (`2002::/16`).
fn embedded_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match ip.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => of(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => of(high, low),
        [0x2002, high, low, ..] => of(high, low),
        _ => None,
    }
}

/// Unspecified, link-local and multicast addresses: never a server of anybody's own network.
fn is_never_a_server(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_unspecified() || ip.is_link_local() || ip.is_multicast() || ip.is_broadcast()
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_never_a_server(IpAddr::V4(ip)),
            None => ip.is_unspecified() || ip.is_unicast_link_local() || ip.is_multicast(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, public: bool, private: bool) {
        let ip: IpAddr = text.parse().expect("an address");
        assert_eq!(Reach::Public.allows(ip), public, "{text} from outside");
        assert_eq!(Reach::Private.allows(ip), private, "{text} from inside");
    }

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for text in [
            "1.1.1.1",
            "93.184.216.34",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "2606:4700:4700::1111",
            "2a00:1450::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
        ] {
            check(text, true, true);
        }
        for text in [
            "127.0.0.1",
            "127.255.255.254",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.100.100.200",
            "198.18.0.1",
            "192.0.2.1",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fd00:ec2::254",
            "fec0::1",
        ] {
            check(text, false, true);
        }
    }

    #[test]
    fn link_local_addresses_are_refused_whatever_is_set() {
        for text in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "fe80::1",
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "255.255.255.255",
            "ff02::1",
        ] {
            check(text, false, false);
        }
    }
}
