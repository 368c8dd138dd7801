//! The public keys of a host: a JWK set that is given, or fetched and kept.
//!
//! A fetched set is used for a quarter of an hour and then fetched anew with the next token, so
//! that a key which the host has withdrawn goes. A token that names an unknown key is the sign of
//! a rotation and fetches at once, but not more than twice a minute: anybody can make up names of
//! keys. While the host does not answer, the keys that are known stay good.

use std::time::Duration;

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use super::AuthError;

/// How long a set is used before it is fetched anew.
const MAX_AGE_MS: i64 = 15 * 60 * 1_000;
/// Shortest time between two fetches.
const FETCH_EVERY_MS: i64 = 30 * 1_000;
/// How long a fetch may take: somebody waits for it.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// Largest set, in bytes: some hundred keys.
const SET_BYTES: usize = 256 * 1_024;

/// Where a JWK set comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwksSource {
    /// An `https` address (or `http` on this machine, for development).
    Url(String),
    /// The set itself, as JSON.
    Json(String),
}

/// An address, or JSON when it begins with `{`.
impl From<&str> for JwksSource {
    fn from(text: &str) -> Self {
        if text.trim_start().starts_with('{') {
            Self::Json(text.to_owned())
        } else {
            Self::Url(text.to_owned())
        }
    }
}

impl From<String> for JwksSource {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

/// The keys of a host.
pub(super) struct Jwks {
    source: Source,
    known: Mutex<Known>,
}

enum Source {
    Given,
    Url(Url),
    Unusable(String),
}

#[derive(Default)]
struct Known {
    keys: KeySet,
    /// Whether there has ever been a set.
    has_set: bool,
    fetched_at_ms: i64,
    tried_at_ms: Option<i64>,
    client: Option<reqwest::Client>,
}

/// The usable keys of a set.
type KeySet = Vec<(Option<String>, Algorithm, DecodingKey)>;

impl Jwks {
    pub(super) fn new(source: JwksSource) -> Self {
        let mut known = Known::default();
        let source = match source {
            JwksSource::Json(json) => match read_set(json.as_bytes()) {
                Ok(keys) => {
                    known.keys = keys;
                    known.has_set = true;
                    Source::Given
                }
                Err(error) => {
                    Source::Unusable(format!("auth: the JWK set is no such JSON: {error}"))
                }
            },
            JwksSource::Url(text) => match Url::parse(&text) {
                Ok(url) if is_safe(&url) => Source::Url(url),
                _ => Source::Unusable("auth: the JWK set needs an https address".to_owned()),
            },
        };
        Self {
            source,
            known: Mutex::new(known),
        }
    }

    /// Why this can never work.
    pub(super) fn problem(&self) -> Option<String> {
        match &self.source {
            Source::Unusable(problem) => Some(problem.clone()),
            Source::Given => {
                let is_empty = self
                    .known
                    .try_lock()
                    .is_ok_and(|known| known.keys.is_empty());
                is_empty.then(|| "auth: the JWK set holds no key that can be used".to_owned())
            }
            Source::Url(_) => None,
        }
    }

