//! Several processes of the program on one PostgreSQL and one Redis, as an operator runs them.

mod copy;
mod installation;
mod kills;
mod roles;

use std::time::{Duration, Instant};

use installation::{Installation, Person};
use relaychat_protocol::frames::{ServerFrame, close_code};
use serde_json::{Value, json};

use crate::{
    client::{Client, QUIET},
    cluster::Fault,
};

/// Within which a removal and a revocation reach the other process.
const WITHIN: Duration = Duration::from_secs(2);
/// The same while Redis is away.
const WITHIN_ALONE: Duration = Duration::from_secs(60);

/// What happens on a socket until it hears that a chat is gone: the texts, and how long it took.
async fn texts_until_removed(socket: &mut Client, started: Instant) -> (Vec<String>, Duration) {
    let mut texts = Vec::new();
    loop {
        match socket.next().await {
            ServerFrame::Message { message, .. } => texts.push(message.text),
            ServerFrame::ChatRemoved { .. } => return (texts, started.elapsed()),
            _ => {}
        }
    }
}

/// The texts of what comes within a short while.
async fn texts(socket: &mut Client) -> Vec<String> {
    let frames = socket.drain_for(QUIET).await.into_iter();
    let text = |frame| match frame {
        ServerFrame::Message { message, .. } => Some(message.text),
        _ => None,
    };
    frames.filter_map(text).collect()
}

