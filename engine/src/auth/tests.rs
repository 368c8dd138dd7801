//! Tokens of hosts, good and hostile, with real keys; the set of keys behind a real HTTP server.
//!
//! The keys are made for these tests and open nothing.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, http::StatusCode, routing::get};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, jwk::Jwk};
use serde_json::{Value, json};

use super::{Identity, JwtAuth, jwt::JwtError};

const NOW_MS: i64 = 1_790_000_000_000;
const SECRET: &[u8] = b"thirty-two bytes that two share!";

/// A private key with the algorithm it signs with.
fn key(algorithm: Algorithm) -> EncodingKey {
    match algorithm {
        Algorithm::RS256 | Algorithm::PS256 => {
            EncodingKey::from_rsa_der(include_bytes!("../../tests/keys/rsa_1.der"))
        }
        Algorithm::ES256 => EncodingKey::from_ec_der(include_bytes!("../../tests/keys/p256.der")),
        Algorithm::EdDSA => {
            EncodingKey::from_ed_der(include_bytes!("../../tests/keys/ed25519.der"))
        }
        _ => EncodingKey::from_secret(SECRET),
    }
}

fn other_rsa_key() -> EncodingKey {
    EncodingKey::from_rsa_der(include_bytes!("../../tests/keys/rsa_2.der"))
}

/// The public part, as a member of a set.
fn public(key: &EncodingKey, algorithm: Algorithm, kid: &str) -> Value {
    let mut jwk = Jwk::from_encoding_key(key, algorithm).expect("a public part");
    jwk.common.key_id = Some(kid.to_owned());
    serde_json::to_value(jwk).expect("JSON")
}

fn set() -> String {
    let algorithms = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
    let keys: Vec<Value> = algorithms
        .iter()
        .map(|algorithm| public(&key(*algorithm), *algorithm, &format!("{algorithm:?}")))
        .collect();
    json!({"keys": keys}).to_string()
}

fn settings(auth: JwtAuth) -> JwtAuth {
    auth.issuer("https://host.example").audience("chat")
}

fn by_secret() -> JwtAuth {
    settings(JwtAuth::hs256(SECRET))
}

fn by_set() -> JwtAuth {
    settings(JwtAuth::jwks(set()))
}

fn header(algorithm: Algorithm) -> Value {
    json!({"alg": algorithm, "typ": "JWT", "kid": format!("{algorithm:?}")})
}

fn claims() -> Value {
    let now = NOW_MS / 1_000;
    json!({
        "iss": "https://host.example", "aud": "chat", "sub": "42", "iat": now, "exp": now + 600,
        "name": "Alice", "picture": "https://host.example/alice.png",
    })
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signed(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm);
    format!("{message}.{}", signature.expect("signs"))
}

fn good(algorithm: Algorithm) -> String {
    signed(&header(algorithm), &claims(), &key(algorithm), algorithm)
}

fn with(base: &Value, name: &str, value: Value) -> Value {
    let mut changed = base.clone();
    changed[name] = value;
    changed
}

fn without(base: &Value, name: &str) -> Value {
    let mut changed = base.clone();
    changed.as_object_mut().expect("an object").remove(name);
    changed
}

async fn read(auth: &JwtAuth, token: &str) -> Result<Identity, &'static str> {
    auth.identity(token, NOW_MS).await.map_err(name_of)
}

fn name_of(error: JwtError) -> &'static str {
    match error {
        JwtError::Refused => "refused",
        JwtError::Expired => "expired",
        JwtError::Unavailable(_) => "unavailable",
    }
}

