//! Every way a socket is refused or closed, with its status or code.

use axum::http::Method;
use relaychat_engine::test_support::{TestEngine, TestUser};
use relaychat_protocol::{
    ErrorCode, Problem, ProtocolRange,
    frames::{ClientFrame, ServerFrame, client::Hello, close_code},
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error, Message as Raw, client::IntoClientRequest},
};

use crate::client::Client;

/// The status and the code of a refused upgrade.
async fn refused(engine: &TestEngine, headers: &[(&'static str, &str)]) -> (u16, ErrorCode) {
    let mut request = engine
        .socket_url()
        .into_client_request()
        .expect("a request");
    for (name, value) in headers {
        let value = value.parse().expect("a header");
        request.headers_mut().insert(*name, value);
    }
    match connect_async(request).await {
        Err(Error::Http(response)) => {
            let content_type = response.headers()["content-type"].to_str().expect("text");
            assert_eq!(content_type, "application/problem+json");
            let body = response.body().as_deref().unwrap_or_default();
            let problem: Problem = serde_json::from_slice(body).expect("a problem");
            assert_eq!(problem.status, response.status().as_u16());
            assert!(!problem.request_id.is_empty());
            (problem.status, problem.code)
        }
        other => panic!("expected a refusal, got {other:?}"),
    }
}

async fn ann(engine: &TestEngine) -> TestUser {
    engine.log_in("ann@example.com").await
}

#[tokio::test]
async fn a_page_of_a_foreign_origin_is_refused_before_the_upgrade() {
    let engine = TestEngine::start_with(|config| {
        config.allowed_origins = vec!["https://friend.example".parse().expect("an origin")];
    })
    .await;
    let foreign = [("origin", "https://evil.example")];
    let answer = refused(&engine, &foreign).await;
    assert_eq!(answer, (403, ErrorCode::OriginNotAllowed));
    assert_eq!(refused(&engine, &[("origin", "null")]).await.0, 403);
    for origin in ["https://friend.example", engine.url().as_str()] {
        let mut request = engine
            .socket_url()
            .into_client_request()
            .expect("a request");
        let value = origin.parse().expect("a header");
        request.headers_mut().insert("origin", value);
        connect_async(request).await.expect("is let in");
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_bad_authorization_is_refused_before_the_upgrade() {
    let engine = TestEngine::start().await;
    for value in ["Bearer nonsense", "Basic YTpi", "nonsense", "Bearer "] {
        let (status, _) = refused(&engine, &[("authorization", value)]).await;
        assert_eq!(status, 401, "{value}");
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_plain_request_is_told_to_upgrade() {
    let engine = TestEngine::start().await;
    for method in [Method::GET, Method::POST] {
        let answer = engine
            .call::<()>(method, "/v1/ws", None, None::<&()>)
            .await
            .expect_err("no upgrade");
        assert_eq!(answer.0, 426);
        assert!(answer.1.contains("upgrade_required"), "{}", answer.1);
    }
    engine.stop().await;
}

#[tokio::test]
async fn too_many_sockets_of_one_address_are_refused() {
    let engine = TestEngine::builder()
        .alone()
        .config(|config| config.limits.sockets_per_ip = 2)
        .start()
        .await;
    let first = Client::connect(&engine).await;
    let _second = Client::connect(&engine).await;
    assert_eq!(refused(&engine, &[]).await, (429, ErrorCode::RateLimited));
    first.cut();
    // The place is free as soon as the server has noticed.
    let deadline = tokio::time::Instant::now() + relaychat_engine::test_support::DEADLINE;
    while connect_async(engine.socket_url()).await.is_err() {
        assert!(tokio::time::Instant::now() < deadline);
        tokio::task::yield_now().await;
    }
    engine.stop().await;
}

#[tokio::test]
async fn whoever_says_nothing_is_closed() {
    let engine = TestEngine::start_with(|config| config.realtime.hello_timeout_ms = 100).await;
    let mut client = Client::connect(&engine).await;
    assert_eq!(client.closed().await, close_code::AUTHENTICATION_TIMEOUT);
    engine.stop().await;
}

#[tokio::test]
async fn a_first_frame_that_is_no_hello_is_malformed() {
    let engine = TestEngine::start().await;
    for text in [
        "",
        "[]",
        "hello",
        r#"{"type":"ping","id":"1"}"#,
        r#"{"type":"hello"}"#,
    ] {
        let mut client = Client::connect(&engine).await;
        client.send_raw(Raw::text(text)).await;
        assert_eq!(client.closed().await, close_code::MALFORMED, "{text}");
    }
    engine.stop().await;
}

#[tokio::test]
async fn hello_without_a_good_token_is_unauthenticated() {
    let engine = TestEngine::start().await;
    for token in [None, Some(String::new()), Some("nonsense".to_owned())] {
        let mut client = Client::connect(&engine).await;
        client.hello(token, None).await;
        assert_eq!(client.closed().await, close_code::UNAUTHENTICATED);
    }
    let ann = ann(&engine).await;
    engine.clock().advance_ms(15 * 60 * 1_000 + 1);
    let mut client = Client::connect(&engine).await;
    client.hello(Some(ann.access_token), None).await;
    assert_eq!(
        client.closed().await,
        close_code::UNAUTHENTICATED,
        "expired"
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_client_from_another_age_is_told_to_update() {
    let engine = TestEngine::start().await;
    let ann = ann(&engine).await;
    let mut client = Client::connect(&engine).await;
    let hello = ClientFrame::Hello(Hello {
        protocol: ProtocolRange { min: 90, max: 99 },
        token: Some(ann.access_token),
        since: None,
    });
    client.send(&hello).await;
    assert_eq!(client.closed().await, close_code::VERSION);
    engine.stop().await;
}

#[tokio::test]
async fn the_oldest_of_too_many_sockets_is_replaced() {
    let engine = TestEngine::builder()
        .alone()
        .config(|config| config.limits.sockets_per_user = 2)
        .start()
        .await;
    let ann = ann(&engine).await;
    let (mut first, _) = Client::open(&engine, &ann).await;
    let (mut second, _) = Client::open(&engine, &ann).await;
    let (mut third, _) = Client::open(&engine, &ann).await;
    assert_eq!(first.closed().await, close_code::REPLACED);
    for client in [&mut second, &mut third] {
        let ping = ClientFrame::Ping { id: "p".to_owned() };
        client.send(&ping).await;
        assert!(matches!(client.next().await, ServerFrame::Pong { .. }));
    }
    engine.stop().await;
}

#[tokio::test]
async fn too_many_frames_are_rate_limited() {
    let engine = TestEngine::start().await;
    let ann = ann(&engine).await;
    let (mut client, _) = Client::open(&engine, &ann).await;
    for number in 0..260 {
        let ping = serde_json::json!({ "type": "ping", "id": number.to_string() });
        client.send_raw(Raw::text(ping.to_string())).await;
    }
    assert_eq!(client.closed().await, close_code::RATE_LIMITED);
    engine.stop().await;
}

#[tokio::test]
async fn an_unreadable_command_is_an_error_and_no_object_closes() {
    let engine = TestEngine::start().await;
    let ann = ann(&engine).await;
    let (mut client, _) = Client::open(&engine, &ann).await;
    for (text, expected) in [
        (r#"{"type":"from_the_future","id":"a"}"#, Some("a")),
        (r#"{"type":"send_message","id":"b"}"#, Some("b")),
        (r#"{"type":"ping","id":7}"#, None),
        (r#"{"type":"hello","protocol":{"min":1,"max":1}}"#, None),
        ("{}", None),
    ] {
        client.send_raw(Raw::text(text)).await;
        match client.next().await {
            ServerFrame::Error { id, error } => {
                assert_eq!(id.as_deref(), expected, "{text}");
                assert_eq!(error.code, ErrorCode::MalformedRequest, "{text}");
            }
            other => panic!("expected an error, got {other:?}"),
        }
    }
    client.send_raw(Raw::text("[1]")).await;
    assert_eq!(client.closed().await, close_code::MALFORMED);
    engine.stop().await;
}

#[tokio::test]
async fn watching_too_many_people_is_refused_and_changes_nothing() {
    let engine = TestEngine::start_with(|config| config.limits.watched_users = 3).await;
    let ann = ann(&engine).await;
    let (mut client, _) = Client::open(&engine, &ann).await;
    let watch = |id| ClientFrame::WatchPresence {
        id,
        user_ids: vec![ann.id; 4],
    };
    assert_eq!(
        client.command(watch).await,
        Some(ErrorCode::ValidationFailed)
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_peer_that_does_not_answer_pings_is_closed() {
    let engine = TestEngine::start_with(|config| {
        config.realtime.ping_after_ms = 50;
        config.realtime.pong_timeout_ms = 50;
    })
    .await;
    let ann = ann(&engine).await;
    let (silent, _) = Client::open(&engine, &ann).await;
    let deadline = tokio::time::Instant::now() + relaychat_engine::test_support::DEADLINE;
    while engine.engine().socket_count() > 0 {
        assert!(tokio::time::Instant::now() < deadline, "still open");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    drop(silent);
    engine.stop().await;
}

#[tokio::test]
async fn a_peer_that_answers_pings_stays() {
    let engine = TestEngine::start_with(|config| {
        config.realtime.ping_after_ms = 50;
        config.realtime.pong_timeout_ms = 300;
    })
    .await;
    let ann = ann(&engine).await;
    let (mut client, _) = Client::open(&engine, &ann).await;
    for _ in 0..3 {
        assert_eq!(client.drain().await, [], "reading answers pings");
    }
    assert_eq!(engine.engine().socket_count(), 1);
    engine.stop().await;
}
