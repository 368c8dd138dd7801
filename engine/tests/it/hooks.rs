//! What the host decides, over every route.

use axum::http::{Method, StatusCode};
use relaychat_engine::{
    hooks::{BeforeSend, DraftContent, Verdict},
    test_support::TestEngine,
};
use relaychat_protocol::{
    ErrorCode, Problem,
    frames::{ClientFrame, ServerFrame},
};

use crate::client::{Client, direct_chat, draft, post_message};

async fn moderate(mut message: BeforeSend) -> Verdict<DraftContent> {
    if message.draft.text.contains("spam") {
        return Verdict::reject("spam", "Message blocked");
    }
    message.draft.text = message.draft.text.replace("damn", "****");
    Verdict::allow(message.draft)
}

async fn moderated() -> TestEngine {
    TestEngine::builder()
        .engine(|builder| builder.before_send("moderation", moderate))
        .start()
        .await
}

#[tokio::test]
async fn messages_over_rest_and_the_socket_pass_the_same_hook() {
    let engine = moderated().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let (mut socket, _) = Client::open(&engine, &ann).await;
    let (mut other, _) = Client::open(&engine, &bob).await;
    assert_eq!(
        post_message(&engine, &ann, chat_id, "damn").await.text,
        "****"
    );
    assert_eq!(
        socket.send_message(chat_id, "damn you").await.text,
        "**** you"
    );
    assert_eq!(other.text().await, "****");
    assert_eq!(other.text().await, "**** you");
    let refused = |problem: &Problem| {
        assert_eq!(problem.code, ErrorCode::Rejected);
        assert_eq!(problem.reason.as_deref(), Some("spam"));
        assert_eq!(problem.detail, "Message blocked");
    };
    let path = format!("/v1/chats/{chat_id}/messages");
    let body = draft("spam");
    let answer: Result<serde_json::Value, _> = engine
        .call(Method::POST, &path, Some(&ann.access_token), Some(&body))
        .await;
    let (status, body) = answer.expect_err("refused");
    assert_eq!(status, StatusCode::FORBIDDEN);
    refused(&serde_json::from_str(&body).expect("a problem"));
    let frame = ClientFrame::SendMessage {
        id: "1".to_owned(),
        chat_id,
        message: draft("spam"),
    };
    socket.send(&frame).await;
    let error = socket.until(|frame| match frame {
        ServerFrame::Error { error, .. } => Some(error),
        _ => None,
    });
    refused(&error.await);
    let seen = other.drain().await;
    let is_message = |frame: &ServerFrame| matches!(frame, ServerFrame::Message { .. });
    assert!(!seen.iter().any(is_message), "{seen:?}");
    engine.stop().await;
}