    /// The key with this name for this algorithm; without a name, the only one there is.
    pub(super) async fn find(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        now_ms: i64,
    ) -> Result<Option<DecodingKey>, AuthError> {
        // Held while it fetches: those who come meanwhile wait for the same answer.
        let mut known = self.known.lock().await;
        let found = pick(&known.keys, kid, algorithm);
        let is_fresh = known.has_set && now_ms - known.fetched_at_ms < MAX_AGE_MS;
        let Source::Url(url) = &self.source else {
            return Ok(found);
        };
        let may_fetch = known
            .tried_at_ms
            .is_none_or(|tried_at_ms| (now_ms - tried_at_ms).abs() >= FETCH_EVERY_MS);
        if (found.is_some() && is_fresh) || !may_fetch {
            return if known.has_set {
                Ok(found)
            } else {
                Err(AuthError::unavailable("the JWK set could not be fetched"))
            };
        }
        known.tried_at_ms = Some(now_ms);
        match fetch(&mut known.client, url).await {
            Ok(keys) => {
                known.keys = keys;
                known.has_set = true;
                known.fetched_at_ms = now_ms;
            }
            Err(error) if known.has_set => {
                tracing::warn!(%error, "the JWK set could not be fetched; the known keys stay");
            }
            Err(error) => return Err(AuthError::unavailable(error)),
        }
        Ok(pick(&known.keys, kid, algorithm))
    }
}

/// Why a set could not be fetched.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("no answer")]
    Http(#[from] reqwest::Error),
    #[error("status {0}")]
    Status(u16),
    #[error("more than {SET_BYTES} bytes")]
    TooLarge,
    #[error("no JWK set")]
    Json(#[from] serde_json::Error),
    #[error("no key in it can be used")]
    Empty,
}

async fn fetch(client: &mut Option<reqwest::Client>, url: &Url) -> Result<KeySet, FetchError> {
    let client = match client {
        Some(client) => client,
        None => client.insert(new_client()?),
    };
    let mut response = client.get(url.clone()).send().await?;
    if response.status().as_u16() != 200 {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > SET_BYTES {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let keys = read_set(&body)?;
    if keys.is_empty() {
        return Err(FetchError::Empty);
    }
    Ok(keys)
}

fn new_client() -> Result<reqwest::Client, FetchError> {
    // A host that has chosen another one before keeps it.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(FETCH_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none());
    Ok(client.build()?)
}

/// Keys travel over TLS, or not at all over a network.
fn is_safe(url: &Url) -> bool {
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    url.scheme() == "https" || (url.scheme() == "http" && is_local)
}

/// The keys that can verify, each with the one algorithm it is for. What is for something else, or
/// of a kind that is not accepted, is passed over.
fn read_set(json: &[u8]) -> Result<KeySet, serde_json::Error> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<serde_json::Value>,
    }
    let set: Set = serde_json::from_slice(json)?;
    let keys = set.keys.into_iter().filter_map(|key| {
        let key: Jwk = serde_json::from_value(key).ok()?;
        is_for_signatures(&key).then_some(key)
    });
    Ok(keys.flat_map(|key| with_algorithms(&key)).collect())
}

fn is_for_signatures(key: &Jwk) -> bool {
    let public_use = &key.common.public_key_use;
    matches!(public_use, None | Some(PublicKeyUse::Signature))
}

fn with_algorithms(key: &Jwk) -> KeySet {
    let Ok(decoding) = DecodingKey::from_jwk(key) else {
        return Vec::new();
    };
    let named = |algorithm| (key.common.key_id.clone(), algorithm, decoding.clone());
    algorithms(key).into_iter().map(named).collect()
}

/// What a key may be used with: what it says of itself, or what its kind allows.
fn algorithms(key: &Jwk) -> Vec<Algorithm> {
    let of_kind = match &key.algorithm {
        AlgorithmParameters::RSA(_) => vec![Algorithm::RS256, Algorithm::PS256],
        AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
            EllipticCurve::P256 => vec![Algorithm::ES256],
            EllipticCurve::P384 => vec![Algorithm::ES384],
            _ => Vec::new(),
        },
        AlgorithmParameters::OctetKeyPair(_) => vec![Algorithm::EdDSA],
        _ => Vec::new(),
    };
    match key.common.key_algorithm {
        None => of_kind,
        Some(own) => {
            let own = Algorithm::try_from(own).ok();
            let is_own = |algorithm: &Algorithm| own == Some(*algorithm);
            of_kind.into_iter().filter(is_own).collect()
        }
    }
}

fn pick(keys: &KeySet, kid: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
    let mut fitting = keys.iter().filter(|(_, own, _)| *own == algorithm);
    match kid {
        Some(kid) => fitting.find(|(name, ..)| name.as_deref() == Some(kid)),
        None => fitting.next().filter(|_| fitting.next().is_none()),
    }
    .map(|(.., key)| key.clone())
}
