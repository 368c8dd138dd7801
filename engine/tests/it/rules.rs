//! Who may write in a group: refused by every route the same, told to everybody at once, and no bar
//! for the host.

use axum::http::{Method, StatusCode};
use relaychat_engine::{
    host::Draft,
    test_support::{TestEngine, TestUser},
};
use relaychat_protocol::{
    ChatId, ErrorCode,
    frames::{ClientFrame, ServerFrame},
    rest::{
        chats::{ChatWithUsers, Role, UpdateChat, UpdateMember},
        messages::Message,
    },
};
use serde_json::Value;

use crate::client::{Client, draft, group};

async fn rule(
    engine: &TestEngine,
    by: &TestUser,
    chat_id: ChatId,
    send_role: Role,
) -> Result<ChatWithUsers, (StatusCode, String)> {
    let body = UpdateChat {
        send_role: Some(send_role),
        ..UpdateChat::default()
    };
    let path = format!("/v1/chats/{chat_id}");
    let token = Some(by.access_token.as_str());
    engine.call(Method::PATCH, &path, token, Some(&body)).await
}

/// What REST answers to a message.
async fn posted(engine: &TestEngine, by: &TestUser, chat_id: ChatId) -> Option<String> {
    let path = format!("/v1/chats/{chat_id}/messages");
    let token = Some(by.access_token.as_str());
    let draft = draft("by REST");
    let sent = engine.call::<Message>(Method::POST, &path, token, Some(&draft));
    let (_, problem) = sent.await.err()?;
    let problem: Value = serde_json::from_str(&problem).expect("a problem");
    problem["code"].as_str().map(str::to_owned)
}

/// What the socket answers to one.
async fn sent(socket: &mut Client, chat_id: ChatId) -> Option<ErrorCode> {
    let message = draft("by the socket");
    let send = |id| ClientFrame::SendMessage {
        id,
        chat_id,
        message,
    };
    socket.command(send).await
}

/// Waits until somebody hears that a rule is another.
async fn told(socket: &mut Client, send_role: Role) {
    let is_told = |frame| match frame {
        ServerFrame::ChatUpdated { chat, .. } => (chat.send_role == send_role).then_some(()),
        _ => None,
    };
    socket.until(is_told).await;
}

#[tokio::test]
async fn only_those_write_whom_the_group_lets_write() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let owner = engine.log_in("owner@example.com").await;
    let admin = engine.log_in("admin@example.com").await;
    let member = engine.log_in("member@example.com").await;
    let chat_id = group(&engine, &owner, &[&admin, &member]).await;
    let body = UpdateMember { role: Role::Admin };
    let path = format!("/v1/chats/{chat_id}/members/{}", admin.id);
    let token = Some(owner.access_token.as_str());
    let made = engine.call::<ChatWithUsers>(Method::PATCH, &path, token, Some(&body));
    made.await.expect("an admin");

    let (mut at_member, _) = Client::open(&engine, &member).await;
    let (mut at_admin, _) = Client::open(&engine, &admin).await;
    assert_eq!(sent(&mut at_member, chat_id).await, None);
    let forbidden = Some(ErrorCode::Forbidden);
    for role in [Role::Admin, Role::Owner] {
        let ruled = rule(&engine, &owner, chat_id, role).await.expect("ruled");
        assert_eq!(ruled.chat.info.send_role, role);
        told(&mut at_member, role).await;
        told(&mut at_admin, role).await;
        assert_eq!(sent(&mut at_member, chat_id).await, forbidden);
        let code = posted(&engine, &member, chat_id).await;
        assert_eq!(code.as_deref(), Some("forbidden"));
        let by_admin = forbidden.filter(|_| role == Role::Owner);
        assert_eq!(sent(&mut at_admin, chat_id).await, by_admin);
        assert_eq!(posted(&engine, &owner, chat_id).await, None);
    }
    let (status, _) = rule(&engine, &admin, chat_id, Role::Member)
        .await
        .expect_err("what the owner closed");
    assert_eq!(status, StatusCode::FORBIDDEN);

    let host = engine.engine();
    let named = format!("id:{}", member.id);
    let said = host.send_as(named.as_str(), chat_id, Draft::text("of the host"));
    assert_eq!(said.await.expect("is sent").sender_id, member.id);

    rule(&engine, &owner, chat_id, Role::Member)
        .await
        .expect("ruled");
    told(&mut at_member, Role::Member).await;
    assert_eq!(sent(&mut at_member, chat_id).await, None);
    assert_eq!(posted(&engine, &member, chat_id).await, None);
    engine.stop().await;
}
