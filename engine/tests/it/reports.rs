//! People report messages and each other; the host works the queue off, and nobody else learns of
//! it.

use axum::http::Method;
use relaychat_engine::test_support::{TestEngine, TestUser};
use relaychat_protocol::{
    ErrorCode, UserId,
    rest::{
        messages::Message,
        reports::{CloseReport, ReportOutcome, ReportPage, ReportStatus},
        webhooks::{CreateWebhook, HostEventKind},
    },
};
use serde_json::{Value, json};

use crate::{
    client::{Client, direct_chat, draft, group, post_message},
    http::http,
    receiver::Receiver,
};

/// In what is reported, and in what the reporter writes.
const CANARY: &str = "canary77ab";

async fn start() -> TestEngine {
    TestEngine::start_with(|config| {
        config.webhooks.allows_private_addresses = true;
        config.limits.is_rate_limited = false;
    })
    .await
}

/// The status and the body of an answer.
async fn ask(
    engine: &TestEngine,
    token: &str,
    (method, path): (Method, &str),
    body: Option<Value>,
) -> (u16, Value) {
    let request = http().request(method, format!("{}{path}", engine.url()));
    let mut request = request.bearer_auth(token);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.expect("is answered");
    let status = answer.status().as_u16();
    let mut body: Value = answer.json().await.expect("JSON");
    if status >= 400 {
        body["request_id"] = Value::Null;
    }
    (status, body)
}

async fn report(engine: &TestEngine, who: &TestUser, body: Value) -> (u16, Value) {
    let call = (Method::POST, "/v1/reports");
    ask(engine, &who.access_token, call, Some(body)).await
}

fn of_message(message: &Message) -> Value {
    json!({
        "chat_id": message.chat_id, "message_id": message.id,
        "reason": "harassment", "note": format!("  he wrote {CANARY} \n"),
    })
}

fn of_user(user_id: UserId) -> Value {
    json!({"user_id": user_id, "reason": "other"})
}

#[tokio::test]
async fn what_somebody_sees_they_report_once_and_nobody_else_learns_of_it() {
    let engine = start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let cat = engine.log_in("cat@example.com").await;
    let chat_id = group(&engine, &ann, &[&bob]).await;
    let sent = post_message(&engine, &bob, chat_id, CANARY).await;
    let (mut socket, _) = Client::open(&engine, &bob).await;

    let (status, first) = report(&engine, &ann, of_message(&sent)).await;
    assert_eq!(status, 201, "{first}");
    assert_eq!(first.as_object().map(serde_json::Map::len), Some(2));
    let (status, again) = report(&engine, &ann, of_message(&sent)).await;
    assert_eq!((status, &again), (200, &first), "the same report");
    let (status, person) = report(&engine, &ann, of_user(bob.id)).await;
    assert_eq!(status, 201);
    assert_ne!(person["id"], first["id"]);

    // What is not there, what is not seen, what is one's own.
    let nothing = Message {
        id: crate::client::new_id().into(),
        ..sent.clone()
    };
    let unknown = report(&engine, &ann, of_message(&nothing)).await;
    assert_eq!((unknown.0, &unknown.1["code"]), (404, &json!("not_found")));
    let unseen = report(&engine, &cat, of_message(&sent)).await;
    assert_eq!(unseen, unknown);
    let nobody = report(&engine, &ann, of_user(crate::client::new_id().into())).await;
    assert_eq!(nobody, unknown);
    for own in [of_message(&sent), of_user(bob.id)] {
        let (status, problem) = report(&engine, &bob, own).await;
        assert_eq!((status, &problem["code"]), (403, &json!("not_reportable")));
    }
    let mut both = of_message(&sent);
    both["user_id"] = json!(bob.id);
    let mut long = of_message(&sent);
    long["note"] = json!("ä".repeat(1_001));
    for (body, field) in [(both, "message_id"), (long, "note")] {
        let (status, problem) = report(&engine, &ann, body).await;
        assert_eq!((status, &problem["field"]), (422, &json!(field)));
    }
    socket.drain().await;
    assert!(!socket.heard.contains("report"), "{}", socket.heard);
    engine.stop().await;
}