#[tokio::test]
async fn tokens_of_every_accepted_algorithm_name_their_person() {
    let expected = Identity::new("42")
        .name("Alice")
        .avatar("https://host.example/alice.png");
    let secret = read(&by_secret(), &good(Algorithm::HS256)).await;
    assert_eq!(secret.expect("good").profile, expected.profile);
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        let identity = read(&by_set(), &good(algorithm)).await;
        assert_eq!(identity.expect("good").profile, expected.profile);
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table")]
async fn only_claims_in_their_own_types_are_read() {
    let now = NOW_MS / 1_000;
    let c = claims();
    let table = [
        ("no issuer", without(&c, "iss"), "refused"),
        (
            "foreign issuer",
            with(&c, "iss", json!("https://evil")),
            "refused",
        ),
        (
            "list of issuers",
            with(&c, "iss", json!(["https://host.example"])),
            "refused",
        ),
        ("no audience", without(&c, "aud"), "refused"),
        (
            "foreign audience",
            with(&c, "aud", json!("shop")),
            "refused",
        ),
        (
            "audience among others",
            with(&c, "aud", json!(["shop", "chat"])),
            "good",
        ),
        (
            "audience and a number",
            with(&c, "aud", json!(["chat", 1])),
            "refused",
        ),
        (
            "audience as object",
            with(&c, "aud", json!({"chat": 1})),
            "refused",
        ),
        ("no subject", without(&c, "sub"), "refused"),
        ("subject as number", with(&c, "sub", json!(42)), "refused"),
        ("empty subject", with(&c, "sub", json!("")), "refused"),
        ("no iat", without(&c, "iat"), "refused"),
        (
            "iat as text",
            with(&c, "iat", json!(now.to_string())),
            "refused",
        ),
        ("iat to come", with(&c, "iat", json!(now + 61)), "refused"),
        (
            "iat within the leeway",
            with(&c, "iat", json!(now + 60)),
            "good",
        ),
        (
            "iat after exp",
            with(&c, "iat", json!(now + 601)),
            "refused",
        ),
        ("no exp", without(&c, "exp"), "refused"),
        (
            "exp as text",
            with(&c, "exp", json!("9999999999")),
            "refused",
        ),
        ("exp as null", with(&c, "exp", json!(null)), "refused"),
        (
            "exp as list",
            with(&c, "exp", json!([now + 600])),
            "refused",
        ),
        ("exp negative", with(&c, "exp", json!(-1)), "refused"),
        ("exp without end", with(&c, "exp", json!(1e300)), "refused"),
        (
            "exp in the far future",
            with(&c, "exp", json!(now + 16 * 86_400)),
            "refused",
        ),
        (
            "exp with a fraction",
            with(&c, "exp", json!(now as f64 + 600.5)),
            "good",
        ),
        ("nbf to come", with(&c, "nbf", json!(now + 61)), "refused"),
        ("nbf as text", with(&c, "nbf", json!("0")), "refused"),
        ("sid", with(&c, "sid", json!("s1")), "good"),
        ("sid as number", with(&c, "sid", json!(1)), "refused"),
        (
            "huge sid",
            with(&c, "sid", json!("s".repeat(1_025))),
            "refused",
        ),
        (
            "huge",
            with(&c, "name", json!("a".repeat(8_192))),
            "refused",
        ),
        ("no name", without(&c, "name"), "good"),
        ("name as number", with(&c, "name", json!(7)), "good"),
    ];
    let key = key(Algorithm::HS256);
    for (what, claims, expected) in table {
        let token = signed(&header(Algorithm::HS256), &claims, &key, Algorithm::HS256);
        let read = read(&by_secret(), &token).await;
        assert_eq!(
            read.map_or_else(|error| error, |_| "good"),
            expected,
            "{what}"
        );
    }
    let old = with(&with(&c, "iat", json!(now - 700)), "exp", json!(now - 60));
    let token = signed(&header(Algorithm::HS256), &old, &key, Algorithm::HS256);
    assert_eq!(read(&by_secret(), &token).await, Err("expired"));
}

#[tokio::test]
async fn a_forged_header_opens_nothing() {
    let hs = header(Algorithm::HS256);
    let key = key(Algorithm::HS256);
    let table = [
        ("no algorithm", with(&hs, "alg", json!("none"))),
        ("no algorithm, shouted", with(&hs, "alg", json!("NONE"))),
        ("another algorithm", with(&hs, "alg", json!("RS256"))),
        ("a longer hash", with(&hs, "alg", json!("HS512"))),
        ("algorithm as list", with(&hs, "alg", json!(["HS256"]))),
        ("no alg", without(&hs, "alg")),
        ("no type", without(&hs, "typ")),
        ("another type", with(&hs, "typ", json!("refresh+jwt"))),
        ("critical extension", with(&hs, "crit", json!(["exp"]))),
        ("kid as number", with(&hs, "kid", json!(1))),
    ];
    for (what, header) in table {
        let token = signed(&header, &claims(), &key, Algorithm::HS256);
        assert_eq!(read(&by_secret(), &token).await, Err("refused"), "{what}");
    }
    let unsigned = format!(
        "{}.{}.",
        encode(&with(&hs, "alg", json!("none"))),
        encode(&claims())
    );
    for auth in [by_secret(), by_set()] {
        assert_eq!(read(&auth, &unsigned).await, Err("refused"));
        for text in ["", ".", "..", "a.b.c", "a.b.c.d", &"a".repeat(100_000)] {
            assert_eq!(read(&auth, text).await, Err("refused"));
        }
    }
    let good = good(Algorithm::HS256);
    for cut in [good.rfind('.').unwrap_or(0), good.len() - 1] {
        assert_eq!(read(&by_secret(), &good[..cut]).await, Err("refused"));
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret_and_keys_are_not_mixed_up() {
    let auth = by_set();
    let public = public(&key(Algorithm::RS256), Algorithm::RS256, "RS256");
    let modulus = public["n"].as_str().expect("a modulus");
    let secrets = [
        public.to_string().into_bytes(),
        modulus.as_bytes().to_vec(),
        URL_SAFE_NO_PAD.decode(modulus).expect("base64"),
    ];
    for secret in secrets {
        let secret = EncodingKey::from_secret(&secret);
        for kid in ["RS256", "EdDSA", "HS256"] {
            let header = with(&header(Algorithm::HS256), "kid", json!(kid));
            let token = signed(&header, &claims(), &secret, Algorithm::HS256);
            assert_eq!(read(&auth, &token).await, Err("refused"), "{kid}");
        }
    }
    let rs = header(Algorithm::RS256);
    let foreign = signed(&rs, &claims(), &other_rsa_key(), Algorithm::RS256);
    assert_eq!(read(&auth, &foreign).await, Err("refused"), "foreign key");
    for kid in ["ES256", "../../dev/null", "' OR 1=1", ""] {
        let header = with(&rs, "kid", json!(kid));
        let token = signed(&header, &claims(), &key(Algorithm::RS256), Algorithm::RS256);
        assert_eq!(read(&auth, &token).await, Err("refused"), "{kid}");
    }
    // The set says that the key is for RS256 only.
    let header = with(&rs, "alg", json!("PS256"));
    let token = signed(&header, &claims(), &key(Algorithm::PS256), Algorithm::PS256);
    assert_eq!(read(&auth, &token).await, Err("refused"));
    let embedded = with(
        &without(&rs, "kid"),
        "jwk",
        self::public(&other_rsa_key(), Algorithm::RS256, "x"),
    );
    let token = signed(&embedded, &claims(), &other_rsa_key(), Algorithm::RS256);
    assert_eq!(read(&auth, &token).await, Err("refused"), "a key it brings");
    let unnamed = signed(
        &without(&rs, "kid"),
        &claims(),
        &key(Algorithm::RS256),
        Algorithm::RS256,
    );
    read(&auth, &unnamed)
        .await
        .expect("the only one of its kind");
}

#[test]
fn settings_that_cannot_work_are_named() {
    let problems = |auth: JwtAuth| auth.problems().len();
    assert_eq!(problems(by_secret()), 0);
    assert_eq!(problems(by_set()), 0);
    assert_eq!(problems(JwtAuth::hs256("short")), 3);
    for source in [
        "http://host.example/keys",
        "ftp://x",
        "{}",
        r#"{"keys":[]}"#,
        r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#,
    ] {
        assert_eq!(problems(settings(JwtAuth::jwks(source))), 1, "{source}");
    }
    assert_eq!(
        problems(settings(JwtAuth::jwks("https://host.example/keys"))),
        0
    );
}

/// A server with a set that tests change.
struct KeyServer {
    url: String,
    answer: Arc<Mutex<(StatusCode, String)>>,
    asked: Arc<AtomicUsize>,
}

impl KeyServer {
    async fn start(set: String) -> Self {
        let answer = Arc::new(Mutex::new((StatusCode::OK, set)));
        let asked = Arc::new(AtomicUsize::new(0));
        let (shown, counted) = (Arc::clone(&answer), Arc::clone(&asked));
        let router = Router::new().route(
            "/keys",
            get(async move || {
                counted.fetch_add(1, Ordering::SeqCst);
                shown.lock().expect("unpoisoned").clone()
            }),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let url = format!("http://{}/keys", listener.local_addr().expect("bound"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, answer, asked }
    }

    fn answer(&self, status: StatusCode, set: String) {
        *self.answer.lock().expect("unpoisoned") = (status, set);
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn an_unknown_key_fetches_the_set_anew_but_not_all_the_time() {
    let server = KeyServer::start(set()).await;
    let auth = settings(JwtAuth::jwks(&*server.url));
    let old = good(Algorithm::RS256);
    let at = async |token: &str, later_ms: i64| {
        let identity = auth.identity(token, NOW_MS + later_ms).await;
        identity.map(|_| ()).map_err(name_of)
    };
    at(&old, 0).await.expect("fetched");
    at(&old, 1).await.expect("kept");
    assert_eq!(server.asked(), 1);

    let rotated = public(&other_rsa_key(), Algorithm::RS256, "new");
    server.answer(StatusCode::OK, json!({"keys": [rotated]}).to_string());
    let header = with(&header(Algorithm::RS256), "kid", json!("new"));
    let new = signed(&header, &claims(), &other_rsa_key(), Algorithm::RS256);
    assert_eq!(at(&new, 29_999).await, Err("refused"), "asked a moment ago");
    at(&new, 30_000).await.expect("fetched anew");
    assert_eq!(at(&old, 30_001).await, Err("refused"), "withdrawn");
    assert_eq!(server.asked(), 2);
    for _ in 0..5 {
        assert_eq!(at(&old, 30_002).await, Err("refused"));
    }
    assert_eq!(server.asked(), 2, "made-up names do not bother the host");
}

#[tokio::test]
async fn known_keys_stay_good_while_the_host_does_not_answer() {
    let server = KeyServer::start(set()).await;
    let auth = settings(JwtAuth::jwks(&*server.url));
    let token = good(Algorithm::ES256);
    server.answer(StatusCode::INTERNAL_SERVER_ERROR, String::new());
    let first = auth.identity(&token, NOW_MS).await.map_err(name_of);
    assert_eq!(first, Err("unavailable"), "never a refusal");
    server.answer(StatusCode::OK, set());
    let again = auth.identity(&token, NOW_MS + 1).await.map_err(name_of);
    assert_eq!(again, Err("unavailable"), "asked a moment ago");
    auth.identity(&token, NOW_MS + 30_000)
        .await
        .expect("fetched");
    let long = with(&claims(), "exp", json!(NOW_MS / 1_000 + 86_400));
    let header = header(Algorithm::ES256);
    let token = signed(&header, &long, &key(Algorithm::ES256), Algorithm::ES256);
    for (answer, hours) in ["nonsense", r#"{"keys":[]}"#, &"x".repeat(300_000)]
        .iter()
        .zip(1..)
    {
        server.answer(StatusCode::OK, (*answer).to_owned());
        let later_ms = NOW_MS + hours * 3_600_000;
        auth.identity(&token, later_ms).await.expect("kept");
    }
    assert_eq!(server.asked(), 5);
}
