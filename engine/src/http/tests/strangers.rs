//! Somebody outside a chat, on every route that names something of it.

use serde_json::json;

use super::*;

type Question = (Method, String, Option<Value>);

/// What a stranger asks about links to a group.
fn invite_questions(chat: &str) -> Vec<Question> {
    let invite = if chat.starts_with('{') {
        "{invite_id}"
    } else {
        "01944d1c-0000-7000-8000-00000000000c"
    };
    let links = format!("/v1/chats/{chat}/invites");
    vec![
        (Method::GET, links.clone(), None),
        (Method::POST, links.clone(), Some(json!({}))),
        (Method::DELETE, format!("{links}/{invite}"), None),
    ]
}

/// What a stranger tells the host of a message.
fn report_question(chat: &str, message: &str) -> Question {
    let report = json!({"chat_id": chat, "message_id": message, "reason": "spam"});
    (Method::POST, "/v1/reports".to_owned(), Some(report))
}

/// What a stranger asks: method, path, body. `chat` is a chat of others.
fn questions(chat: &str, alice: &str, message: &str) -> Vec<Question> {
    // In the names of operations it is the parameter itself.
    let emoji = if chat.starts_with('{') {
        "{emoji}"
    } else {
        "%F0%9F%91%8D"
    };
    let at = |rest: &str| format!("/v1/chats/{chat}{rest}");
    let ids = json!({"user_ids": [alice]});
    let text = json!({"message_id": "01944d1c-0000-7000-8000-00000000000a", "text": "hi"});
    let stolen = json!({"message_id": message, "text": "secret"});
    let mut questions = invite_questions(chat);
    questions.push(report_question(chat, message));
    let pin = at(&format!("/messages/{message}/pin"));
    questions.extend([
        (Method::GET, at("/pins"), None),
        (Method::GET, at("/attachments?kind=image"), None),
        (Method::PUT, pin.clone(), None),
        (Method::DELETE, pin, None),
    ]);
    questions.extend([
        (Method::GET, at(""), None),
        (Method::PATCH, at(""), Some(json!({"name": "hi"}))),
        (
            Method::PUT,
            at("/avatar"),
            Some(json!({"attachment_id": "01944d1c-0000-7000-8000-00000000000b"})),
        ),
        (Method::DELETE, at("/avatar"), None),
        (
            Method::PATCH,
            at(&format!("/members/{alice}")),
            Some(json!({"role": "admin"})),
        ),
        (Method::GET, at("/members"), None),
        (Method::POST, at("/members"), Some(ids)),
        (Method::DELETE, at(&format!("/members/{alice}")), None),
        (Method::POST, at("/marks"), Some(json!({"read_seq": 1}))),
        (
            Method::PATCH,
            at("/settings"),
            Some(json!({"is_pinned": true})),
        ),
        (Method::GET, at("/messages"), None),
        (Method::GET, at("/messages?around=1"), None),
        (Method::POST, at("/messages"), Some(text)),
        (Method::POST, at("/messages"), Some(stolen)),
        (Method::GET, at(&format!("/messages/{message}")), None),
        (
            Method::PATCH,
            at(&format!("/messages/{message}")),
            Some(json!({"text": "hi"})),
        ),
        (Method::DELETE, at(&format!("/messages/{message}")), None),
        (
            Method::GET,
            at(&format!("/messages/{message}/reactions/{emoji}")),
            None,
        ),
        (
            Method::PUT,
            at(&format!("/messages/{message}/reactions/{emoji}")),
            None,
        ),
        (
            Method::DELETE,
            at(&format!("/messages/{message}/reactions/{emoji}")),
            None,
        ),
    ]);
    questions
}

#[tokio::test]
async fn a_stranger_gets_the_same_404_for_a_chat_of_others_as_for_none() {
    let api = Api::new().await;
    let bob = api.harness.person("bob").await;
    let direct = api.harness.direct_chat(api.alice, bob).await;
    let group = api.harness.group(api.alice, &[bob]).await;
    let message = api
        .harness
        .say(api.alice, direct, "secret")
        .await
        .id
        .to_string();
    let alice = api.alice.user_id.to_string();
    let token = Some(&*api.stranger_token);
    let asked: Vec<String> = questions("{chat_id}", "{user_id}", "{message_id}")
        .iter()
        .map(|(method, path, _)| format!("{method} {}", path.split('?').next().expect("a path")))
        .collect();
    for operation in operations()
        .iter()
        .filter(|one| one.path.contains("{chat_id}") && !one.is_for_servers())
    {
        let name = format!("{} {}", operation.method, operation.path);
        assert!(asked.contains(&name), "{name} is missing from the table");
    }
    let nowhere = "01944d1c-0000-7000-8000-00000000000f";
    for chat in [direct.to_string(), group.to_string()] {
        let real = questions(&chat, &alice, &message);
        let unreal = questions(nowhere, &alice, nowhere);
        for ((method, path, body), (_, other, other_body)) in real.iter().zip(&unreal) {
            let mut answer = api.call(method, path, token, body.as_ref()).await;
            let mut twin = api.call(method, other, token, other_body.as_ref()).await;
            assert_eq!(answer.code(), "not_found", "{method} {path}");
            answer.body["request_id"] = Value::Null;
            twin.body["request_id"] = Value::Null;
            assert_eq!(answer.body, twin.body, "{method} {path}");
        }
    }
    let history = format!("/v1/chats/{direct}/messages");
    let history = api
        .call(&Method::GET, &history, Some(&api.alice_token), None)
        .await;
    assert_eq!(
        history.body["items"].as_array().map(Vec::len),
        Some(1),
        "nothing changed"
    );
}

#[tokio::test]
async fn other_peoples_sessions_and_files_are_not_found() {
    let api = Api::new().await;
    let token = Some(&*api.stranger_token);
    let session = format!("/v1/sessions/{}", api.alice.session_id);
    let answer = api.call(&Method::DELETE, &session, token, None).await;
    assert_eq!(answer.code(), "not_found");
    let links = "/v1/attachments/01944d1c-0000-7000-8000-00000000000f/links";
    let answer = api.call(&Method::GET, links, token, None).await;
    assert_eq!(answer.code(), "not_found");
    let mine = api
        .call(&Method::GET, "/v1/sessions", Some(&api.alice_token), None)
        .await;
    assert_eq!(mine.body["items"].as_array().map(Vec::len), Some(1));
}