#[tokio::test]
async fn the_host_is_told_and_works_the_queue_off() {
    let engine = start().await;
    let receiver = Receiver::start().await;
    let new = CreateWebhook {
        url: receiver.url(),
        kinds: vec!["report.created".to_owned()],
    };
    engine.engine().webhooks().create(new).await.expect("made");
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let sent = post_message(&engine, &bob, chat_id, CANARY).await;
    report(&engine, &ann, of_message(&sent)).await;
    engine.clock().advance_ms(1);
    report(&engine, &bob, of_user(ann.id)).await;

    let told = receiver.wait_for(2).await;
    assert!(told.iter().all(|one| !one.body.contains(CANARY)));
    let told = match told[0].event().what {
        HostEventKind::ReportCreated(told) => told,
        other => panic!("{other:?}"),
    };
    assert_eq!((told.reporter.id, told.reported.id), (ann.id, bob.id));
    assert_eq!(told.message_id, Some(sent.id));

    let key = engine.engine().server_keys().create("host").await;
    let key = key.expect("a key").key;
    let get = async |path: &str| ask(&engine, &key, (Method::GET, path), None).await;
    let (_, queue) = get("/v1/server/reports?status=open&limit=1").await;
    let first = &queue["items"][0];
    assert_eq!(first["id"], json!(told.report_id));
    assert_eq!(first["message"]["text"], CANARY);
    assert_eq!(first["note"], format!("he wrote {CANARY}"));
    let cursor = queue["next_cursor"].as_str().expect("there is more");
    let (_, rest) = get(&format!("/v1/server/reports?status=open&cursor={cursor}")).await;
    assert_eq!(rest["items"][0]["reported"]["id"], json!(ann.id));
    assert!(rest["next_cursor"].is_null() && rest["items"].as_array().map(Vec::len) == Some(1));

    let path = format!("/v1/server/reports/{}", told.report_id);
    let close = async |outcome: &str, note: &str| {
        let body = json!({"outcome": outcome, "note": note});
        let call = (Method::POST, &*format!("{path}/close"));
        ask(&engine, &key, call, Some(body)).await
    };
    let (status, closed) = close("acted", "Warned him").await;
    assert_eq!((status, &closed["status"]), (200, &json!("closed")));
    assert!(!closed.to_string().contains(CANARY), "{closed}");
    assert_eq!(close("acted", "again").await, (200, closed.clone()));
    let (status, problem) = close("dismissed", "").await;
    assert_eq!((status, &problem["code"]), (409, &json!("report_closed")));
    assert_eq!(get(&path).await, (200, closed));
    let (_, queue) = get("/v1/server/reports?status=closed").await;
    assert_eq!(queue["items"].as_array().map(Vec::len), Some(1));
    let (status, _) = report(&engine, &ann, of_message(&sent)).await;
    assert_eq!(status, 201, "what goes on is reported anew");
    engine.stop().await;
}

#[tokio::test]
async fn a_host_in_rust_has_the_same_and_forgets_who_is_deleted() {
    let engine = start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let sent = post_message(&engine, &bob, chat_id, CANARY).await;
    report(&engine, &ann, of_message(&sent)).await;
    let host = engine.engine();
    let reports = host.reports();
    let open = async || -> ReportPage {
        let listed = reports.list(Some(ReportStatus::Open), None, 10);
        listed.await.expect("lists")
    };
    let first = open().await.items.remove(0);
    let reporter = first.reporter.clone().expect("is named");
    assert_eq!((reporter.id, first.reported.id), (ann.id, bob.id));

    host.users().delete(ann.id).await.expect("deletes");
    host.users().delete(bob.id).await.expect("deletes");
    let left = open().await.items.remove(0);
    assert_eq!((left.reporter.clone(), left.note.clone()), (None, None));
    assert_eq!(left.message, first.message, "is decided about all the same");
    assert_eq!(left.reported.name, "Deleted user");

    let decide = |outcome| CloseReport {
        outcome,
        note: None,
    };
    let close = async |outcome| reports.close(left.id, decide(outcome)).await;
    let closed = close(ReportOutcome::Dismissed).await.expect("closes");
    let found = reports.find(left.id).await.expect("reads");
    assert_eq!(found, Some(closed));
    let refused = close(ReportOutcome::Acted).await.expect_err("is decided");
    assert_eq!(refused.code, ErrorCode::ReportClosed);
    assert_eq!(open().await.items, []);
    engine.stop().await;
}

#[tokio::test]
async fn what_is_deleted_is_not_reported_anew_and_reports_have_a_rate() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let sent = post_message(&engine, &bob, chat_id, CANARY).await;
    let path = format!("/v1/chats/{chat_id}/messages/{}", sent.id);
    let other = draft("another");
    let messages = format!("/v1/chats/{chat_id}/messages");
    let token = Some(bob.access_token.as_str());
    let other = engine.call::<Message>(Method::POST, &messages, token, Some(&other));
    let other = other.await.expect("sends");
    assert_eq!(report(&engine, &ann, of_message(&sent)).await.0, 201);
    for message in [&sent, &other] {
        let path = path.replace(&sent.id.to_string(), &message.id.to_string());
        let deleted = engine.call::<Value>(Method::DELETE, &path, token, None::<&()>);
        deleted.await.expect("deletes");
    }
    let again = report(&engine, &ann, of_message(&sent)).await;
    assert_eq!(again.0, 200, "after a lost answer: {}", again.1);
    let (status, problem) = report(&engine, &ann, of_message(&other)).await;
    assert_eq!((status, &problem["code"]), (409, &json!("message_deleted")));
    let mut codes = Vec::new();
    for _ in 0..30 {
        codes.push(report(&engine, &ann, of_message(&sent)).await.0);
    }
    assert!(codes.contains(&429), "{codes:?}");
    engine.stop().await;
}
