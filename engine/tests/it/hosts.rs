//! Applications with users of their own: by cookie, by tokens they sign, and servers with a key.

use axum::http::{Method, StatusCode};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::StreamExt;
use hmac::{Hmac, KeyInit, Mac};
use relaychat_engine::{
    auth::{self, AuthError, Identity, JwtAuth},
    host::{Draft, HostEvent},
    test_support::{DEADLINE, TestEngine},
};
use relaychat_protocol::{
    ChatId, MessageId, ProtocolRange,
    frames::{ClientFrame, ServerFrame, client::Hello},
    rest::chats::ChatInfo,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::Client;

const SECRET: &str = "a secret that two applications share";

/// An engine for the tokens of a host.
async fn engine_with_jwt() -> TestEngine {
    let with_jwt = |builder: relaychat_engine::EngineBuilder| {
        let tokens = JwtAuth::hs256(SECRET).issuer("https://shop.example");
        builder.auth(auth::jwt(tokens.audience("chat")))
    };
    TestEngine::builder().engine(with_jwt).start().await
}

/// A token as the host signs it, in its own way.
fn host_token(engine: &TestEngine, user: &str, name: &str, valid_s: i64) -> String {
    let now = engine.clock_now_ms() / 1_000;
    let claims = json!({
        "iss": "https://shop.example", "aud": ["chat"], "sub": user, "name": name,
        "iat": now, "exp": now + valid_s,
    });
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "HS256", "typ": "JWT"});
    let message = format!("{}.{}", encode(&header), encode(&claims));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    mac.update(message.as_bytes());
    let tag = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{message}.{tag}")
}

/// A request of somebody with a token or a key.
async fn call(
    engine: &TestEngine,
    method: Method,
    path: &str,
    token: &str,
    body: Option<Value>,
) -> (StatusCode, Value) {
    let url = format!("{}{path}", engine.url());
    let mut request = crate::http::http().request(method, url).bearer_auth(token);
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body.to_string());
    }
    let answer = request.send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("text");
    (status, serde_json::from_str(&text).unwrap_or_default())
}

