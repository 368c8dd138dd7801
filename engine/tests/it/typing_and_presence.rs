//! What is told and never kept: who is typing, who is there.

use relaychat_engine::test_support::{DEADLINE, TestEngine};
use relaychat_protocol::{
    ChatId, UserId,
    frames::{ClientFrame, ServerFrame},
};

use crate::client::{Client, direct_chat, group, remove_member};

fn typing(chat_id: ChatId, is_typing: bool) -> ClientFrame {
    ClientFrame::Typing { chat_id, is_typing }
}

fn typings(frames: &[ServerFrame]) -> Vec<u64> {
    frames
        .iter()
        .filter_map(|frame| match frame {
            ServerFrame::Typing { expires_in_ms, .. } => Some(*expires_in_ms),
            _ => None,
        })
        .collect()
}

/// Watches contacts, and takes the ack and the first state of each.
async fn watch(client: &mut Client, user_ids: Vec<UserId>) {
    let mut expected = user_ids.len() + 1;
    let id = client.id();
    client
        .send(&ClientFrame::WatchPresence { id, user_ids })
        .await;
    while expected > 0 {
        match client.next().await {
            ServerFrame::Ack { .. } | ServerFrame::Presence { .. } => expected -= 1,
            _ => {}
        }
    }
}

/// What came, but for tokens.
async fn heard(client: &mut Client) -> Vec<ServerFrame> {
    let mut frames = client.drain().await;
    frames.retain(|frame| !matches!(frame, ServerFrame::Token { .. }));
    frames
}

/// The next presence event.
async fn presence(client: &mut Client) -> (UserId, bool, Option<i64>) {
    client
        .until(|frame| match frame {
            ServerFrame::Presence {
                user_id,
                is_online,
                last_seen_at_ms,
            } => Some((user_id, is_online, last_seen_at_ms)),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn typing_reaches_the_others_in_the_chat_and_is_throttled() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let eve = engine.log_in("eve@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let (mut ann_one, _) = Client::open(&engine, &ann).await;
    let (mut ann_two, _) = Client::open(&engine, &ann).await;
    let (mut bob_socket, _) = Client::open(&engine, &bob).await;
    let (mut eve_socket, _) = Client::open(&engine, &eve).await;
    for _ in 0..5 {
        ann_one.send(&typing(chat_id, true)).await;
    }
    ann_one.send(&typing(chat_id, false)).await;
    eve_socket.send(&typing(chat_id, true)).await;
    assert_eq!(typings(&bob_socket.drain().await), [6_000, 0]);
    assert_eq!(heard(&mut ann_two).await, [], "not to one's own sockets");
    assert_eq!(heard(&mut eve_socket).await, []);
    engine.stop().await;
}

#[tokio::test]
async fn presence_counts_all_sockets_and_forgives_a_reload() {
    let engine = TestEngine::start_with(|config| config.realtime.offline_grace_ms = 500).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    direct_chat(&engine, &ann, &bob).await;
    let (mut watcher, _) = Client::open(&engine, &ann).await;
    watch(&mut watcher, vec![bob.id]).await;
    let (phone, _) = Client::open(&engine, &bob).await;
    assert_eq!(presence(&mut watcher).await, (bob.id, true, None));
    let (desk, _) = Client::open(&engine, &bob).await;
    phone.cut();
    desk.cut();
    let (reloaded, _) = Client::open(&engine, &bob).await;
    assert_eq!(
        heard(&mut watcher).await,
        [],
        "neither a device less nor a reload"
    );
    reloaded.cut();
    let now_ms = engine.clock_now_ms();
    let gone = presence(&mut watcher).await;
    assert_eq!(gone, (bob.id, false, Some(now_ms)));
    engine.stop().await;
}

#[tokio::test]
async fn watching_tells_the_present_state_of_contacts_and_nothing_of_strangers() {
    let engine = TestEngine::builder()
        // Another node takes a moment longer to be sure that somebody has gone.
        .alone()
        .config(|config| config.realtime.offline_grace_ms = 100)
        .start()
        .await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let eve = engine.log_in("eve@example.com").await;
    direct_chat(&engine, &ann, &bob).await;
    let (bob_socket, _) = Client::open(&engine, &bob).await;
    let (_eve_socket, _) = Client::open(&engine, &eve).await;
    let (mut watcher, _) = Client::open(&engine, &ann).await;
    let frame = ClientFrame::WatchPresence {
        id: "w".to_owned(),
        user_ids: vec![bob.id, eve.id],
    };
    watcher.send(&frame).await;
    let frames = watcher.drain().await;
    let states: Vec<_> = frames
        .iter()
        .filter_map(|frame| match frame {
            ServerFrame::Presence {
                user_id, is_online, ..
            } => Some((*user_id, *is_online)),
            _ => None,
        })
        .collect();
    assert_eq!(states, [(bob.id, true)]);
    bob_socket.cut();
    assert!(!presence(&mut watcher).await.1);
    // Stored just after it was told, so that somebody who asks later knows too.
    let (mut later, _) = Client::open(&engine, &ann).await;
    let asked = async {
        loop {
            later.send(&frame).await;
            let (_, is_online, last_seen_at_ms) = presence(&mut later).await;
            assert!(!is_online);
            if last_seen_at_ms.is_some() {
                return last_seen_at_ms;
            }
        }
    };
    let last_seen_at_ms = tokio::time::timeout(DEADLINE, asked).await;
    let last_seen_at_ms = last_seen_at_ms.expect("it is stored in time");
    assert_eq!(last_seen_at_ms, Some(engine.clock_now_ms()));
    engine.stop().await;
}

#[tokio::test]
async fn whoever_shares_no_chat_any_more_is_not_watched_any_more() {
    let engine = TestEngine::start_with(|config| config.realtime.offline_grace_ms = 100).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = group(&engine, &ann, &[&bob]).await;
    let (mut ann_socket, _) = Client::open(&engine, &ann).await;
    let (mut bob_socket, _) = Client::open(&engine, &bob).await;
    watch(&mut ann_socket, vec![bob.id]).await;
    watch(&mut bob_socket, vec![ann.id]).await;
    remove_member(&engine, &ann, chat_id, bob.id).await;
    ann_socket.drain().await;
    bob_socket.drain().await;
    let (ann_again, _) = Client::open(&engine, &ann).await;
    bob_socket.cut();
    assert_eq!(heard(&mut ann_socket).await, [], "nothing of Bob's going");
    ann_again.cut();
    engine.stop().await;
}
