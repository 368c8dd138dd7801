//! Who may do what with a chat: every operation by everybody, over REST and over the socket, against
//! a table. Whatever comes to somebody is searched, byte by byte, for what they may not see.

use axum::http::Method;
use relaychat_engine::test_support::{TestEngine, TestUser};
use relaychat_protocol::{
    AttachmentId, ChatId, ErrorCode, MessageId, UserId,
    frames::ClientFrame,
    rest::{attachments::Attachment, messages::Message},
};
use serde_json::{Value, json};

use crate::{
    client::{Client, direct_chat, draft, get, group, post_message, remove_member},
    documented,
    http::http,
};

/// In every name, text and file of the chat.
const CANARY: &str = "canary";
/// In what two others say to each other.
const HIDDEN: &str = "hidden";
/// 👍, as it stands in an address.
const THUMB: &str = "%F0%9F%91%8D";
/// Longer than an access token is good for, shorter than its session.
const LATER_MS: i64 = 24 * 60 * 60 * 1_000;

/// What everybody is to the chat.
struct People {
    owner: TestUser,
    admin: TestUser,
    member: TestUser,
    /// A member, and the sender of the message.
    writer: TestUser,
    /// Was a member before anything was said.
    removed: TestUser,
    stranger: TestUser,
    /// The owner blocks them.
    blocked: TestUser,
    /// Has a link to the group, and has not joined.
    invited: TestUser,
    /// Was nobody's member, and the token is of yesterday.
    expired: TestUser,
}

/// A group with a message and a file in it.
struct Scene {
    chat_id: ChatId,
    message_id: MessageId,
    attachment_id: AttachmentId,
}

/// An operation: how it is called, and what a member, an admin and the owner are told.
struct Operation {
    method: Method,
    path: String,
    body: Option<Value>,
    told: [u16; 3],
}

async fn start() -> (TestEngine, People) {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let expired = engine.log_in("expired@example.com").await;
    engine.clock().advance_ms(LATER_MS);
    let person = async |name: &str| engine.log_in(&format!("{name}@example.com")).await;
    let people = People {
        owner: person("owner").await,
        admin: person("admin").await,
        member: person("member").await,
        writer: person("writer").await,
        removed: person("removed").await,
        stranger: person("stranger").await,
        blocked: person("blocked").await,
        invited: person("invited").await,
        expired,
    };
    let block = format!("/v1/me/blocks/{}", people.blocked.id);
    let told = ask(&engine, Some(&people.owner), &Method::PUT, &block, None).await;
    assert_eq!(told.0, 204, "{}", told.1);
    let (ann, bob) = (person("ann").await, person("bob").await);
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    post_message(&engine, &ann, chat_id, HIDDEN).await;
    (engine, people)
}

async fn scene(engine: &TestEngine, people: &People) -> Scene {
    let People { owner, admin, .. } = people;
    let others = [admin, &people.member, &people.writer, &people.removed];
    let chat_id = group(engine, owner, &others).await;
    let chat = format!("/v1/chats/{chat_id}");
    let promoted = json!({"role": "admin"});
    let member = format!("{chat}/members/{}", admin.id);
    let told = ask(
        engine,
        Some(owner),
        &Method::PATCH,
        &member,
        Some(&promoted),
    )
    .await;
    assert_eq!(told.0, 200, "{}", told.1);
    remove_member(engine, owner, chat_id, people.removed.id).await;
    let named = json!({ "name": CANARY });
    let told = ask(engine, Some(owner), &Method::PATCH, &chat, Some(&named)).await;
    assert_eq!(told.0, 200, "{}", told.1);
    let url = format!("{}/v1/uploads?kind=file&file_name={CANARY}", engine.url());
    let file = http().post(url).bearer_auth(&people.writer.access_token);
    let file = file.body(CANARY).send().await.expect("is answered");
    let file: Attachment = file.json().await.expect("an attachment");
    let mut message = draft(CANARY);
    message.attachment_ids = vec![file.id];
    let path = format!("{chat}/messages");
    let token = Some(people.writer.access_token.as_str());
    let sent = engine.call::<Message>(Method::POST, &path, token, Some(&message));
    Scene {
        chat_id,
        message_id: sent.await.expect("sends").id,
        attachment_id: file.id,
    }
}

