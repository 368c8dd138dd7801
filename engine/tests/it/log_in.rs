//! Somebody logs in, over REST and then over the socket, and is logged out again.

use axum::http::{Method, StatusCode};
use relaychat_engine::test_support::TestEngine;
use relaychat_protocol::{
    frames::{ClientFrame, close_code},
    rest::{
        auth::{RefreshSession, SessionList, Tokens},
        users::Me,
    },
};
use serde_json::Value;

use crate::client::{Client, get};

#[tokio::test]
async fn a_code_from_a_mail_opens_a_session_that_works_everywhere() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let me: Me = get(&engine, &ann, "/v1/me").await;
    assert_eq!(me.user.id, ann.id);
    assert!(me.is_new);
    let (_socket, ready) = Client::open(&engine, &ann).await;
    assert_eq!(ready.session_id, ann.login.session.id);
    assert_eq!(ready.sync.me, me);
    let mut native = Client::connect_authorized(&engine, &ann.access_token).await;
    native.hello(None, None).await;
    assert_eq!(native.ready().await.session_id, ann.login.session.id);
    engine.stop().await;
}

#[tokio::test]
async fn a_second_login_is_the_same_person_with_another_session() {
    let engine = TestEngine::start().await;
    let first = engine.log_in("ann@example.com").await;
    let second = engine.log_in("ann@example.com").await;
    assert_eq!(first.id, second.id);
    assert_ne!(first.login.session.id, second.login.session.id);
    let sessions: SessionList = get(&engine, &second, "/v1/sessions").await;
    assert_eq!(sessions.items.len(), 2);
    engine.stop().await;
}

#[tokio::test]
async fn a_socket_outlives_its_access_token_only_when_it_is_prolonged() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let (mut prolonged, ready) = Client::open(&engine, &ann).await;
    let (mut left_alone, _) = Client::open(&engine, &ann).await;
    assert_eq!(ready.token_expires_in_ms, 15 * 60 * 1_000);
    engine.clock().advance_ms(10 * 60 * 1_000);
    let body = RefreshSession {
        refresh_token: ann.login.tokens.refresh_token.clone(),
    };
    let tokens: Tokens = engine
        .call(Method::POST, "/v1/auth/refresh", None, Some(&body))
        .await
        .expect("refreshed");
    let token = tokens.access_token;
    let prolong = |id| ClientFrame::Authenticate { id, token };
    assert_eq!(prolonged.command(prolong).await, None);
    engine.clock().advance_ms(6 * 60 * 1_000);
    assert_eq!(left_alone.closed().await, close_code::UNAUTHENTICATED);
    let ping = |id| ClientFrame::WatchPresence {
        id,
        user_ids: Vec::new(),
    };
    assert_eq!(prolonged.command(ping).await, None, "still open");
    engine.stop().await;
}

#[tokio::test]
async fn revoking_a_session_closes_its_sockets_at_once_and_no_others() {
    let engine = TestEngine::start().await;
    let phone = engine.log_in("ann@example.com").await;
    let desk = engine.log_in("ann@example.com").await;
    let (mut phone_socket, _) = Client::open(&engine, &phone).await;
    let (mut desk_socket, _) = Client::open(&engine, &desk).await;
    let path = format!("/v1/sessions/{}", phone.login.session.id);
    let _: Value = engine
        .call(Method::DELETE, &path, Some(&desk.access_token), None::<&()>)
        .await
        .expect("revoked");
    assert_eq!(phone_socket.closed().await, close_code::UNAUTHENTICATED);
    let watch = |id| ClientFrame::WatchPresence {
        id,
        user_ids: Vec::new(),
    };
    assert_eq!(desk_socket.command(watch).await, None);
    let refused = engine
        .call::<Me>(
            Method::GET,
            "/v1/me",
            Some(&phone.access_token),
            None::<&()>,
        )
        .await
        .expect_err("the session has ended");
    assert_eq!(refused.0, StatusCode::UNAUTHORIZED);
    engine.stop().await;
}
