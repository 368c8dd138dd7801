//! JSON Web Tokens of a host.
//!
//! What is accepted is narrow: `typ` `JWT` or `at+jwt`, one algorithm of a fixed list that fits the
//! kind of the key (so that a public key is never taken for a secret), no `crit`, the host's `iss`
//! and `aud`, and `sub`, `iat` and `exp` in their own JSON types. The header chooses among known
//! keys by `kid` and nothing else; `jku`, `x5u` and `jwk` are not even read.
//!
//! Time has a leeway of a minute in both directions, for the clocks of two machines. A token may
//! not be valid for longer than 15 days: so a session that was revoked needs to be remembered only
//! as long.

use std::collections::HashSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};

use super::{AuthError, Identity, JwksSource, jwks::Jwks};
use crate::limits::SESSION_TTL_MS;

/// Longest token that is looked at: what fits into the header of any server.
const TOKEN_BYTES: usize = 8 * 1_024;
/// How far the clocks of host and engine may be apart: what time synchronisation allows at worst.
const LEEWAY_MS: i64 = 60 * 1_000;
/// Shortest secret, in bytes: as long as its hash (RFC 7518, 3.2).
const SECRET_BYTES: usize = 32;
/// Longest `sid`, in bytes; it is hashed.
const SID_BYTES: usize = 1_024;

/// Which tokens of the host are good.
pub struct JwtAuth {
    keys: Keys,
    issuer: String,
    audience: String,
    name_claim: String,
    avatar_claim: String,
}

enum Keys {
    Secret { key: DecodingKey, bytes: usize },
    Set(Jwks),
}

impl std::fmt::Debug for JwtAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JwtAuth")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

impl JwtAuth {
    /// Tokens signed with a secret that host and engine share, by HMAC-SHA256. At least 32 bytes.
    pub fn hs256(secret: impl AsRef<[u8]>) -> Self {
        let secret = secret.as_ref();
        Self::with(Keys::Secret {
            key: DecodingKey::from_secret(secret),
            bytes: secret.len(),
        })
    }

    /// Tokens signed with a private key whose public part is in a JWK set: RS256, PS256, ES256,
    /// ES384 or `EdDSA`. The set has an address, or is given as JSON.
    pub fn jwks(source: impl Into<JwksSource>) -> Self {
        Self::with(Keys::Set(Jwks::new(source.into())))
    }

    fn with(keys: Keys) -> Self {
        Self {
            keys,
            issuer: String::new(),
            audience: String::new(),
            name_claim: "name".to_owned(),
            avatar_claim: "picture".to_owned(),
        }
    }

    /// What `iss` must be. Has to be set.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// What `aud` must be or hold. Has to be set.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = audience.into();
        self
    }

    /// The claim with the display name; `name` unless it is set.
    #[must_use]
    pub fn name_claim(mut self, claim: impl Into<String>) -> Self {
        self.name_claim = claim.into();
        self
    }

    /// The claim with the address of a picture; `picture` unless it is set.
    #[must_use]
    pub fn avatar_claim(mut self, claim: impl Into<String>) -> Self {
        self.avatar_claim = claim.into();
        self
    }

    /// What cannot work, a sentence each.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.issuer.is_empty() {
            problems.push("auth: a JWT needs an issuer: call `.issuer(…)`".to_owned());
        }
        if self.audience.is_empty() {
            problems.push("auth: a JWT needs an audience: call `.audience(…)`".to_owned());
        }
        match &self.keys {
            Keys::Secret { bytes, .. } if *bytes < SECRET_BYTES => problems.push(format!(
                "auth: the JWT secret has {bytes} bytes and needs at least {SECRET_BYTES}"
            )),
            Keys::Secret { .. } => {}
            Keys::Set(set) => problems.extend(set.problem()),
        }
        problems
    }

    /// Whom a token names.
    pub(crate) async fn identity(&self, token: &str, now_ms: i64) -> Result<Identity, JwtError> {
        if token.len() > TOKEN_BYTES {
            return Err(JwtError::Refused);
        }
        let header = header(token).ok_or(JwtError::Refused)?;
        let (algorithm, key) = match &self.keys {
            Keys::Secret { key, .. } => (Algorithm::HS256, key.clone()),
            Keys::Set(set) => {
                let algorithm = asymmetric(&header.algorithm).ok_or(JwtError::Refused)?;
                let found = set.find(header.kid.as_deref(), algorithm, now_ms).await;
                (algorithm, found?.ok_or(JwtError::Refused)?)
            }
        };
        let claims = verified(token, algorithm, &key).ok_or(JwtError::Refused)?;
        self.read(&claims, now_ms)
    }

    /// The claims of a genuine token.
    fn read(&self, claims: &Map<String, Value>, now_ms: i64) -> Result<Identity, JwtError> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let is_for_us = text("iss") == Some(&self.issuer) && self.is_audience(claims.get("aud"));
        let subject = text("sub").filter(|sub| !sub.is_empty());
        let (Some(subject), true) = (subject, is_for_us) else {
            return Err(JwtError::Refused);
        };
        let issued_at_ms = date_ms(claims.get("iat")).ok_or(JwtError::Refused)?;
        let expires_at_ms = date_ms(claims.get("exp")).ok_or(JwtError::Refused)?;
        let starts_at_ms = match claims.get("nbf") {
            None => issued_at_ms,
            nbf => date_ms(nbf).ok_or(JwtError::Refused)?,
        };
        let is_dated = issued_at_ms < expires_at_ms
            && expires_at_ms - issued_at_ms <= SESSION_TTL_MS
            && issued_at_ms.max(starts_at_ms) <= now_ms + LEEWAY_MS;
        let session = match claims.get("sid") {
            None => None,
            Some(Value::String(sid)) if sid.len() <= SID_BYTES => Some(sid.clone()),
            Some(_) => return Err(JwtError::Refused),
        };
        if !is_dated {
            return Err(JwtError::Refused);
        }
        if now_ms >= expires_at_ms + LEEWAY_MS {
            return Err(JwtError::Expired);
        }
        let mut identity = Identity::new(subject)
            .issued_at_ms(issued_at_ms)
            .expires_at_ms(expires_at_ms + LEEWAY_MS);
        identity.session = session;
        identity.profile.name = text(&self.name_claim).map(str::to_owned);
        identity.profile.avatar_url = text(&self.avatar_claim).map(str::to_owned);
        Ok(identity)
    }

    /// `aud` is a string or a list of strings (RFC 7519, 4.1.3).
    fn is_audience(&self, aud: Option<&Value>) -> bool {
        match aud {
            Some(Value::String(one)) => *one == self.audience,
            Some(Value::Array(all)) => {
                all.iter().all(Value::is_string)
                    && all.iter().any(|one| one == self.audience.as_str())
            }
            _ => false,
        }
    }
}