/// The status of an answer, and all of it.
async fn ask(
    engine: &TestEngine,
    user: Option<&TestUser>,
    method: &Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, String) {
    let mut request = http().request(method.clone(), format!("{}{path}", engine.url()));
    if let Some(user) = user {
        request = request.bearer_auth(&user.access_token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.expect("is answered");
    let status = answer.status().as_u16();
    let headers = format!("{:?}", answer.headers());
    let bytes = answer.bytes().await.expect("whole");
    (status, headers + &String::from_utf8_lossy(&bytes))
}

/// Gives `invited` a link, with which they look at what the link shows.
async fn invite(engine: &TestEngine, people: &People, chat: &str) {
    let owner = Some(people.owner.access_token.as_str());
    let path = format!("{chat}/invites");
    let forever = json!({});
    let made = engine.call::<Value>(Method::POST, &path, owner, Some(&forever));
    let token = json!({ "token": made.await.expect("a link")["token"] });
    let post = Method::POST;
    let preview = "/v1/invites/preview";
    let told = ask(engine, Some(&people.invited), &post, preview, Some(&token)).await;
    assert_eq!(told.0, 200, "{}", told.1);
}

fn op(method: &Method, path: &str, body: Option<Value>, told: [u16; 3]) -> Operation {
    Operation {
        method: method.clone(),
        path: path.to_owned(),
        body,
        told,
    }
}

/// What tells the host of the message.
fn report(scene: &Scene) -> Value {
    let (chat_id, message_id) = (scene.chat_id, scene.message_id);
    json!({"chat_id": chat_id, "message_id": message_id, "reason": "spam"})
}

/// Everything that names a chat or something of it.
fn operations(scene: &Scene, writer: UserId, guest: UserId) -> Vec<Operation> {
    let chat = format!("/v1/chats/{}", scene.chat_id);
    let message = format!("{chat}/messages/{}", scene.message_id);
    let of_it = |rest: &str| format!("{message}/{rest}");
    let (pin, reactions) = (of_it("pin"), of_it(&format!("reactions/{THUMB}")));
    let member = format!("{chat}/members/{writer}");
    let (get, put, post) = (Method::GET, Method::PUT, Method::POST);
    let (patch, delete) = (Method::PATCH, Method::DELETE);
    let nothing = json!({ "attachment_id": guest });
    let draft = serde_json::to_value(draft("hi")).expect("JSON");
    let of = |rest: &str| format!("{chat}{rest}");
    let invite = of(&format!("/invites/{guest}"));
    let links = format!("/v1/attachments/{}/links", scene.attachment_id);
    vec![
        op(&get, &chat, None, [200; 3]),
        op(&patch, &chat, Some(json!({"name": "hi"})), [403, 200, 200]),
        op(
            &patch,
            &chat,
            Some(json!({"send_role": "admin", "add_role": "member"})),
            [403, 200, 200],
        ),
        op(
            &patch,
            &chat,
            Some(json!({"pin_role": "owner"})),
            [403, 403, 200],
        ),
        op(&put, &of("/avatar"), Some(nothing), [403, 422, 422]),
        op(&delete, &of("/avatar"), None, [403, 200, 200]),
        op(&get, &of("/members"), None, [200; 3]),
        op(
            &post,
            &of("/members"),
            Some(json!({"user_ids": [guest]})),
            [403, 200, 200],
        ),
        op(
            &patch,
            &member,
            Some(json!({"role": "admin"})),
            [403, 403, 200],
        ),
        op(&delete, &member, None, [403, 200, 200]),
        op(&post, &of("/invites"), Some(json!({})), [403, 201, 201]),
        op(&get, &of("/invites"), None, [403, 200, 200]),
        op(&delete, &invite, None, [403, 404, 404]),
        op(&post, &of("/marks"), Some(json!({"read_seq": 1})), [200; 3]),
        op(
            &patch,
            &of("/settings"),
            Some(json!({"is_pinned": true})),
            [200; 3],
        ),
        op(&get, &of("/messages"), None, [200; 3]),
        op(&get, &of("/messages?around=1"), None, [200; 3]),
        op(&post, &of("/messages"), Some(draft), [201; 3]),
        op(&get, &message, None, [200; 3]),
        op(&patch, &message, Some(json!({"text": "hi"})), [403; 3]),
        op(&get, &reactions, None, [200; 3]),
        op(&put, &reactions, None, [200; 3]),
        op(&delete, &reactions, None, [200; 3]),
        op(&get, &of("/pins"), None, [200; 3]),
        op(&get, &of("/attachments?kind=file"), None, [200; 3]),
        op(&put, &pin, None, [403, 200, 200]),
        op(&delete, &pin, None, [403, 200, 200]),
        op(&get, &links, None, [200; 3]),
        op(&post, "/v1/reports", Some(report(scene)), [201; 3]),
        op(&delete, &message, None, [403, 200, 200]),
    ]
}

/// What lists things of all chats that one is in.
fn lists() -> [String; 5] {
    [
        "/v1/chats".to_owned(),
        "/v1/sync".to_owned(),
        format!("/v1/search/messages?query={CANARY}"),
        format!("/v1/search/messages?query={CANARY}&has=file"),
        format!("/v1/search/messages?query={HIDDEN}"),
    ]
}

#[tokio::test]
async fn the_table_names_every_operation_on_a_chat() {
    let id = |number| uuid::Uuid::from_u128(number);
    let scene = Scene {
        chat_id: ChatId(id(1)),
        message_id: MessageId(id(2)),
        attachment_id: AttachmentId(id(4)),
    };
    let table: Vec<_> = operations(&scene, UserId(id(3)), UserId(id(5)))
        .iter()
        .map(|one| {
            let path = one.path.replace(&id(1).to_string(), "{chat_id}");
            let path = path.replace(&id(2).to_string(), "{message_id}");
            let path = path.replace(&id(3).to_string(), "{user_id}");
            let path = path.replace(&id(5).to_string(), "{invite_id}");
            let path = path.replace(THUMB, "{emoji}");
            let named = path.split('?').next().unwrap_or_default();
            (one.method.clone(), named.to_owned())
        })
        .collect();
    for one in documented::operations() {
        let wanted = (one.method, one.path);
        let is_of_chats = wanted.1.starts_with("/v1/chats/{chat_id}");
        assert!(
            !is_of_chats || table.contains(&wanted),
            "{wanted:?} is not in the table"
        );
    }
}

#[tokio::test]
async fn over_rest_who_is_outside_gets_nothing_and_changes_nothing() {
    let (engine, people) = start().await;
    let scene = scene(&engine, &people).await;
    let message = format!("/v1/chats/{}/messages/{}", scene.chat_id, scene.message_id);
    let chat = format!("/v1/chats/{}", scene.chat_id);
    let before: [Value; 2] = [
        get(&engine, &people.writer, &message).await,
        get(&engine, &people.writer, &chat).await,
    ];
    let outsiders = [
        (None, 401, 401),
        (Some(&people.expired), 401, 401),
        (Some(&people.removed), 404, 200),
        (Some(&people.stranger), 404, 200),
        (Some(&people.blocked), 404, 200),
        (Some(&people.invited), 404, 200),
    ];
    invite(&engine, &people, &chat).await;
    for (who, told, listed) in outsiders {
        for one in operations(&scene, people.writer.id, people.stranger.id) {
            let body = one.body.as_ref();
            let answer = ask(&engine, who, &one.method, &one.path, body).await;
            let what = format!("{} {}: {}", one.method, one.path, answer.1);
            assert_eq!(answer.0, told, "{what}");
            assert!(!answer.1.contains(CANARY), "{what}");
        }
        for path in lists() {
            let answer = ask(&engine, who, &Method::GET, &path, None).await;
            assert_eq!(answer.0, listed, "{path}: {}", answer.1);
            let is_clean = !answer.1.contains(CANARY) && !answer.1.contains(HIDDEN);
            assert!(is_clean, "{path}: {}", answer.1);
        }
        let unsigned = format!("/v1/blobs/{}/original", scene.attachment_id);
        let answer = ask(&engine, who, &Method::GET, &unsigned, None).await;
        assert!(answer.0 >= 400 && !answer.1.contains(CANARY), "{answer:?}");
    }
    let after: [Value; 2] = [
        get(&engine, &people.writer, &message).await,
        get(&engine, &people.writer, &chat).await,
    ];
    assert_eq!(before, after);
    engine.stop().await;
}

#[tokio::test]
async fn over_rest_members_admins_and_the_owner_may_what_the_table_says() {
    let (engine, people) = start().await;
    let insiders = [&people.member, &people.admin, &people.owner];
    let mut surprises = Vec::new();
    for (place, who) in insiders.into_iter().enumerate() {
        let mut set = scene(&engine, &people).await;
        let count = operations(&set, people.writer.id, people.stranger.id).len();
        for index in 0..count {
            let all = operations(&set, people.writer.id, people.stranger.id);
            let one = &all[index];
            let body = one.body.as_ref();
            let answer = ask(&engine, Some(who), &one.method, &one.path, body).await;
            let is_expected = answer.0 == one.told[place];
            // An operation that answers without a body does the same.
            let is_expected = is_expected || (answer.0 == 204 && one.told[place] == 200);
            if !is_expected || answer.1.contains(HIDDEN) {
                surprises.push((place, one.method.clone(), one.path.clone(), answer));
            }
            if one.method != Method::GET {
                set = scene(&engine, &people).await;
            }
        }
        for path in lists() {
            let answer = ask(&engine, Some(who), &Method::GET, &path, None).await;
            let is_clean = path.contains(HIDDEN) || answer.1.contains(CANARY);
            if answer.0 != 200 || !is_clean || answer.1.contains(HIDDEN) {
                surprises.push((place, Method::GET, path, answer));
            }
        }
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
    engine.stop().await;
}

/// What each command answers to somebody; deletion comes last.
async fn commands(socket: &mut Client, scene: &Scene) -> [Option<ErrorCode>; 7] {
    let (chat_id, message_id) = (scene.chat_id, scene.message_id);
    let mark = json!({"type": "mark", "chat_id": chat_id, "read_seq": 1});
    let pin = json!({"type": "update_chat_settings", "chat_id": chat_id, "is_pinned": true});
    let keep = json!({
        "type": "pin_message", "chat_id": chat_id, "message_id": message_id, "is_pinned": true
    });
    let send = |id| ClientFrame::SendMessage {
        id,
        chat_id,
        message: draft("hi"),
    };
    let edit = |id| ClientFrame::EditMessage {
        id,
        chat_id,
        message_id,
        text: "hi".to_owned(),
        mentions: None,
    };
    let react = |id| ClientFrame::React {
        id,
        chat_id,
        message_id,
        emoji: "👍".to_owned(),
        is_set: true,
    };
    let delete = |id| ClientFrame::DeleteMessage {
        id,
        chat_id,
        message_id,
    };
    let read = |mut frame: Value| {
        move |id: String| {
            frame["id"] = id.into();
            serde_json::from_value::<ClientFrame>(frame).expect("a frame")
        }
    };
    [
        socket.command(send).await,
        socket.command(read(mark)).await,
        socket.command(read(pin)).await,
        socket.command(edit).await,
        socket.command(react).await,
        socket.command(read(keep)).await,
        socket.command(delete).await,
    ]
}

#[tokio::test]
async fn over_the_socket_who_is_outside_hears_nothing_and_is_not_heard() {
    let (engine, people) = start().await;
    let (mut still_open, _) = Client::open(&engine, &people.removed).await;
    let (mut owner, _) = Client::open(&engine, &people.owner).await;
    let scene = scene(&engine, &people).await;
    let typing = ClientFrame::Typing {
        chat_id: scene.chat_id,
        is_typing: true,
    };
    let People {
        removed,
        stranger,
        blocked,
        invited,
        ..
    } = &people;
    invite(&engine, &people, &format!("/v1/chats/{}", scene.chat_id)).await;
    for who in [removed, stranger, blocked, invited] {
        let (mut socket, _) = Client::open(&engine, who).await;
        let told = commands(&mut socket, &scene).await;
        assert_eq!(told, [Some(ErrorCode::NotFound); 7]);
        socket.send(&typing).await;
        post_message(&engine, &people.writer, scene.chat_id, CANARY).await;
        socket.drain().await;
        assert!(!socket.heard.contains(CANARY), "{}", socket.heard);
        assert!(!socket.heard.contains(HIDDEN), "{}", socket.heard);
    }
    still_open.drain().await;
    assert!(!still_open.heard.contains(CANARY), "{}", still_open.heard);
    owner.drain().await;
    assert!(
        !owner.heard.contains("\"type\":\"typing\""),
        "{}",
        owner.heard
    );
    assert!(owner.heard.contains(CANARY) && !owner.heard.contains(HIDDEN));
    for token in [None, Some(people.expired.access_token.clone())] {
        let mut socket = Client::connect(&engine).await;
        socket.hello(token, None).await;
        socket.closed().await;
        assert!(!socket.heard.contains(CANARY), "{}", socket.heard);
    }
    engine.stop().await;
}

#[tokio::test]
async fn over_the_socket_members_admins_and_the_owner_may_the_same_as_over_rest() {
    let (engine, people) = start().await;
    let foreign = Some(ErrorCode::Forbidden);
    let insiders = [
        (
            &people.member,
            [None, None, None, foreign, None, foreign, foreign],
        ),
        (&people.admin, [None, None, None, foreign, None, None, None]),
        (&people.owner, [None, None, None, foreign, None, None, None]),
        (
            &people.writer,
            [None, None, None, None, None, foreign, None],
        ),
    ];
    for (who, expected) in insiders {
        let scene = scene(&engine, &people).await;
        let (mut socket, _) = Client::open(&engine, who).await;
        assert_eq!(commands(&mut socket, &scene).await, expected);
        assert!(!socket.heard.contains(HIDDEN), "{}", socket.heard);
    }
    engine.stop().await;
}
