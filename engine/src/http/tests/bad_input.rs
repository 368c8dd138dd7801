//! Bad bodies, paths and queries on every operation.

use serde_json::json;

use super::*;

/// Values of every JSON type, some of them far too large.
fn wrong_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("x"),
        json!("\u{0}"),
        json!("https://shop.example/\u{0}"),
        json!("\u{202e}"),
        json!("x".repeat(20_000)),
        json!([]),
        json!([1]),
        json!({}),
        json!(vec!["01944d1c-0000-7000-8000-000000000001"; 300]),
    ]
}

/// The path of an operation with ids that exist where they can.
async fn path_of(api: &Api, operation: &Operation) -> String {
    let chat = api.harness.group(api.alice, &[]).await;
    operation
        .path
        .replace("{chat_id}", &chat.to_string())
        .replace("{user_id}", &api.alice.user_id.to_string())
        .replace("{session_id}", "01944d1c-0000-7000-8000-000000000009")
        .replace("{message_id}", "01944d1c-0000-7000-8000-000000000009")
        .replace("{attachment_id}", "01944d1c-0000-7000-8000-000000000009")
        .replace("{webhook_id}", "01944d1c-0000-7000-8000-000000000009")
        .replace("{report_id}", "01944d1c-0000-7000-8000-000000000009")
        .replace("{variant}", "original")
        .replace("{user}", "erin")
}

/// The fields of an operation's JSON body.
fn fields(operation: &Operation, document: &Value) -> Vec<String> {
    let schema = &operation.spec["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str().expect("bodies are named objects");
    let schema = document
        .pointer(name.trim_start_matches('#'))
        .expect("there");
    let properties = schema["properties"].as_object().expect("an object");
    properties.keys().cloned().collect()
}

/// Operations that take a JSON body.
fn with_body() -> Vec<Operation> {
    let mut all = operations();
    all.retain(|one| one.spec["requestBody"]["content"]["application/json"].is_object());
    assert!(all.len() >= 11, "the table is whole");
    all
}

async fn post(api: &Api, operation: &Operation, path: &str, kind: &str, bytes: Vec<u8>) -> Answer {
    let request = Request::builder()
        .method(&operation.method)
        .uri(path)
        .header(
            header::AUTHORIZATION,
            format!("Bearer {}", api.token_for(operation)),
        )
        .header(header::CONTENT_TYPE, kind);
    api.send(request.body(Body::from(bytes)).expect("a request"))
        .await
}

#[tokio::test]
async fn every_wrong_value_of_every_field_has_a_documented_answer() {
    let api = Api::new().await;
    let document = serde_json::to_value(openapi()).expect("JSON");
    let mut checked = 0;
    for operation in with_body() {
        // Whom the bodies name; some operations do something to the person in their path.
        for person in ["carol", "dave", "erin"] {
            api.ensure(person).await;
        }
        let path = path_of(&api, &operation).await;
        let fields = fields(&operation, &document);
        let mut bodies = wrong_values();
        for field in &fields {
            for value in wrong_values() {
                let mut body = json!({
                    "chat_id": "01944d1c-0000-7000-8000-000000000003", "name": "n",
                    "user_ids": [], "text": "t", "email": "e@example.com", "code": "123456",
                    "message_id": "01944d1c-0000-7000-8000-000000000004", "token": "t",
                    "request_id": "01944d1c-0000-7000-8000-000000000005", "refresh_token": "r",
                    "owner": "carol", "sender": "carol", "users": ["carol", "dave"],
                    "reason": "spam", "outcome": "acted",
                });
                body[field] = value;
                bodies.push(body);
            }
        }
        for body in bodies {
            let token = Some(api.token_for(&operation));
            let answer = api.call(&operation.method, &path, token, Some(&body)).await;
            let shown: String = body.to_string().chars().take(200).collect();
            operation.check_documented(&answer, &shown);
            checked += 1;
        }
    }
    assert!(checked > 300, "only {checked}");
}

#[tokio::test]
async fn what_is_no_json_of_a_fair_size_is_refused_as_what_it_is() {
    let api = Api::new().await;
    for operation in with_body() {
        let path = path_of(&api, &operation).await;
        let json = "application/json";
        for (kind, bytes, code) in [
            (json, b"".to_vec(), "malformed_request"),
            (json, b"{".to_vec(), "malformed_request"),
            (json, b"{} {}".to_vec(), "malformed_request"),
            (
                json,
                b"{\"name\":\"\xff\xfe\"}".to_vec(),
                "malformed_request",
            ),
            (json, b"\xff\xfe{}".to_vec(), "malformed_request"),
            (json, "[".repeat(60_000).into_bytes(), "malformed_request"),
            (json, vec![b' '; 70_000], "payload_too_large"),
            ("text/plain", b"{}".to_vec(), "unsupported_media_type"),
            ("", b"{}".to_vec(), "unsupported_media_type"),
            (
                "application/jsonx",
                b"{}".to_vec(),
                "unsupported_media_type",
            ),
        ] {
            let answer = post(&api, &operation, &path, kind, bytes).await;
            assert_eq!(answer.code(), code, "{} {kind}", operation.id());
            operation.check_documented(&answer, kind);
        }
        let charset = "Application/JSON; charset=utf-8";
        let answer = post(&api, &operation, &path, charset, b"[]".to_vec()).await;
        assert_eq!(answer.code(), "malformed_request", "{}", operation.id());
    }
}

#[tokio::test]
async fn the_field_that_does_not_fit_is_named() {
    let api = Api::new().await;
    let chat = api.harness.group(api.alice, &[]).await;
    let token = Some(&*api.alice_token);
    let path = format!("/v1/chats/{chat}/messages");
    let id = "01944d1c-0000-7000-8000-000000000004";
    for (body, status, field) in [
        (json!({"message_id": 5}), 400, "message_id"),
        (
            json!({"message_id": id, "attachment_ids": ["x"]}),
            400,
            "attachment_ids[0]",
        ),
        (json!({"message_id": id, "text": ""}), 422, "text"),
        (
            json!({"message_id": id, "text": "a".repeat(16_385)}),
            422,
            "text",
        ),
        (
            json!({"message_id": id, "attachment_ids": [id]}),
            422,
            "attachment_ids",
        ),
    ] {
        let answer = api.call(&Method::POST, &path, token, Some(&body)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["field"]),
            (status, &json!(field))
        );
    }
    let history = api.call(&Method::GET, &path, token, None).await;
    assert_eq!(history.body["items"], json!([]), "nothing was stored");
}