/// Why a token is not good.
#[derive(Debug)]
pub(crate) enum JwtError {
    /// It is not one of the host's for this engine.
    Refused,
    /// It was, but its time is over.
    Expired,
    /// The keys cannot be had now.
    Unavailable(AuthError),
}

impl From<AuthError> for JwtError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unauthenticated => Self::Refused,
            AuthError::Unavailable(_) => Self::Unavailable(error),
        }
    }
}

/// What is read of a header.
struct Header {
    algorithm: String,
    kid: Option<String>,
}

/// The header of a token, if it is of a kind that is accepted.
fn header(token: &str) -> Option<Header> {
    let (first, _) = token.split_once('.')?;
    let bytes = URL_SAFE_NO_PAD.decode(first).ok()?;
    let header: Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
    let typ = header.get("typ")?.as_str()?.to_ascii_lowercase();
    let is_jwt = matches!(
        typ.strip_prefix("application/").unwrap_or(&typ),
        "jwt" | "at+jwt"
    );
    // Whatever `crit` names has to be understood (RFC 7515, 4.1.11), and nothing is.
    if !is_jwt || header.contains_key("crit") {
        return None;
    }
    let kid = match header.get("kid") {
        None => None,
        Some(kid) => Some(kid.as_str()?.to_owned()),
    };
    let algorithm = header.get("alg")?.as_str()?.to_owned();
    Some(Header { algorithm, kid })
}

/// The algorithms with a public key that are accepted.
fn asymmetric(name: &str) -> Option<Algorithm> {
    Some(match name {
        "RS256" => Algorithm::RS256,
        "PS256" => Algorithm::PS256,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        "EdDSA" => Algorithm::EdDSA,
        _ => return None,
    })
}

/// The claims, if the signature is right. Nothing of them has been looked at.
fn verified(token: &str, algorithm: Algorithm, key: &DecodingKey) -> Option<Map<String, Value>> {
    let mut validation = Validation::new(algorithm);
    validation.algorithms = vec![algorithm];
    validation.required_spec_claims = HashSet::new();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let data = jsonwebtoken::decode::<Map<String, Value>>(token, key, &validation);
    data.ok().map(|data| data.claims)
}

/// A `NumericDate` (RFC 7519, 2): seconds since the Unix epoch.
fn date_ms(value: Option<&Value>) -> Option<i64> {
    // The year 9999: beyond it, sums would have to be watched.
    const LAST_S: i64 = 253_402_300_799;
    let seconds = match value? {
        Value::Number(number) => number.as_i64().or_else(|| {
            let seconds = number.as_f64()?;
            #[expect(clippy::cast_possible_truncation, reason = "cut to whole seconds")]
            (0.0..1e12).contains(&seconds).then_some(seconds as i64)
        })?,
        _ => return None,
    };
    (0..=LAST_S).contains(&seconds).then_some(seconds * 1_000)
}