/// Nothing of a chat that somebody was removed from is found by them, on either process.
async fn finds_nothing(
    nodes: [&str; 2],
    at: &Installation,
    bob: &Person,
    chat: &str,
    last: &Value,
) {
    let (id, file) = (&last["id"], &last["attachments"][0]["id"]);
    for node in nodes {
        for path in [
            format!("/v1/chats/{chat}"),
            format!("/v1/chats/{chat}/messages"),
            format!("/v1/chats/{chat}/messages/{}", id.as_str().expect("an id")),
            format!("/v1/chats/{chat}/members"),
            format!("/v1/attachments/{}/links", file.as_str().expect("an id")),
        ] {
            let (status, _) = at.get(node, &path, &bob.token).await;
            assert_eq!(status, 404, "{path}");
        }
        for since in ["", &format!("?since={}", bob.since)] {
            let (status, answer) = at.get(node, &format!("/v1/sync{since}"), &bob.token).await;
            assert_eq!(status, 200);
            assert!(!answer.to_string().contains("after"), "{answer}");
        }
        for path in ["/v1/chats", "/v1/me/unread"] {
            let (_, answer) = at.get(node, path, &bob.token).await;
            assert!(!answer.to_string().contains("after"), "{answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn removal_and_revocation_reach_the_sockets_of_another_process_with_and_without_redis() {
    let mut at = Installation::start().await;
    let (one, two) = (at.node("one", &[]).await, at.node("two", &[]).await);
    for (is_down, within) in [(false, WITHIN), (true, WITHIN_ALONE)] {
        let [ann, mut bob, cid] = at.people(&one.url).await;
        let chat = at.group(&one.url, &ann, &[&bob, &cid]).await;
        let mut removed = Client::connect_to(&at.socket(&two.url)).await;
        removed.hello(Some(bob.token.clone()), None).await;
        bob.since = removed.ready().await.sync.token;
        let mut stays = Client::connect_to(&at.socket(&two.url)).await;
        stays.hello(Some(cid.token.clone()), None).await;
        stays.ready().await;
        if is_down {
            at.redis.suffer(Fault::Kill);
        }
        at.send(&one.url, &ann, &chat, "before", None).await;
        let file = at.upload(&one.url, &ann).await;
        let started = Instant::now();
        at.remove(&one.url, &ann, &chat, &bob).await;
        at.send(&one.url, &ann, &chat, "after 1", None).await;
        let last = at.send(&one.url, &ann, &chat, "after 2", Some(&file)).await;
        let (mut heard, took) = texts_until_removed(&mut removed, started).await;
        heard.extend(texts(&mut removed).await);
        assert!(heard.iter().all(|text| text == "before"), "{heard:?}");
        assert!(took < within, "{took:?}");
        finds_nothing([&one.url, &two.url], &at, &bob, &chat, &last).await;

        let revoke = format!("/v1/server/users/{}/sessions", bob.name);
        let started = Instant::now();
        at.ask(&one.url, "DELETE", &revoke, Value::Null).await;
        assert_eq!(removed.closed().await, close_code::UNAUTHENTICATED);
        let revoked = started.elapsed();
        assert!(revoked < within, "{revoked:?}");
        while at.get(&two.url, "/v1/me", &bob.token).await.0 != 401 {
            assert!(started.elapsed() < within, "REST refuses too");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        at.send(&one.url, &ann, &chat, "last", None).await;
        // Without Redis a process may leave the reading to its clients.
        let is_told = |frame| match frame {
            ServerFrame::Message { message, .. } => (message.text == "last").then_some(()),
            ServerFrame::CatchUp => Some(()),
            _ => None,
        };
        stays.until(is_told).await;
        eprintln!(
            "Redis {}: silent after a removal within {took:?}, closed after a revocation within \
             {revoked:?}",
            if is_down { "down" } else { "up" }
        );
    }
    assert_eq!(one.terminate().await, Some(0));
    assert_eq!(two.terminate().await, Some(0));
    at.close().await;
}

/// What cannot be a webhook is refused with the reason.
async fn refuses_bad_webhooks(at: &Installation, node: &str, to: &str, path: &str) {
    let replay = format!("{path}/replay");
    for (method, path, body) in [
        (
            "POST",
            "/v1/server/webhooks",
            json!({ "url": "no address", "kinds": ["message.sent"] }),
        ),
        (
            "POST",
            "/v1/server/webhooks",
            json!({ "url": to, "kinds": [] }),
        ),
        (
            "POST",
            "/v1/server/webhooks",
            json!({ "url": to, "kinds": ["rain"] }),
        ),
        ("PATCH", path, json!({ "kinds": ["rain"] })),
        ("POST", replay.as_str(), json!({})),
    ] {
        let (status, problem) = at.ask(node, method, path, body.clone()).await;
        assert_eq!(
            (status, &problem["code"]),
            (422, &json!("validation_failed")),
            "{body}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_are_managed_with_a_server_key_on_any_process() {
    let at = Installation::start().await;
    let (one, two) = (at.node("one", &[]).await, at.node("two", &[]).await);
    let receiver = crate::receiver::Receiver::start().await;
    let new = json!({ "url": receiver.url(), "kinds": ["message.sent"] });
    let (status, made) = at.ask(&one.url, "POST", "/v1/server/webhooks", new).await;
    assert_eq!(status, 201);
    let id = made["webhook"]["id"].as_str().expect("an id").to_owned();
    let [ann, bob, _] = at.people(&two.url).await;
    let chat = at.group(&two.url, &ann, &[&bob]).await;
    at.send(&two.url, &ann, &chat, "one", None).await;
    let told = receiver.wait_for(1).await.remove(0);
    assert!(told.is_signed_with(made["secret"].as_str().expect("a secret")));
    let path = format!("/v1/server/webhooks/{id}");
    let (path, null) = (path.as_str(), || Value::Null);
    let replay = format!("{path}/replay");
    let (_, listed) = at.ask(&two.url, "GET", "/v1/server/webhooks", null()).await;
    assert_eq!(listed["items"][0], made["webhook"]);
    assert!(!listed.to_string().contains("whsec_"), "shown once");

    let rotated = at
        .ask(&two.url, "POST", &format!("{path}/secret"), null())
        .await;
    let secret = rotated.1["secret"].as_str().expect("a secret").to_owned();
    at.send(&one.url, &ann, &chat, "two", None).await;
    assert!(receiver.wait_for(2).await[1].is_signed_with(&secret));
    let again = json!({ "event_id": told.id });
    let replayed = at.ask(&one.url, "POST", &replay, again).await;
    assert_eq!(replayed, (200, json!({ "count": 1 })));
    assert_eq!(receiver.wait_for(3).await[2].id, told.id);
    at.until_delivered(&two.url, &id, 2).await;

    let off = json!({ "is_enabled": false });
    let (status, changed) = at.ask(&two.url, "PATCH", path, off).await;
    assert_eq!((status, &changed["is_enabled"]), (200, &json!(false)));
    at.send(&one.url, &ann, &chat, "held back", None).await;
    let on = json!({ "is_enabled": true });
    at.ask(&one.url, "PATCH", path, on).await;
    receiver.wait_for(4).await;
    assert_eq!(receiver.texts(), ["one", "two", "one", "held back"]);

    refuses_bad_webhooks(&at, &one.url, &receiver.url(), path).await;
    assert_eq!(at.ask(&two.url, "DELETE", path, null()).await.0, 204);
    assert_eq!(at.ask(&one.url, "DELETE", path, null()).await.0, 404);
    let (status, _) = at.get(&one.url, "/v1/server/webhooks", &ann.token).await;
    assert_eq!(status, 401, "people have no business here");
    assert_eq!(one.terminate().await, Some(0));
    assert_eq!(two.terminate().await, Some(0));
    at.close().await;
}