#[tokio::test]
async fn every_wrong_path_and_query_has_a_documented_answer() {
    let api = Api::new().await;
    let wrong = [
        "x",
        "%ff",
        "%00",
        "1",
        "null",
        "-",
        "00000000-0000-0000-0000-00000000000g",
    ];
    let mut checked = 0;
    for operation in operations() {
        let good = path_of(&api, &operation).await;
        let mut paths = Vec::new();
        for parameter in operation.spec["parameters"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let name = parameter["name"].as_str().expect("a name");
            let is_path = parameter["in"] == "path";
            let numbers = [
                "0",
                "101",
                "-1",
                "1.5",
                "18446744073709551616",
                "9223372036854775808",
            ];
            for value in wrong.iter().chain(&numbers).chain(&[""]) {
                if is_path && !value.is_empty() {
                    let marked = operation.path.replace(&format!("{{{name}}}"), value);
                    let id = "01944d1c-0000-7000-8000-000000000009";
                    let parts = marked
                        .split('/')
                        .map(|part| if part.starts_with('{') { id } else { part });
                    paths.push(parts.collect::<Vec<_>>().join("/"));
                } else if !is_path {
                    paths.push(format!("{good}?{name}={value}"));
                    paths.push(format!("{good}?{name}={value}&{name}={value}"));
                }
            }
        }
        for path in paths {
            let token = Some(api.token_for(&operation));
            if operation.spec["requestBody"].is_object() {
                continue;
            }
            let answer = api.call(&operation.method, &path, token, None).await;
            operation.check_documented(&answer, &path);
            checked += 1;
        }
    }
    assert!(checked > 200, "only {checked}");
}
