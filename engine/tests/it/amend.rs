//! Editing, deleting, reacting and answering over REST and sockets: who may, and who hears it.

use axum::http::{Method, StatusCode};
use relaychat_engine::test_support::{TestEngine, TestUser};
use relaychat_protocol::{
    ChatId, ErrorCode, MessageId, Problem,
    frames::{ClientFrame, ServerFrame},
    rest::{
        messages::{EditMessage, Message, ReactionPage},
        sync::SyncAnswer,
    },
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::client::{Client, add_members, direct_chat, get, group, post_message, remove_member};

/// 👍, as it stands in an address.
const THUMB: &str = "%F0%9F%91%8D";

type Called<T> = Result<T, (StatusCode, String)>;

fn path(chat_id: ChatId, message_id: MessageId) -> String {
    format!("/v1/chats/{chat_id}/messages/{message_id}")
}

async fn call<T: DeserializeOwned>(
    engine: &TestEngine,
    user: &TestUser,
    method: Method,
    path: &str,
) -> Called<T> {
    let token = Some(user.access_token.as_str());
    engine.call(method, path, token, None::<&()>).await
}

async fn edit(engine: &TestEngine, user: &TestUser, path: &str, text: &str) -> Called<Message> {
    let token = Some(user.access_token.as_str());
    let body = EditMessage {
        text: text.to_owned(),
        mentions: None,
    };
    engine.call(Method::PATCH, path, token, Some(&body)).await
}

fn code<T: std::fmt::Debug>(called: Called<T>) -> Option<ErrorCode> {
    let body = called.err()?.1;
    let problem: Problem = serde_json::from_str(&body).expect("a problem");
    Some(problem.code)
}

/// What each operation answers to somebody, over REST and then over the socket. Deletion comes last.
async fn answers(
    engine: &TestEngine,
    user: &TestUser,
    (chat_id, message_id): (ChatId, MessageId),
) -> [[Option<ErrorCode>; 4]; 2] {
    let path = path(chat_id, message_id);
    let reactions = format!("{path}/reactions/{THUMB}");
    let (mut socket, _) = Client::open(engine, user).await;
    let react = async |method| code(call::<Message>(engine, user, method, &reactions).await);
    let rest = [
        code(edit(engine, user, &path, "other").await),
        react(Method::PUT).await,
        react(Method::DELETE).await,
        code(call::<ReactionPage>(engine, user, Method::GET, &reactions).await),
    ];
    let react = |is_set| {
        move |id| ClientFrame::React {
            id,
            chat_id,
            message_id,
            emoji: "👍".to_owned(),
            is_set,
        }
    };
    let edited = |id| ClientFrame::EditMessage {
        id,
        chat_id,
        message_id,
        text: "another".to_owned(),
        mentions: None,
    };
    let deleted = |id| ClientFrame::DeleteMessage {
        id,
        chat_id,
        message_id,
    };
    let by_socket = [
        socket.command(edited).await,
        socket.command(react(true)).await,
        socket.command(react(false)).await,
        socket.command(deleted).await,
    ];
    [rest, by_socket]
}

#[tokio::test]
async fn whoever_is_not_in_the_chat_finds_nothing_and_members_do_what_is_theirs() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let mut people = Vec::new();
    for name in ["owner", "writer", "member", "left", "removed", "stranger"] {
        people.push(engine.log_in(&format!("{name}@example.com")).await);
    }
    let [owner, writer, member, left, removed, stranger] = &people[..] else {
        panic!("six people");
    };
    let chat_id = group(&engine, owner, &[writer, member]).await;
    add_members(&engine, owner, chat_id, &[left.id, removed.id]).await;
    let sent = post_message(&engine, writer, chat_id, "text").await;
    remove_member(&engine, left, chat_id, left.id).await;
    remove_member(&engine, owner, chat_id, removed.id).await;
    let place = (chat_id, sent.id);
    let nothing = [[Some(ErrorCode::NotFound); 4]; 2];
    for outside in [left, removed, stranger] {
        assert_eq!(answers(&engine, outside, place).await, nothing);
    }
    let foreign = Some(ErrorCode::Forbidden);
    let only_reacts = [[foreign, None, None, None], [foreign, None, None, foreign]];
    assert_eq!(answers(&engine, member, place).await, only_reacts);
    let all_but_editing = [[foreign, None, None, None], [foreign, None, None, None]];
    assert_eq!(answers(&engine, owner, place).await, all_but_editing);
    let second = post_message(&engine, writer, chat_id, "text").await;
    let everything = answers(&engine, writer, (chat_id, second.id)).await;
    assert_eq!(everything, [[None; 4]; 2]);
    for anybody in [None, Some("nonsense")] {
        let path = path(chat_id, sent.id);
        let called = engine.call::<Value>(Method::DELETE, &path, anybody, None::<&()>);
        assert_eq!(code(called.await), Some(ErrorCode::Unauthenticated));
    }
    engine.stop().await;
}

#[tokio::test]
async fn every_member_hears_each_change_with_the_message_as_it_is() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let eve = engine.log_in("eve@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let sent = post_message(&engine, &ann, chat_id, "helo").await;
    let (mut socket, ready) = Client::open(&engine, &bob).await;
    let (mut stranger, _) = Client::open(&engine, &eve).await;
    let path = path(chat_id, sent.id);
    let reactions = format!("{path}/reactions/{THUMB}");
    let changes = [
        edit(&engine, &ann, &path, "hello").await,
        call(&engine, &bob, Method::PUT, &reactions).await,
        call(&engine, &bob, Method::DELETE, &reactions).await,
        call(&engine, &ann, Method::DELETE, &path).await,
    ];
    for (change, expected_version) in changes.into_iter().zip(sent.version + 1..) {
        let heard = socket.until(|frame| match frame {
            ServerFrame::MessageUpdated { version, message } => Some((version, *message)),
            _ => None,
        });
        let (version, message) = heard.await;
        assert_eq!(
            (version, message.version),
            (expected_version, expected_version)
        );
        assert_eq!(message, change.expect("done"));
    }
    let is_update = |frame: &ServerFrame| matches!(frame, ServerFrame::MessageUpdated { .. });
    assert!(!stranger.drain().await.iter().any(is_update));
    let since = format!("/v1/sync?since={}", ready.sync.token);
    let missed: SyncAnswer = get(&engine, &bob, &since).await;
    assert_eq!(missed.messages[0].items, []);
    let [tombstone] = &missed.messages[0].changed[..] else {
        panic!("one changed message: {missed:?}");
    };
    assert!(tombstone.deleted_at_ms.is_some() && tombstone.text.is_empty());
    assert_eq!(missed.chats[0].unread_count, 0);
    assert_eq!(missed.chats[0].deleted_unread.len(), 1);
    engine.stop().await;
}