#[tokio::test]
async fn where_the_host_logs_people_in_the_engine_does_not() {
    let engine = engine_with_jwt().await;
    for (path, body) in [
        ("codes", json!({"email": "a@example.com"})),
        (
            "verify",
            json!({"request_id": Uuid::nil(), "code": "123456"}),
        ),
        ("verify-link", json!({"token": "x"})),
        ("refresh", json!({"refresh_token": "x"})),
    ] {
        let path = format!("/v1/auth/{path}");
        let (status, problem) = call(&engine, Method::POST, &path, "x", Some(body)).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(problem["code"], "not_found");
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_token_of_the_host_is_a_login_over_rest_and_over_the_socket() {
    let engine = engine_with_jwt().await;
    let token = host_token(&engine, "42", "Alice", 600);
    let (status, me) = call(&engine, Method::GET, "/v1/me", &token, None).await;
    assert_eq!((status.as_u16(), &me["name"]), (200, &json!("Alice")));

    let mut socket = Client::connect(&engine).await;
    socket.hello(Some(token.clone()), None).await;
    let ready = socket.ready().await;
    assert!(ready.token_expires_in_ms > 600_000 - 1_000);

    // A newer token says a new name and prolongs the socket, within the same session.
    engine.clock().advance_ms(300_000);
    let newer = host_token(&engine, "42", "Alice B.", 600);
    let id = socket.id();
    let frame = ClientFrame::Authenticate {
        id: id.clone(),
        token: newer.clone(),
    };
    socket.send(&frame).await;
    let mut renamed = false;
    socket
        .until(|frame| match frame {
            ServerFrame::UserUpdated { user, .. } if user.name == "Alice B." => {
                renamed = true;
                None
            }
            ServerFrame::Ack { id: acked, .. } if acked == id => Some(()),
            ServerFrame::Error { error, .. } => panic!("{error:?}"),
            _ => None,
        })
        .await;
    assert!(renamed, "the profile follows the claims");

    // Revoked: the socket closes, what was signed before is useless, what is signed later works.
    assert_eq!(engine.engine().users().revoke_all("42").await.ok(), Some(1));
    assert_eq!(socket.closed().await, 4401);
    for token in [&token, &newer] {
        let (status, problem) = call(&engine, Method::GET, "/v1/me", token, None).await;
        assert_eq!(status, 401);
        assert_eq!(problem["code"], "session_revoked");
    }
    engine.clock().advance_ms(1_000);
    let token = host_token(&engine, "42", "Alice", 600);
    let (status, _) = call(&engine, Method::GET, "/v1/me", &token, None).await;
    assert_eq!(status, 200);
    engine.clock().advance_ms(700_000);
    let (_, problem) = call(&engine, Method::GET, "/v1/me", &token, None).await;
    assert_eq!(problem["code"], "token_expired");
    engine.stop().await;
}

#[tokio::test]
async fn the_cookie_of_the_host_opens_rest_and_the_socket_but_not_for_foreign_pages() {
    let by_cookie = |builder: relaychat_engine::EngineBuilder| {
        builder.auth(auth::from_request(|parts| async move {
            let cookie = parts.headers.get("cookie");
            let cookie = cookie.and_then(|value| value.to_str().ok());
            match cookie.and_then(|text| text.strip_prefix("shop=")) {
                Some("down") => Err(AuthError::unavailable("the host's database")),
                Some(user) => Ok(Identity::new(user).name(format!("User {user}"))),
                None => Err(AuthError::Unauthenticated),
            }
        }))
    };
    let engine = TestEngine::builder().engine(by_cookie).start().await;
    let me = async |cookie: &str, origin: &str| {
        let url = format!("{}/v1/me", engine.url());
        let mut request = crate::http::http().get(url).header("cookie", cookie);
        if !origin.is_empty() {
            request = request.header("origin", origin);
        }
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(me("shop=7", "").await, 200);
    assert_eq!(me("other=7", "").await, 401);
    assert_eq!(me("shop=down", "").await, 503);
    assert_eq!(me("shop=7", "https://evil.example").await, 403);
    assert_eq!(me("shop=7", &engine.url()).await, 200);

    let mut socket = Client::connect_with(&engine, "cookie", "shop=7").await;
    socket.hello(None, None).await;
    let ready = socket.ready().await;
    let users = engine.engine().users();
    let sessions = users.sessions("7").await.expect("there");
    assert_eq!(sessions.len(), 1, "one person, one session");
    assert_eq!(sessions[0].id, ready.session_id);

    // Without a cookie the first frame may bring a token that the host asked the engine for.
    let issued = users
        .issue_token("7", std::time::Duration::from_secs(60))
        .await;
    let mut other = Client::connect(&engine).await;
    other
        .hello(Some(issued.expect("issued").access_token), None)
        .await;
    other.ready().await;
    let mut nobody = Client::connect(&engine).await;
    nobody
        .send(&ClientFrame::Hello(Hello {
            protocol: ProtocolRange::SUPPORTED,
            token: None,
            since: None,
        }))
        .await;
    assert_eq!(nobody.closed().await, 4401);

    // Disabled: out everywhere, whatever the host's cookie says.
    users.disable("7").await.expect("disabled");
    assert_eq!(socket.closed().await, 4401);
    assert_eq!(other.closed().await, 4401);
    assert_eq!(me("shop=7", "").await, 401);
    users.enable("7").await.expect("enabled");
    assert_eq!(me("shop=7", "").await, 200);
    engine.stop().await;
}

#[tokio::test]
async fn a_server_in_any_language_drives_a_whole_conversation_with_its_key() {
    let engine = TestEngine::start().await;
    let keys = engine.engine().server_keys();
    let key = keys.create("shop").await.expect("a key");
    let ask = async |method: Method, path: &str, body: Value| {
        let path = format!("/v1/server{path}");
        let body = (!body.is_null()).then_some(body);
        call(&engine, method, &path, &key.key, body).await
    };
    for (user, name) in [("customer/7", "Ann"), ("staff-1", "Bob")] {
        let path = format!("/users/{}", user.replace('/', "%2F"));
        let (status, made) = ask(Method::PUT, &path, json!({"name": name})).await;
        assert_eq!((status.as_u16(), &made["external_id"]), (201, &json!(user)));
    }
    let pair = json!({"users": ["customer/7", "staff-1"]});
    let (_, chat) = ask(Method::POST, "/chats/direct", pair).await;
    let chat: ChatInfo = serde_json::from_value(chat).expect("a chat");
    let (_, token) = ask(Method::POST, "/users/customer%2F7/tokens", json!({})).await;
    let token = token["access_token"].as_str().expect("a token").to_owned();
    let mut customer = Client::connect(&engine).await;
    customer.hello(Some(token), None).await;
    customer.ready().await;

    let message = json!({
        "sender": "staff-1", "message_id": "01944d1c-0000-7000-8000-0000000000bb", "text": "Hello Ann",
    });
    let messages = format!("/chats/{}/messages", chat.id);
    for status in [201, 200] {
        let (answered, _) = ask(Method::POST, &messages, message.clone()).await;
        assert_eq!(answered, status);
    }
    let heard = customer
        .until(|frame| match frame {
            ServerFrame::Message { message, .. } => Some(message.text),
            _ => None,
        })
        .await;
    assert_eq!(heard, "Hello Ann");
    let (_, unread) = ask(Method::GET, "/users/customer%2F7/unread", Value::Null).await;
    assert_eq!(unread["unread_count"], 1);
    customer.send_message(chat.id, "Hello shop").await;
    let (_, unread) = ask(Method::GET, "/users/staff-1/unread", Value::Null).await;
    assert_eq!(unread["unread_count"], 1);

    let (status, _) = ask(Method::DELETE, "/users/customer%2F7", Value::Null).await;
    assert_eq!(status, 204);
    assert_eq!(customer.closed().await, 4401);
    let (_, chats) = ask(Method::GET, "/users/staff-1/chats", Value::Null).await;
    assert_eq!(
        chats["items"][0]["last_message"]["text"], "Hello shop",
        "it stays"
    );
    let names = chats["users"].as_array().expect("people");
    assert!(
        names.iter().any(|user| user["name"] == "Deleted user"),
        "{names:?}"
    );
    keys.revoke(key.info.id).await.expect("revoked");
    let (status, _) = ask(Method::GET, "/users/staff-1", Value::Null).await;
    assert_eq!(status, 401);
    engine.stop().await;
}

#[tokio::test]
async fn a_host_in_rust_hears_what_happens_and_hands_out_what_belongs_to_somebody() {
    let engine = TestEngine::start().await;
    let host = engine.engine();
    let mut events = host.events();
    for user in ["ann", "bob", "cleo"] {
        let identity = Identity::new(user).name(user.to_uppercase());
        host.users().ensure(identity).await.expect("ensured");
    }
    let id = ChatId(Uuid::from_u128(0xc0ffee));
    let chats = host.chats();
    let group = chats.create_group(id, "Order 7", "ann", ["bob"]).await;
    assert_eq!(group.expect("made").member_count, 2);
    chats.add(id, ["cleo", "bob"]).await.expect("added");
    let message_id = MessageId(Uuid::from_u128(7));
    for _ in 0..2 {
        let draft = Draft::text("Paid").id(message_id);
        let sent = host.send_as("bob", id, draft).await.expect("sent");
        assert_eq!((sent.id, sent.seq), (message_id, 1));
    }
    assert_eq!(chats.unread("ann", id).await.ok(), Some(1));
    chats.remove(id, "cleo").await.expect("removed");
    let stranger = host.send_as("cleo", id, Draft::text("hi")).await;
    let error = stranger.expect_err("not in the chat");
    assert_eq!(error.code, relaychat_protocol::ErrorCode::NotFound);

    let mut heard = Vec::new();
    while heard.len() < 4 {
        let next = tokio::time::timeout(DEADLINE, events.next()).await;
        match next.expect("in time").expect("the engine lives") {
            HostEvent::MembersAdded { user_ids, .. } => heard.push(format!("+{}", user_ids.len())),
            HostEvent::MessageSent(message) => heard.push(message.text),
            HostEvent::MemberRemoved { .. } => heard.push("-1".to_owned()),
            _ => {}
        }
    }
    assert_eq!(heard, ["+2", "+1", "Paid", "-1"]);

    let export = host.users().export("bob").await.expect("there");
    let lines: Vec<Value> = export
        .map(|line| serde_json::from_str(&line.expect("a line")).expect("JSON"))
        .collect()
        .await;
    let kinds: Vec<_> = lines
        .iter()
        .filter_map(|line| line["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["profile", "membership", "message"]);
    assert_eq!(lines[0]["external_id"], "bob");
    assert_eq!(lines[2]["text"], "Paid");

    // The owner goes: the group has another one, and the id is free for somebody new.
    host.users().delete("ann").await.expect("deleted");
    let members = chats.members(id, None, 10).await.expect("there").items;
    let owners = members
        .iter()
        .filter(|one| one.role == relaychat_protocol::rest::chats::Role::Owner);
    assert_eq!((members.len(), owners.count()), (1, 1));
    assert_eq!(host.users().find("ann").await.expect("asked"), None);
    host.users()
        .ensure(Identity::new("ann"))
        .await
        .expect("somebody new");
    engine.stop().await;
}

#[tokio::test]
async fn a_server_finds_or_makes_the_chat_of_its_object_and_says_who_is_in_it() {
    let engine = TestEngine::start().await;
    let key = engine.engine().server_keys().create("shop").await;
    let key = key.expect("a key").key;
    let open = async |body: Value| {
        let path = "/v1/server/chats/anchored";
        call(&engine, Method::POST, path, &key, Some(body)).await
    };
    let members = json!([{"user": "7", "name": "Ann"}, {"user": "staff", "role": "admin"}]);
    let order = json!({"host_key": "order:1", "name": "Order 1", "members": members});
    let (status, made) = open(order.clone()).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        (&made["host_key"], &made["member_count"]),
        (&json!("order:1"), &json!(2))
    );
    let (status, found) = open(json!({"host_key": "order:1"})).await;
    assert_eq!((status.as_u16(), &found["id"]), (200, &made["id"]));
    let path = format!(
        "/v1/server/chats/{}/members",
        made["id"].as_str().expect("an id")
    );
    let (status, left) = call(&engine, Method::DELETE, &format!("{path}/7"), &key, None).await;
    assert_eq!(status, 204, "{left}");
    let nobody = Some(json!({"users": []}));
    let (status, problem) = call(&engine, Method::POST, &path, &key, nobody).await;
    assert_eq!(status, 422, "{problem}");
    for bad in [
        json!({"host_key": "order 1"}),
        json!({"host_key": "order:1", "name": " "}),
        json!({"host_key": "order:2", "members": [{"user": "7"}, {"user": "7"}]}),
    ] {
        let (status, problem) = open(bad).await;
        assert_eq!(
            (status.as_u16(), &problem["code"]),
            (422, &json!("validation_failed")),
            "{problem}"
        );
    }
    engine.stop().await;
}
