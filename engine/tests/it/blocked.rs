//! Who is blocked: nothing crosses between the two in either direction, and only one of them knows.

use axum::http::Method;
use relaychat_engine::test_support::{TestCluster, TestEngine, TestUser, redis_url};
use relaychat_protocol::{
    ChatId, ErrorCode,
    frames::{ClientFrame, ServerFrame},
    rest::{blocks::BlockPage, chats::OpenDirectChat, messages::Message},
};
use serde_json::{Value, json};

use crate::client::{Client, direct_chat, draft, get, group, post_message};

/// In everything that must not cross.
const CANARY: &str = "canary";

async fn set_block(engine: &TestEngine, by: &TestUser, whom: &TestUser, is_blocked: bool) {
    let method = if is_blocked {
        Method::PUT
    } else {
        Method::DELETE
    };
    let path = format!("/v1/me/blocks/{}", whom.id);
    let token = Some(by.access_token.as_str());
    for _ in 0..2 {
        let told = engine.call::<Value>(method.clone(), &path, token, None::<&()>);
        told.await.expect("twice is once");
    }
}

async fn blocks(engine: &TestEngine, user: &TestUser) -> Vec<relaychat_protocol::UserId> {
    let page: BlockPage = get(engine, user, "/v1/me/blocks").await;
    assert_eq!(page.items.len(), page.users.len());
    page.items.iter().map(|block| block.user_id).collect()
}

/// What the socket answers to everything that somebody may try in the chat.
async fn attempts(socket: &mut Client, chat_id: ChatId, known: &Message) -> [Option<ErrorCode>; 5] {
    let message_id = known.id;
    socket
        .send(&ClientFrame::Typing {
            chat_id,
            is_typing: true,
        })
        .await;
    let raw = |id: String, mut value: Value| {
        value["id"] = id.into();
        value["chat_id"] = json!(chat_id);
        serde_json::from_value::<ClientFrame>(value).expect("a frame")
    };
    let message = draft(CANARY);
    let edit = json!({"type": "edit_message", "message_id": message_id, "text": CANARY});
    let react = json!({"type": "react", "message_id": message_id, "emoji": "👍", "is_set": true});
    let mark = json!({"type": "mark", "read_seq": 2, "delivered_seq": 2});
    let pin = json!({"type": "update_chat_settings", "is_pinned": true});
    let send = |id| ClientFrame::SendMessage {
        id,
        chat_id,
        message,
    };
    [
        socket.command(send).await,
        socket.command(|id| raw(id, edit)).await,
        socket.command(|id| raw(id, react)).await,
        socket.command(|id| raw(id, mark)).await,
        socket.command(|id| raw(id, pin)).await,
    ]
}

/// The code and the words of a refusal.
fn problem(told: Result<Value, (axum::http::StatusCode, String)>) -> (String, Value) {
    let (_, text) = told.expect_err("is refused");
    let told: Value = serde_json::from_str(&text).expect("a problem");
    let code = told["code"].as_str().unwrap_or_default().to_owned();
    (code, told["detail"].clone())
}

async fn watch(socket: &mut Client, whom: &TestUser) {
    let user_ids = vec![whom.id];
    let watch = |id| ClientFrame::WatchPresence { id, user_ids };
    assert_eq!(socket.command(watch).await, None);
}

/// Waits for the frame of the own devices, and forgets what was heard before.
async fn told(socket: &mut Client) {
    let is_told = |frame| matches!(frame, ServerFrame::BlocksChanged).then_some(());
    socket.until(is_told).await;
    socket.heard.clear();
}

/// Ann blocks Bob through one node, while Bob is on another.
async fn story(here: &TestEngine, there: &TestEngine) {
    let ann = here.log_in("ann@example.com").await;
    let bob = there.log_in("bob@example.com").await;
    let chat_id = direct_chat(here, &ann, &bob).await;
    let shared_id = group(here, &ann, &[&bob]).await;
    let of_ann = post_message(here, &ann, chat_id, "before").await;
    let of_bob = post_message(there, &bob, chat_id, "before too").await;
    let (mut phone, _) = Client::open(here, &ann).await;
    let (mut desk, _) = Client::open(there, &ann).await;
    let (mut socket, _) = Client::open(there, &bob).await;
    watch(&mut socket, &ann).await;
    watch(&mut phone, &bob).await;
    socket.drain().await;
    socket.heard.clear();

    set_block(here, &ann, &bob, true).await;
    told(&mut phone).await;
    told(&mut desk).await;
    assert_eq!(blocks(there, &ann).await, [bob.id]);
    assert_eq!(blocks(there, &bob).await, []);
    // Offline is all that is left of the other.
    let offline = |frame| match frame {
        ServerFrame::Presence {
            is_online,
            last_seen_at_ms,
            ..
        } => Some((is_online, last_seen_at_ms)),
        _ => None,
    };
    assert_eq!(socket.until(offline).await, (false, None));
    phone.drain().await;
    phone.heard.clear();
    socket.heard.clear();

    let nodes = (here, there);
    refused(
        nodes,
        (&ann, &bob),
        (&mut phone, &mut socket),
        (&of_ann, &of_bob),
    )
    .await;
    grouped(there, &bob, (&mut phone, &mut socket), shared_id).await;
    again(nodes, (&ann, &bob), (&mut phone, &mut socket), chat_id).await;
}

