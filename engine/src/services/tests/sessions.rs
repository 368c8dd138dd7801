//! Access tokens and their forgeries, refreshing, revoking.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use relaychat_protocol::{ErrorCode, SessionId};
use serde_json::{Value, json};

use super::*;
use crate::limits::{ACCESS_TOKEN_TTL_MS, SESSION_TTL_MS};

async fn authenticate(harness: &Harness, token: &str) -> Result<Caller, ErrorCode> {
    let caller = harness.services.authenticate(token).await;
    caller.map_err(|error| error.code)
}

async fn refresh(harness: &Harness, token: &str) -> Result<super::super::SessionTokens, ErrorCode> {
    let tokens = harness.services.refresh_session(token).await;
    tokens.map_err(|error| error.code)
}

#[tokio::test]
async fn an_access_token_names_its_session_until_it_expires() {
    let harness = Harness::new().await;
    let login = harness.log_in("a@example.com").await;
    let token = &login.tokens.access_token;
    let caller = authenticate(&harness, token).await.expect("fresh");
    assert_eq!(caller.user_id, login.user.id);
    assert_eq!(caller.session_id, login.session.id);
    assert_eq!(caller.token_expires_at_ms, START_MS + ACCESS_TOKEN_TTL_MS);
    harness.clock.advance_ms(ACCESS_TOKEN_TTL_MS - 1);
    authenticate(&harness, token)
        .await
        .expect("the last moment");
    harness.clock.advance_ms(1);
    assert_eq!(
        authenticate(&harness, token).await,
        Err(ErrorCode::TokenExpired)
    );
}

/// A token of any header and claims, signed with the engine's own key.
fn signed(harness: &Harness, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let key = EncodingKey::from_secret(&harness.services.keys.access_tokens);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256);
    format!("{message}.{}", signature.expect("signs"))
}

/// A token that is right in everything but its key.
fn signed_by_somebody_else(claims: &Value) -> String {
    let key = EncodingKey::from_secret(b"another key, such as a public one");
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some("../../dev/null".to_owned());
    jsonwebtoken::encode(&header, claims, &key).expect("signs")
}

#[tokio::test]
async fn only_the_engines_own_kind_of_token_is_accepted() {
    let harness = Harness::new().await;
    let login = harness.log_in("a@example.com").await;
    let now = START_MS / 1_000;
    let header = json!({"alg": "HS256", "typ": "at+jwt"});
    let claims = json!({
        "iss": "relaychat", "aud": "relaychat", "sub": login.user.id, "sid": login.session.id,
        "iat": now, "exp": now + 600,
    });
    let good = signed(&harness, &header, &claims);
    authenticate(&harness, &good)
        .await
        .expect("the forger's tool works");

    let with = |base: &Value, name: &str, value: Value| {
        let mut changed = base.clone();
        changed[name] = value;
        changed
    };
    let without = |name: &str| {
        let mut changed = claims.clone();
        changed.as_object_mut().expect("an object").remove(name);
        changed
    };
    let mut bad = Vec::new();
    for name in ["iss", "aud", "sub", "sid", "iat", "exp"] {
        bad.push(signed(&harness, &header, &without(name)));
        bad.push(signed(&harness, &header, &with(&claims, name, json!(null))));
        bad.push(signed(&harness, &header, &with(&claims, name, json!([]))));
        bad.push(signed(&harness, &header, &with(&claims, name, json!("x"))));
    }
    bad.push(signed(
        &harness,
        &header,
        &with(&claims, "exp", json!("9999999999")),
    ));
    bad.push(signed(
        &harness,
        &header,
        &with(&claims, "exp", json!(1e300)),
    ));
    bad.push(signed(
        &harness,
        &header,
        &with(&claims, "aud", json!(["relaychat"])),
    ));
    for typ in [json!("JWT"), json!(null), json!("at+jwt2")] {
        bad.push(signed(&harness, &with(&header, "typ", typ), &claims));
    }
    // The algorithm of the header is none of the caller's business.
    for alg in ["none", "None", "HS384", "RS256", "ES256", ""] {
        bad.push(signed(&harness, &with(&header, "alg", json!(alg)), &claims));
    }
    let unsigned = good.rsplit_once('.').expect("three parts").0;
    bad.push(format!("{unsigned}."));
    bad.push(unsigned.to_owned());
    bad.push(format!("{good}A"));
    bad.push(format!("{good}.x"));
    bad.push(String::new());
    bad.push("..".to_owned());
    bad.push("a".repeat(100_000));
    bad.push(signed_by_somebody_else(&claims));
    for token in bad {
        assert_eq!(
            authenticate(&harness, &token).await,
            Err(ErrorCode::Unauthenticated),
            "{token}"
        );
    }
}

#[tokio::test]
async fn a_token_of_another_persons_session_is_refused() {
    let harness = Harness::new().await;
    let (a, b) = (
        harness.log_in("a@example.com").await,
        harness.log_in("b@example.com").await,
    );
    let now = START_MS / 1_000;
    let claims = json!({
        "iss": "relaychat", "aud": "relaychat", "sub": a.user.id, "sid": b.session.id,
        "iat": now, "exp": now + 600,
    });
    let token = signed(&harness, &json!({"alg": "HS256", "typ": "at+jwt"}), &claims);
    assert_eq!(
        authenticate(&harness, &token).await,
        Err(ErrorCode::SessionRevoked)
    );
}

