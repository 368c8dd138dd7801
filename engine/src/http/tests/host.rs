//! What servers of the host may do, who may not, and what a repeat does.

use serde_json::json;

use super::*;
use crate::domain::user::HostProfile;

impl Api {
    /// A person of the host.
    pub(super) async fn ensure(&self, external_id: &str) -> UserId {
        let profile = HostProfile {
            external_id: external_id.to_owned(),
            ..HostProfile::default()
        };
        let ensured = self.harness.services.ensure_user(profile).await;
        ensured.expect("ensured").user.id
    }

    /// A request of a server of the host.
    async fn ask(&self, method: Method, path: &str, body: Value) -> Answer {
        let path = format!("/v1/server{path}");
        let body = (!body.is_null()).then_some(&body);
        self.call(&method, &path, Some(&self.server_key), body)
            .await
    }
}

fn for_servers() -> Vec<Operation> {
    let mut all = operations();
    all.retain(Operation::is_for_servers);
    assert!(all.len() >= 16, "the table is whole");
    all
}

#[tokio::test]
async fn only_a_good_server_key_opens_the_routes_of_the_host() {
    let api = Api::new().await;
    let (revoked, revoked_text) = api
        .harness
        .services
        .create_server_key("old")
        .await
        .expect("a key");
    let revoking = api.harness.services.revoke_server_key(revoked.id).await;
    revoking.expect("revoked");
    let mut foreign = api.server_key.clone();
    foreign.replace_range(3..8, "AAAAA");
    let without_prefix = api.server_key["rk_".len()..].to_owned();
    for operation in for_servers() {
        let path = operation.path.replace(['{', '}'], "");
        let tokens = [
            None,
            Some(&*api.alice_token),
            Some(&*foreign),
            Some(&*revoked_text),
            Some(&*without_prefix),
            Some("rk_"),
        ];
        for token in tokens {
            let answer = api.call(&operation.method, &path, token, None).await;
            assert_eq!(answer.code(), "unauthenticated", "{}", operation.id());
            operation.check_documented(&answer, "without a good key");
        }
    }
}

#[tokio::test]
async fn a_server_key_is_nobody_on_the_routes_of_people() {
    let api = Api::new().await;
    let of_people = |one: &Operation| one.needs_token() && !one.is_for_servers();
    for operation in operations().iter().filter(|one| of_people(one)) {
        let path = operation.path.replace(['{', '}'], "");
        let token = Some(&*api.server_key);
        let answer = api.call(&operation.method, &path, token, None).await;
        assert_eq!(answer.code(), "unauthenticated", "{}", operation.id());
    }
}