/// Whatever either tries in their chat, the other hears nothing of it.
async fn refused(
    (here, there): (&TestEngine, &TestEngine),
    (ann, bob): (&TestUser, &TestUser),
    (phone, socket): (&mut Client, &mut Client),
    (of_ann, of_bob): (&Message, &Message),
) {
    let chat_id = of_ann.chat_id;
    let unreachable = Some(ErrorCode::Unreachable);
    let by_you = Some(ErrorCode::BlockedByYou);
    let expected = [unreachable, unreachable, unreachable, None, None];
    assert_eq!(attempts(socket, chat_id, of_bob).await, expected);
    let expected = [by_you, by_you, by_you, None, None];
    assert_eq!(attempts(phone, chat_id, of_ann).await, expected);
    for (engine, who, other) in [(here, ann, &mut *socket), (there, bob, &mut *phone)] {
        other.drain().await;
        for word in ["typing", "presence", "receipt", "message", "blocks_changed"] {
            let frame = format!("\"type\":\"{}", word);
            assert!(!other.heard.contains(&frame), "{}", other.heard);
        }
        let page: Value = get(engine, who, &format!("/v1/chats/{chat_id}/messages")).await;
        assert!(!page.to_string().contains(CANARY), "{page}");
    }
}

/// In a group both are there, but neither types for the other.
async fn grouped(
    there: &TestEngine,
    bob: &TestUser,
    (phone, socket): (&mut Client, &mut Client),
    shared_id: ChatId,
) {
    for one in [&mut *socket, &mut *phone] {
        one.heard.clear();
        one.send(&ClientFrame::Typing {
            chat_id: shared_id,
            is_typing: true,
        })
        .await;
    }
    post_message(there, bob, shared_id, "for all").await;
    assert_eq!(phone.text().await, "for all");
    phone.drain().await;
    socket.drain().await;
    for heard in [&phone.heard, &socket.heard] {
        assert!(!heard.contains("\"type\":\"typing\""), "{heard}");
    }
}

/// Who connects and watches anew sees no more, and after it is taken back all is as before.
async fn again(
    (here, there): (&TestEngine, &TestEngine),
    (ann, bob): (&TestUser, &TestUser),
    (phone, socket): (&mut Client, &mut Client),
    chat_id: ChatId,
) {
    let (mut anew, _) = Client::open(there, bob).await;
    watch(&mut anew, ann).await;
    anew.drain().await;
    assert!(!anew.heard.contains("\"is_online\":true"), "{}", anew.heard);
    let found: Value = get(there, bob, "/v1/users?query=ann").await;
    assert_eq!(found["items"], json!([]));
    set_block(here, ann, bob, false).await;
    told(phone).await;
    assert_eq!(blocks(here, ann).await, []);
    let online = |frame| match frame {
        ServerFrame::Presence { is_online, .. } => is_online.then_some(()),
        _ => None,
    };
    anew.until(online).await;
    socket.send_message(chat_id, "after").await;
    assert_eq!(phone.text().await, "after");
    assert!(!phone.heard.contains(CANARY), "{}", phone.heard);
}

#[tokio::test]
async fn nothing_crosses_between_two_of_whom_one_blocks_the_other() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    story(&engine, &engine).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_block_holds_on_the_other_node_at_once() {
    let unlimited = |config: &mut relaychat_engine::Config| config.limits.is_rate_limited = false;
    let cluster = TestCluster::start_on_redis(2, &redis_url(), unlimited).await;
    story(cluster.node(0), cluster.node(1)).await;
    cluster.stop().await;
}

#[tokio::test]
async fn no_chat_and_no_group_is_begun_with_who_blocks() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    set_block(&engine, &ann, &bob, true).await;
    let nobody = uuid::Uuid::from_u128(7);
    let open = async |who: &TestUser, user_id| {
        let body = OpenDirectChat { user_id };
        let token = Some(who.access_token.as_str());
        let opened = engine.call::<Value>(Method::POST, "/v1/chats/direct", token, Some(&body));
        problem(opened.await)
    };
    let strange = open(&bob, relaychat_protocol::UserId(nobody)).await;
    assert_eq!(open(&bob, ann.id).await, strange, "as if she did not exist");
    assert_eq!(open(&ann, bob.id).await.0, "blocked_by_you");
    let gather = async |who: &TestUser, user_id: Value| {
        let body =
            json!({"chat_id": crate::client::new_id(), "name": "group", "user_ids": [user_id]});
        let token = Some(who.access_token.as_str());
        let made = engine.call::<Value>(Method::POST, "/v1/chats/group", token, Some(&body));
        problem(made.await)
    };
    let strange = gather(&bob, json!(nobody)).await;
    assert_eq!(gather(&bob, json!(ann.id)).await, strange);
    assert_eq!(gather(&ann, json!(bob.id)).await.0, "blocked_by_you");
    engine.stop().await;
}