#[tokio::test]
async fn a_revoked_session_is_dead_at_once_and_its_end_is_published() {
    let harness = Harness::new().await;
    let (a, other) = (harness.person("a").await, harness.person("b").await);
    let login = {
        harness.clock.advance_ms(MINUTE_MS);
        harness.log_in("a@example.com").await
    };
    let token = &login.tokens.access_token;
    let b = authenticate(&harness, token)
        .await
        .expect("alive and remembered");
    let revoke = |caller, id| harness.services.revoke_session(caller, id);
    let error = revoke(other, b.session_id).await.expect_err("not theirs");
    assert_eq!(error.code, ErrorCode::NotFound);
    let error = revoke(a, SessionId(unknown())).await.expect_err("unknown");
    assert_eq!(error.code, ErrorCode::NotFound);

    harness.events.take();
    revoke(a, b.session_id)
        .await
        .expect("their own other session");
    let events = harness.events.take();
    assert!(
        matches!(&events[..], [Event::SessionEnded { session_id }] if *session_id == b.session_id),
        "{events:?}"
    );
    assert_eq!(
        authenticate(&harness, token).await,
        Err(ErrorCode::SessionRevoked)
    );
    let refreshed = refresh(&harness, &login.tokens.refresh_token).await;
    assert_eq!(refreshed.expect_err("ended"), ErrorCode::SessionRevoked);
    let left = harness.services.list_sessions(a).await.expect("lists");
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id, a.session_id);
}

#[tokio::test]
async fn refreshing_rotates_and_keeps_the_session_alive() {
    let harness = Harness::new().await;
    let login = harness.log_in("a@example.com").await;
    let mut newest = login.tokens.refresh_token;
    for _ in 0..4 {
        harness.clock.advance_ms(SESSION_TTL_MS - 1);
        let tokens = refresh(&harness, &newest).await.expect("within 15 days");
        assert_ne!(tokens.refresh_token, newest);
        authenticate(&harness, &tokens.access_token)
            .await
            .expect("alive");
        newest = tokens.refresh_token;
    }
    harness.clock.advance_ms(SESSION_TTL_MS);
    let error = refresh(&harness, &newest)
        .await
        .expect_err("15 days unused");
    assert_eq!(error, ErrorCode::SessionRevoked);
}

#[tokio::test]
async fn two_tabs_may_use_one_refresh_token_within_the_grace() {
    let harness = Harness::new().await;
    let first = harness.log_in("a@example.com").await.tokens.refresh_token;
    let one = refresh(&harness, &first).await.expect("the first tab");
    harness.clock.advance_ms(30 * SECOND_MS);
    let two = refresh(&harness, &first).await.expect("the second tab");
    harness.clock.advance_ms(HOUR_MS);
    refresh(&harness, &one.refresh_token)
        .await
        .expect("goes on");
    refresh(&harness, &two.refresh_token)
        .await
        .expect("goes on");
}

#[tokio::test]
async fn a_refresh_token_used_again_later_ends_the_session() {
    let harness = Harness::new().await;
    let login = harness.log_in("a@example.com").await;
    let first = login.tokens.refresh_token;
    let child = refresh(&harness, &first).await.expect("the first use");
    harness.clock.advance_ms(30 * SECOND_MS + 1);
    harness.events.take();
    let error = refresh(&harness, &first).await.expect_err("stolen");
    assert_eq!(error, ErrorCode::RefreshTokenReused);
    assert_eq!(harness.events.take().len(), 1, "sockets are told");
    let error = refresh(&harness, &child.refresh_token)
        .await
        .expect_err("dead");
    assert_eq!(error, ErrorCode::SessionRevoked);
    assert_eq!(
        authenticate(&harness, &child.access_token).await,
        Err(ErrorCode::SessionRevoked)
    );
}

#[tokio::test]
async fn nonsense_is_no_refresh_token() {
    let harness = Harness::new().await;
    for token in ["", "x", "ä", &"A".repeat(42), &"A".repeat(10_000)] {
        let error = refresh(&harness, token).await.expect_err("refused");
        assert_eq!(error, ErrorCode::Unauthenticated);
    }
    let error = refresh(&harness, &"A".repeat(43))
        .await
        .expect_err("unknown");
    assert_eq!(error, ErrorCode::SessionRevoked);
}

#[tokio::test]
async fn keys_survive_a_restart() {
    let harness = Harness::new().await;
    let login = harness.log_in("a@example.com").await;
    let again = Services::open(Parts {
        storage: Arc::clone(&harness.services.storage),
        blobs: Arc::clone(&harness.services.blobs),
        clock: Arc::clone(&harness.services.clock),
        random: Arc::clone(&harness.services.random),
        events: Arc::clone(&harness.services.events),
        hooks: Hooks::default(),
        auth: crate::auth::Auth::default(),
        settings: Settings::default(),
    })
    .await
    .expect("opens again");
    let caller = again.authenticate(&login.tokens.access_token).await;
    assert_eq!(caller.expect("still valid").user_id, login.user.id);
}
