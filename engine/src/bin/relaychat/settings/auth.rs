//! Who says who somebody is: the engine's own accounts, or a host's tokens.

use relaychat_engine::auth::{Auth, JwtAuth, jwt};
use url::{Host, Url};

use super::{
    layers::Given,
    table::people::{
        AUTH, JWT_AUDIENCE, JWT_AVATAR_CLAIM, JWT_ISSUER, JWT_JWKS_URL, JWT_NAME_CLAIM, JWT_SECRET,
    },
};

/// Shortest secret, in bytes: as long as its hash (RFC 7518, 3.2).
const SECRET_BYTES: usize = 32;

/// Tokens of a host, as they were described.
#[derive(Clone)]
pub(crate) struct HostTokens {
    key: Key,
    issuer: String,
    audience: String,
    name_claim: String,
    avatar_claim: String,
}

#[derive(Clone)]
enum Key {
    Secret(String),
    JwksUrl(String),
}

impl std::fmt::Debug for HostTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HostTokens(…)")
    }
}

impl HostTokens {
    /// Nothing where the engine has accounts of its own.
    pub(super) fn of(given: &Given, problems: &mut Vec<String>) -> Option<Self> {
        if given.text(&AUTH) != "jwt" {
            for setting in [&JWT_SECRET, &JWT_JWKS_URL, &JWT_ISSUER, &JWT_AUDIENCE] {
                if given.entry(setting).is_some() {
                    problems.push(format!("{} needs auth = \"jwt\"", setting.name));
                }
            }
            return None;
        }
        for setting in [&JWT_ISSUER, &JWT_AUDIENCE] {
            if given.entry(setting).is_none() {
                problems.push(format!("auth = \"jwt\" needs {}", setting.name));
            }
        }
        Some(Self {
            key: key(given, problems)?,
            issuer: given.text(&JWT_ISSUER),
            audience: given.text(&JWT_AUDIENCE),
            name_claim: given.text(&JWT_NAME_CLAIM),
            avatar_claim: given.text(&JWT_AVATAR_CLAIM),
        })
    }

    /// For the engine's builder.
    pub(crate) fn auth(&self) -> Auth {
        let tokens = match &self.key {
            Key::Secret(secret) => JwtAuth::hs256(secret),
            Key::JwksUrl(url) => JwtAuth::jwks(url.as_str()),
        };
        jwt(tokens
            .issuer(&self.issuer)
            .audience(&self.audience)
            .name_claim(&self.name_claim)
            .avatar_claim(&self.avatar_claim))
    }
}

fn key(given: &Given, problems: &mut Vec<String>) -> Option<Key> {
    let is_given = |setting| given.entry(setting).is_some();
    match (given.one(&JWT_SECRET), given.one(&JWT_JWKS_URL)) {
        (Some(_), Some(_)) => {
            problems.push("jwt_secret and jwt_jwks_url cannot both be given".to_owned());
        }
        (Some(secret), None) if secret.len() < SECRET_BYTES => problems.push(format!(
            "jwt_secret: the value must have at least {SECRET_BYTES} bytes"
        )),
        (Some(secret), None) => return Some(Key::Secret(secret.to_owned())),
        (None, Some(url)) if !is_safe(url) => problems.push(
            "jwt_jwks_url: the value must be an https:// address (http:// on this machine only)"
                .to_owned(),
        ),
        (None, Some(url)) => return Some(Key::JwksUrl(url.to_owned())),
        (None, None) if is_given(&JWT_SECRET) || is_given(&JWT_JWKS_URL) => {}
        (None, None) => {
            problems.push("auth = \"jwt\" needs jwt_secret or jwt_jwks_url".to_owned());
        }
    }
    None
}

/// Keys that came over a network without TLS would be anybody's.
fn is_safe(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}
