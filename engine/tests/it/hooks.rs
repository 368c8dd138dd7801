//! What the host decides, over every route.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::http::{Method, StatusCode};
use relaychat_engine::{
    authorizer::{Action, Authorizer, Subject},
    hooks::{BeforeSend, ChatContent, DraftContent, Sent, Verdict, Who},
    test_support::{DEADLINE, TestEngine, TestUser},
};
use relaychat_protocol::{
    ErrorCode, Problem,
    frames::{ClientFrame, ServerFrame},
};
use tokio::sync::mpsc;

use crate::client::{Client, direct_chat, draft, get, group, post_message};

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

/// Waits until every node knows that somebody is there: connections go to the nodes in turn.
async fn until_seen(engine: &TestEngine, by: &TestUser, who: &TestUser) {
    for _ in 0..2 {
        let (mut watcher, _) = Client::open(engine, by).await;
        let (id, user_ids) = (watcher.id(), vec![who.id]);
        let watch = ClientFrame::WatchPresence { id, user_ids };
        watcher.send(&watch).await;
        let is_there = |frame| match frame {
            ServerFrame::Presence { is_online, .. } => is_online.then_some(()),
            _ => None,
        };
        watcher.until(is_there).await;
    }
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

#[tokio::test]
async fn an_after_hook_hears_each_message_with_those_who_are_not_there_until_it_takes_it() {
    let (heard, mut hears) = mpsc::unbounded_channel();
    let fails = Arc::new(Mutex::new(1));
    let engine = TestEngine::builder()
        .engine(move |builder| {
            let (heard, fails) = (heard.clone(), Arc::clone(&fails));
            builder.after_send("push", move |sent: Sent| {
                let is_taken = std::mem::take(&mut *fails.lock().expect("unpoisoned")) == 0;
                let offline: Vec<_> = sent.offline_recipients().map(|one| one.id).collect();
                let told = (sent.event_id, sent.message.text, offline);
                heard.send(told).expect("the story listens");
                async move { is_taken.then_some(()).ok_or("the push service is down") }
            })
        })
        .start()
        .await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let cid = engine.log_in("cid@example.com").await;
    let chat_id = group(&engine, &ann, &[&bob, &cid]).await;
    let (_socket, _) = Client::open(&engine, &bob).await;
    until_seen(&engine, &ann, &bob).await;
    post_message(&engine, &ann, chat_id, "hi").await;
    let mut next = async || {
        let told = tokio::time::timeout(DEADLINE, hears.recv()).await;
        told.expect("told in time").expect("the engine runs")
    };
    let first = next().await;
    assert_eq!(
        (first.1.as_str(), first.2.as_slice()),
        ("hi", &[cid.id][..])
    );
    // That it was not taken is written down a moment later: only then does its waiting begin.
    let again = loop {
        engine.clock().advance_ms(10_000);
        if let Ok(again) = tokio::time::timeout(Duration::from_millis(500), next()).await {
            break again;
        }
    };
    assert_eq!(again, first, "the same event again");
    post_message(&engine, &ann, chat_id, "ho").await;
    assert_eq!(next().await.1, "ho");
    engine.stop().await;
}

/// Refuses what it is told to, and notes what it was asked.
#[derive(Debug, Default)]
struct Policy {
    refused: Mutex<Option<Action>>,
    asked: Mutex<Vec<(Action, Subject)>>,
}

#[derive(Debug)]
struct Shared(Arc<Policy>);

#[async_trait]
impl Authorizer for Shared {
    async fn can(&self, _: &Who, action: Action, on: &Subject) -> bool {
        let asked = (action, on.clone());
        self.0.asked.lock().expect("unpoisoned").push(asked);
        *self.0.refused.lock().expect("unpoisoned") != Some(action)
    }
}

#[tokio::test]
async fn the_hosts_own_rules_take_away_and_never_give() {
    let policy = Arc::new(Policy::default());
    let shared = Arc::clone(&policy);
    let engine = TestEngine::builder()
        .engine(move |builder| builder.authorizer(Shared(Arc::clone(&shared))))
        .start()
        .await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let cid = engine.log_in("cid@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let refuse = |action| *policy.refused.lock().expect("unpoisoned") = action;
    let call = async |method: Method, path: String, body: serde_json::Value, token: &str| {
        let body = (!body.is_null()).then_some(&body);
        let answer: Result<serde_json::Value, _> =
            engine.call(method, &path, Some(token), body).await;
        answer.err().map(|(status, _)| status.as_u16())
    };
    let messages = format!("/v1/chats/{chat_id}/messages");
    let body = || serde_json::to_value(draft("hi")).expect("JSON");
    refuse(Some(Action::SendMessage));
    let send = async |token: &str| call(Method::POST, messages.clone(), body(), token).await;
    assert_eq!(send(&ann.access_token).await, Some(403));
    policy.asked.lock().expect("unpoisoned").clear();
    assert_eq!(send(&cid.access_token).await, Some(404), "a stranger");
    assert!(policy.asked.lock().expect("unpoisoned").is_empty());
    refuse(None);
    assert_eq!(send(&ann.access_token).await, None);
    refuse(Some(Action::OpenDirectChat));
    let direct = serde_json::json!({ "user_id": cid.id });
    let path = || "/v1/chats/direct".to_owned();
    let opened = call(Method::POST, path(), direct, &ann.access_token).await;
    assert_eq!(opened, Some(404), "as if the person were not there");
    let known = serde_json::json!({ "user_id": bob.id });
    assert_eq!(
        call(Method::POST, path(), known, &ann.access_token).await,
        None
    );
    refuse(Some(Action::ListPeople));
    let null = serde_json::Value::Null;
    let listed = call(Method::GET, "/v1/users".to_owned(), null, &ann.access_token).await;
    assert_eq!(listed, Some(403));
    refuse(Some(Action::Connect));
    let mut socket = Client::connect(&engine).await;
    socket.hello(Some(ann.access_token.clone()), None).await;
    assert_eq!(socket.closed().await, 4430);
    engine.stop().await;
}

#[tokio::test]
async fn logins_chats_and_sockets_pass_their_hooks() {
    let engine = TestEngine::builder()
        .engine(|builder| {
            builder
                .before_login("ban", async |login| {
                    if login.email.starts_with("eve") {
                        Verdict::reject("banned", "This account is closed.")
                    } else {
                        Verdict::allow(())
                    }
                })
                .before_chat("names", async |chat| {
                    let name = chat.content.name.map(|name| format!("{name} (shop)"));
                    Verdict::allow(ChatContent { name })
                })
                .before_connect("closed", async |connect| {
                    if connect.user.name.starts_with("Bob") {
                        Verdict::reject("closed", "Not today")
                    } else {
                        Verdict::allow(())
                    }
                })
        })
        .start()
        .await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = group(&engine, &ann, &[&bob]).await;
    let path = format!("/v1/chats/{chat_id}");
    let chat: relaychat_protocol::rest::chats::ChatWithUsers = get(&engine, &ann, &path).await;
    assert_eq!(chat.chat.info.name.as_deref(), Some("Group (shop)"));
    Client::open(&engine, &ann).await;
    let mut socket = Client::connect(&engine).await;
    socket.hello(Some(bob.access_token.clone()), None).await;
    assert_eq!(socket.closed().await, 4430);
    engine.stop().await;
}

#[tokio::test]
async fn logins_chats_uploads_and_sockets_are_told_afterwards() {
    let (heard, mut hears) = mpsc::unbounded_channel::<String>();
    let engine = TestEngine::builder()
        .engine(move |builder| {
            let tell = || {
                let heard = heard.clone();
                move |what: String| {
                    heard.send(what).expect("the story listens");
                    std::future::ready(Ok::<(), String>(()))
                }
            };
            let (login, chat, upload) = (tell(), tell(), tell());
            let (come, gone) = (heard.clone(), heard.clone());
            builder
                .after_login("login", move |one| login(format!("login {}", one.user.id)))
                .after_chat("chat", move |one| {
                    chat(format!("chat {} of {}", one.chat.id, one.members.len()))
                })
                .after_upload("upload", move |one| {
                    upload(format!("upload {}", one.attachment.id))
                })
                .after_connect("come", move |one| {
                    come.send(format!("come {}", one.user_id)).expect("listens");
                    std::future::ready(())
                })
                .after_disconnect("gone", move |one| {
                    gone.send(format!("gone {}", one.user_id)).expect("listens");
                    std::future::ready(())
                })
        })
        .start()
        .await;
    let mut is_told = async |what: String| {
        let told = tokio::time::timeout(DEADLINE, hears.recv()).await;
        assert_eq!(told.expect("told in time").expect("the engine runs"), what);
    };
    let ann = engine.log_in("ann@example.com").await;
    is_told(format!("login {}", ann.id)).await;
    let bob = engine.log_in("bob@example.com").await;
    is_told(format!("login {}", bob.id)).await;
    let chat_id = group(&engine, &ann, &[&bob]).await;
    is_told(format!("chat {chat_id} of 2")).await;
    let (socket, _) = Client::open(&engine, &bob).await;
    is_told(format!("come {}", bob.id)).await;
    socket.cut();
    is_told(format!("gone {}", bob.id)).await;
    let made = crate::upload_and_read::upload(&engine, &ann).await;
    is_told(format!("upload {}", made.id)).await;
    engine.stop().await;
}
