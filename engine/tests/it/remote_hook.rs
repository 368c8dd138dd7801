//! A server of the host is asked over HTTP before something happens, and what it answers counts.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use relaychat_engine::{
    hooks::{IfUnanswered, Moment, RemoteHook, RemoteHookSettings},
    test_support::{TestEngine, TestUser},
};
use relaychat_protocol::{
    ChatId, ErrorCode, Problem,
    rest::{
        hooks::{HookQuestion, HookQuestionKind},
        messages::Message,
    },
};

use crate::{
    client::{Client, direct_chat, draft, group, post_message},
    receiver::{Answer, Receiver},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// An engine that asks the receiver.
async fn engine(receiver: &Receiver, change: impl FnOnce(&mut RemoteHookSettings)) -> TestEngine {
    let mut settings = RemoteHookSettings::new(receiver.url(), SECRET);
    change(&mut settings);
    let hook = RemoteHook::new(settings).expect("it can work");
    TestEngine::builder()
        .engine(move |builder| builder.remote_hook("host", &hook))
        .start()
        .await
}

fn questions(receiver: &Receiver) -> Vec<HookQuestionKind> {
    let asked = receiver.received();
    let read = asked.iter().map(|one| {
        let question: HookQuestion = serde_json::from_str(&one.body).expect("a question");
        question.what
    });
    read.collect()
}

async fn refusal(engine: &TestEngine, user: &TestUser, chat_id: ChatId) -> (StatusCode, Problem) {
    let path = format!("/v1/chats/{chat_id}/messages");
    let body = draft("hello");
    let answer: Result<Message, _> = engine
        .call(Method::POST, &path, Some(&user.access_token), Some(&body))
        .await;
    let (status, body) = answer.expect_err("refused");
    (status, serde_json::from_str(&body).expect("a problem"))
}

#[tokio::test]
async fn a_message_is_asked_about_signed_and_may_be_changed_or_refused() {
    let receiver = Receiver::start().await;
    let engine = engine(&receiver, |_| {}).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let (mut other, _) = Client::open(&engine, &bob).await;

    let message = post_message(&engine, &ann, chat_id, "as it is").await;
    assert_eq!(other.text().await, "as it is");
    let asked = receiver.received();
    assert_eq!(asked.len(), 1, "asked once, and of nothing else");
    assert!(asked[0].is_signed_with(SECRET));
    let [HookQuestionKind::BeforeSend(question)] = &questions(&receiver)[..] else {
        panic!("{:?}", asked[0].body);
    };
    assert_eq!(question.text, "as it is");
    assert_eq!(question.sender.id, ann.id);
    assert_eq!(question.message_id, message.id);
    assert_eq!(question.chat_id, chat_id);

    receiver.answer(Answer::Json(r#"{"verdict":"allow","text":"cleaned"}"#));
    assert_eq!(
        post_message(&engine, &ann, chat_id, "damn").await.text,
        "cleaned"
    );
    assert_eq!(other.text().await, "cleaned");

    let refuse = r#"{"verdict":"reject","reason":"spam","detail":"Message blocked"}"#;
    receiver.answer(Answer::Json(refuse));
    let (status, problem) = refusal(&engine, &ann, chat_id).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(problem.code, ErrorCode::Rejected);
    assert_eq!(problem.reason.as_deref(), Some("spam"));
    assert_eq!(problem.detail, "Message blocked");
    engine.stop().await;
}

/// What a server may answer that is no verdict.
const NONSENSE: [Answer; 5] = [
    Answer::Status(500),
    Answer::Redirect,
    Answer::Json("no JSON"),
    Answer::Json(r#"{"verdict":"perhaps"}"#),
    Answer::Hang,
];

#[tokio::test]
async fn without_a_usable_answer_the_client_is_told_to_try_again() {
    let receiver = Receiver::start().await;
    let engine = engine(&receiver, |hook| hook.timeout = Duration::from_millis(300)).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    for answer in NONSENSE {
        receiver.answer(answer);
        let (status, problem) = refusal(&engine, &ann, chat_id).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
        assert_eq!(problem.code, ErrorCode::Unavailable, "{answer:?}");
        assert!(problem.retry_after_ms.is_some(), "{answer:?}");
    }
    receiver.answer(Answer::Status(204));
    post_message(&engine, &ann, chat_id, "now").await;
    engine.stop().await;
}

#[tokio::test]
async fn a_host_that_prefers_it_lets_messages_pass_without_an_answer() {
    let receiver = Receiver::start().await;
    let engine = engine(&receiver, |hook| {
        hook.timeout = Duration::from_millis(300);
        hook.if_unanswered = IfUnanswered::Allow;
    })
    .await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    for answer in NONSENSE {
        receiver.answer(answer);
        let sent = post_message(&engine, &ann, chat_id, "as it is").await;
        assert_eq!(sent.text, "as it is", "{answer:?}");
    }
    engine.stop().await;
}

#[tokio::test]
async fn each_moment_is_asked_about_and_a_group_may_be_renamed() {
    let receiver = Receiver::start().await;
    let engine = engine(&receiver, |hook| hook.moments = Moment::ALL.to_vec()).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    receiver.answer(Answer::Json(r#"{"verdict":"allow","name":"Renamed"}"#));
    let chat_id = group(&engine, &ann, &[&bob]).await;
    receiver.answer(Answer::Status(204));
    let (mut socket, _) = Client::open(&engine, &ann).await;
    socket.send_message(chat_id, "hi").await;
    let path = format!("/v1/chats/{chat_id}");
    let chat: serde_json::Value = crate::client::get(&engine, &ann, &path).await;
    assert_eq!(chat["chat"]["name"], "Renamed", "{chat}");
    let asked: Vec<_> = questions(&receiver)
        .iter()
        .map(|what| match what {
            HookQuestionKind::BeforeLogin(login) => login.email.clone(),
            HookQuestionKind::BeforeChat(chat) => format!("chat of {}", chat.user_ids.len()),
            HookQuestionKind::BeforeConnect(connect) => connect.user.name.clone(),
            HookQuestionKind::BeforeSend(send) => send.text.clone(),
            HookQuestionKind::BeforeUpload(upload) => upload.content_type.clone(),
        })
        .collect();
    let expected = [
        "ann@example.com",
        "bob@example.com",
        "chat of 1",
        "Ann",
        "hi",
    ];
    assert_eq!(asked, expected);
    engine.stop().await;
}