#[tokio::test]
async fn repeats_of_a_host_make_nothing_twice() {
    let api = Api::new().await;
    for (status, user) in [(201, "42"), (200, "42"), (201, "43")] {
        let body = json!({"name": "Alice"});
        let answer = api.ask(Method::PUT, &format!("/users/{user}"), body).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let group = json!({
        "chat_id": "01944d1c-0000-7000-8000-0000000000aa", "name": "Order 7",
        "owner": "42", "users": ["43"],
    });
    let pair = json!({"users": ["42", "43"]});
    for status in [201, 200] {
        let answer = api.ask(Method::POST, "/chats/group", group.clone()).await;
        assert_eq!(answer.status, status, "{answer:?}");
        let answer = api.ask(Method::POST, "/chats/direct", pair.clone()).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let messages = "/chats/01944d1c-0000-7000-8000-0000000000aa/messages";
    let message = |text: &str| {
        let id = "01944d1c-0000-7000-8000-0000000000bb";
        json!({"sender": "43", "message_id": id, "text": text})
    };
    for (status, text) in [(201, "hi"), (200, "hi"), (422, "other")] {
        let answer = api.ask(Method::POST, messages, message(text)).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let unread = api.ask(Method::GET, "/users/42/unread", Value::Null).await;
    assert_eq!(unread.body["unread_count"], 1, "{unread:?}");
    let chats = api.ask(Method::GET, "/users/42/chats", Value::Null).await;
    assert_eq!(chats.body["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(chats.body["items"][0]["unread_count"], 1);
}

#[tokio::test]
async fn people_who_do_not_exist_are_named_as_such() {
    let api = Api::new().await;
    api.ensure("42").await;
    let id = "01944d1c-0000-7000-8000-0000000000aa";
    let group = |owner: &str, user: &str| json!({"chat_id": id, "name": "n", "owner": owner, "users": [user]});
    for (path, body, field) in [
        ("/chats/group", group("42", "nobody"), "users"),
        ("/chats/group", group("nobody", "42"), "owner"),
        ("/chats/direct", json!({"users": ["42", "nobody"]}), "users"),
        ("/chats/direct", json!({"users": ["42", "42"]}), "users"),
        ("/chats/direct", json!({"users": ["42"]}), "users"),
        ("/users/42/tokens", json!({"ttl_ms": 9_999}), "ttl_ms"),
    ] {
        let answer = api.ask(Method::POST, path, body).await;
        assert_eq!(answer.code(), "validation_failed", "{path}");
        assert_eq!(answer.body["field"], field, "{path}");
    }
    for path in ["/users/nobody", "/users/id:42", "/users/nobody/unread"] {
        let answer = api.ask(Method::GET, path, Value::Null).await;
        assert_eq!(answer.code(), "not_found", "{path}");
    }
    let bad = api
        .ask(Method::PUT, "/users/id:42", json!({"name": "n"}))
        .await;
    assert_eq!(bad.body["field"], "external_id");
    for external_id in ["%20x", "%00", "x%0a"] {
        let path = format!("/users/{external_id}");
        let answer = api.ask(Method::PUT, &path, json!({})).await;
        assert_eq!(answer.body["field"], "external_id", "{path}");
    }
}

#[tokio::test]
async fn an_issued_token_works_until_its_session_is_revoked() {
    let api = Api::new().await;
    let id = api.ensure("42").await.to_string();
    let issue = async |device: Value| {
        let body = json!({"ttl_ms": 60_000, "device_name": device});
        let answer = api.ask(Method::POST, "/users/42/tokens", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let text = |name: &str| answer.body[name].as_str().expect("text").to_owned();
        (text("access_token"), text("session_id"))
    };
    let me = async |token: &str| api.call(&Method::GET, "/v1/me", Some(token), None).await;
    let (first, session) = issue(Value::Null).await;
    let (second, same) = issue(Value::Null).await;
    let (phone, other) = issue(json!("Phone")).await;
    assert_eq!(session, same);
    assert_ne!(session, other);
    assert_eq!(me(&first).await.body["id"], *id);

    let one = format!("/users/42/sessions/{session}");
    assert_eq!(api.ask(Method::DELETE, &one, Value::Null).await.status, 204);
    assert_eq!(me(&first).await.code(), "session_revoked");
    assert_eq!(me(&second).await.code(), "session_revoked");
    assert_eq!(me(&phone).await.status, 200);
    let all = "/users/42/sessions";
    let listed = api.ask(Method::GET, all, Value::Null).await;
    assert_eq!(listed.body["items"][0]["device_name"], "Phone");
    assert_eq!(api.ask(Method::DELETE, all, Value::Null).await.status, 204);
    assert_eq!(me(&phone).await.code(), "session_revoked");
    let (again, _) = issue(json!("Phone")).await;
    assert_eq!(me(&again).await.status, 200);
}

#[tokio::test]
async fn the_hosts_people_do_not_change_what_the_host_says_of_them() {
    let api = Api::new().await;
    api.ensure("42").await;
    let issued = api.ask(Method::POST, "/users/42/tokens", json!({})).await;
    let token = issued.body["access_token"].as_str();
    let body = json!({"name": "Another"});
    let answer = api.call(&Method::PATCH, "/v1/me", token, Some(&body)).await;
    assert_eq!(answer.code(), "forbidden");
}
