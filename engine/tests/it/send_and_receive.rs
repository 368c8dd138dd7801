//! Two people talk: over REST, over the socket, and mixed.

use relaychat_engine::test_support::TestEngine;
use relaychat_protocol::{
    ErrorCode,
    frames::{ClientFrame, ServerFrame},
    rest::{chats::Mark, messages::MessagePage, users::UnreadTotal},
};

use crate::client::{Client, direct_chat, draft, get, post_message};

#[tokio::test]
async fn what_one_sends_the_other_receives_with_version_and_receipt() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let (mut ann_socket, _) = Client::open(&engine, &ann).await;
    let (mut bob_socket, _) = Client::open(&engine, &bob).await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let added = bob_socket.next().await;
    assert!(
        matches!(&added, ServerFrame::ChatAdded { chat, .. } if chat.info.id == chat_id),
        "{added:?}"
    );
    let sent = ann_socket.send_message(chat_id, "Hello!").await;
    let received = bob_socket
        .until(|frame| match frame {
            ServerFrame::Message { version, message } => Some((version, *message)),
            _ => None,
        })
        .await;
    assert_eq!(received, (sent.version, sent.clone()));
    let total = engine.engine().unread_total(bob.id).await.expect("a total");
    assert_eq!((total.unread_count, total.unread_chat_count), (1, 1));
    let mark = |id| ClientFrame::Mark {
        id,
        chat_id,
        mark: Mark {
            delivered_seq: Some(sent.seq),
            read_seq: Some(sent.seq),
        },
    };
    assert_eq!(bob_socket.command(mark).await, None);
    let receipt = ann_socket
        .until(|frame| match frame {
            ServerFrame::Receipt(receipt) if receipt.user_id == bob.id => Some(receipt),
            _ => None,
        })
        .await;
    assert_eq!(receipt.watermarks.read_seq, sent.seq);
    let total: UnreadTotal = get(&engine, &bob, "/v1/me/unread").await;
    assert_eq!(total.unread_count, 0);
    engine.stop().await;
}

#[tokio::test]
async fn messages_of_one_socket_keep_their_order_without_waiting_for_acks() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let (mut ann_socket, _) = Client::open(&engine, &ann).await;
    let (mut bob_socket, _) = Client::open(&engine, &bob).await;
    for number in 0..150 {
        let frame = ClientFrame::SendMessage {
            id: number.to_string(),
            chat_id,
            message: draft(&number.to_string()),
        };
        ann_socket.send(&frame).await;
    }
    for number in 0..150 {
        assert_eq!(bob_socket.text().await, number.to_string());
    }
    let path = format!("/v1/chats/{chat_id}/messages?limit=100");
    let page: MessagePage = get(&engine, &bob, &path).await;
    let seqs: Vec<u64> = page.items.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (51..=150).collect::<Vec<_>>());
    engine.stop().await;
}

#[tokio::test]
async fn a_repeat_over_another_route_is_the_same_message() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let (mut socket, _) = Client::open(&engine, &ann).await;
    let sent = post_message(&engine, &ann, chat_id, "once").await;
    let mut repeat = draft("once");
    repeat.message_id = sent.id;
    let frame = ClientFrame::SendMessage {
        id: "r".to_owned(),
        chat_id,
        message: repeat.clone(),
    };
    socket.send(&frame).await;
    let acked = socket
        .until(|frame| match frame {
            ServerFrame::Ack {
                message: Some(message),
                ..
            } => Some(*message),
            _ => None,
        })
        .await;
    assert_eq!(acked, sent);
    repeat.text = "other".to_owned();
    let reuse = |id| ClientFrame::SendMessage {
        id,
        chat_id,
        message: repeat,
    };
    assert_eq!(
        socket.command(reuse).await,
        Some(ErrorCode::MessageIdReused)
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_stranger_gets_not_found_for_everything_in_a_chat() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let eve = engine.log_in("eve@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    post_message(&engine, &ann, chat_id, "secret").await;
    let (mut socket, ready) = Client::open(&engine, &eve).await;
    assert!(ready.sync.chats.is_empty());
    let send = |id| ClientFrame::SendMessage {
        id,
        chat_id,
        message: draft("let me in"),
    };
    assert_eq!(socket.command(send).await, Some(ErrorCode::NotFound));
    let mark = |id| ClientFrame::Mark {
        id,
        chat_id,
        mark: Mark {
            delivered_seq: None,
            read_seq: Some(1),
        },
    };
    assert_eq!(socket.command(mark).await, Some(ErrorCode::NotFound));
    post_message(&engine, &bob, chat_id, "more").await;
    assert_eq!(socket.drain().await, []);
    engine.stop().await;
}
