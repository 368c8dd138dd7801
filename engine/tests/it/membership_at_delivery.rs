//! Who is a member when an event is delivered hears it; who is not any more does not, by any route.

use relaychat_engine::test_support::TestEngine;
use relaychat_protocol::{
    ErrorCode,
    frames::{ClientFrame, ServerFrame},
};

use crate::client::{Client, QUIET, add_members, draft, group, post_message, remove_member};

#[tokio::test]
async fn a_removed_member_hears_of_it_and_of_nothing_after() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = group(&engine, &ann, &[&bob]).await;
    let (mut socket, _) = Client::open(&engine, &bob).await;
    post_message(&engine, &ann, chat_id, "with Bob").await;
    remove_member(&engine, &ann, chat_id, bob.id).await;
    post_message(&engine, &ann, chat_id, "without Bob").await;
    let frames = socket.drain().await;
    let removed = frames.iter().position(
        |frame| matches!(frame, ServerFrame::ChatRemoved { chat_id: id } if *id == chat_id),
    );
    let removed = removed.expect("is told");
    let texts: Vec<_> = frames
        .iter()
        .filter_map(|frame| match frame {
            ServerFrame::Message { message, .. } => Some(message.text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["with Bob"]);
    let after = &frames[removed + 1..];
    let are_tokens = |frame: &ServerFrame| matches!(frame, ServerFrame::Token { .. });
    assert!(after.iter().all(are_tokens), "{after:?}");
    let send = |id| ClientFrame::SendMessage {
        id,
        chat_id,
        message: draft("still here"),
    };
    assert_eq!(socket.command(send).await, Some(ErrorCode::NotFound));
    let typing = ClientFrame::Typing {
        chat_id,
        is_typing: true,
    };
    let (mut ann_socket, _) = Client::open(&engine, &ann).await;
    socket.send(&typing).await;
    assert_eq!(ann_socket.drain().await, []);
    engine.stop().await;
}

#[tokio::test]
async fn an_added_member_gets_the_chat_first_and_then_its_events() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let cem = engine.log_in("cem@example.com").await;
    let chat_id = group(&engine, &ann, &[&bob]).await;
    post_message(&engine, &ann, chat_id, "before Cem").await;
    let (mut bob_socket, _) = Client::open(&engine, &bob).await;
    let (mut cem_socket, ready) = Client::open(&engine, &cem).await;
    assert!(ready.sync.chats.is_empty());
    add_members(&engine, &ann, chat_id, &[cem.id]).await;
    post_message(&engine, &ann, chat_id, "after Cem").await;
    match cem_socket.next().await {
        ServerFrame::ChatAdded { chat, users } => {
            assert_eq!(chat.info.id, chat_id);
            assert_eq!(chat.me.user_id, cem.id);
            assert_eq!(chat.members.len(), 2);
            assert_eq!(chat.info.member_count, 3);
            let ids: Vec<_> = users.iter().map(|user| user.id).collect();
            assert!(ids.contains(&ann.id) && ids.contains(&bob.id));
        }
        other => panic!("expected the chat, got {other:?}"),
    }
    assert_eq!(cem_socket.text().await, "after Cem");
    let joined = bob_socket
        .until(|frame| match frame {
            ServerFrame::MemberUpdated {
                member,
                member_count,
                ..
            } => Some((member.user_id, member_count)),
            _ => None,
        })
        .await;
    assert_eq!(joined, (cem.id, 3));
    engine.stop().await;
}

/// Membership changes while a socket connects: the snapshot decides, and no event of a chat that it
/// does not hold comes through.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_while_connecting_leaves_no_subscription_behind() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let mut checked = 0;
    for round in 0..20 {
        let chat_id = group(&engine, &ann, &[&bob]).await;
        let (connected, ()) = tokio::join!(Client::open(&engine, &bob), async {
            if round % 2 == 0 {
                tokio::task::yield_now().await;
            }
            remove_member(&engine, &ann, chat_id, bob.id).await;
        });
        let (mut socket, _) = connected;
        post_message(&engine, &ann, chat_id, "after the removal").await;
        for frame in socket.drain_for(QUIET / 4).await {
            match frame {
                ServerFrame::Message { message, .. } => panic!("heard {message:?}"),
                _ => checked += 1,
            }
        }
        socket.cut();
    }
    assert!(checked > 0, "no round met the removal: nothing was tested");
    engine.stop().await;
}
