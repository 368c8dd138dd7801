//! A client comes back: with its token it misses nothing, with a foreign one it starts over.

use std::collections::BTreeMap;

use relaychat_engine::{metrics::SampleValue, test_support::TestEngine};
use relaychat_protocol::{
    frames::ServerFrame,
    rest::sync::{SyncAnswer, SyncKind},
};

use crate::client::{Client, QUIET, direct_chat, get, post_message};

fn texts(answer: &SyncAnswer) -> Vec<String> {
    let messages = answer.messages.iter().flat_map(|part| &part.items);
    messages.map(|message| message.text.clone()).collect()
}

#[tokio::test]
async fn a_token_frame_resumes_after_everything_that_was_received() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let (mut socket, ready) = Client::open(&engine, &bob).await;
    assert_eq!(ready.sync.kind, SyncKind::Snapshot);
    post_message(&engine, &ann, chat_id, "seen").await;
    assert_eq!(socket.text().await, "seen");
    let token = socket.token().await;
    socket.cut();
    for text in ["missed 1", "missed 2"] {
        post_message(&engine, &ann, chat_id, text).await;
    }
    let (mut socket, ready) = Client::open_since(&engine, &bob, Some(token)).await;
    assert_eq!(ready.sync.kind, SyncKind::Changes);
    assert_eq!(texts(&ready.sync), ["missed 1", "missed 2"]);
    post_message(&engine, &ann, chat_id, "live").await;
    assert_eq!(socket.text().await, "live");
    engine.stop().await;
}

/// How many answers about what was missed were read from storage.
fn reads(engine: &TestEngine) -> u64 {
    let families = engine.engine().metrics();
    let syncs = families
        .iter()
        .find(|family| family.name == "relaychat_syncs_seconds");
    match &syncs.expect("is counted").samples[0].value {
        SampleValue::Distribution { buckets, .. } => buckets.last().map_or(0, |(_, count)| *count),
        SampleValue::Number(_) => panic!("not a distribution"),
    }
}

#[tokio::test]
async fn who_has_missed_nothing_comes_back_without_a_read_of_storage() {
    let engine = TestEngine::builder().alone().start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    // The first commit tells the hub where it is.
    post_message(&engine, &ann, chat_id, "at first").await;
    let (socket, ready) = Client::open(&engine, &bob).await;
    socket.cut();
    let before = reads(&engine);
    let mut token = ready.sync.token;
    for text in ["one", "two"] {
        let (mut socket, ready) = Client::open_since(&engine, &bob, Some(token)).await;
        assert_eq!(ready.sync.kind, SyncKind::Changes);
        assert_eq!(ready.sync.me.user.id, bob.id);
        assert!(texts(&ready.sync).is_empty() && ready.sync.chats.is_empty());
        post_message(&engine, &ann, chat_id, text).await;
        assert_eq!(socket.text().await, text);
        token = socket.token().await;
        socket.cut();
    }
    assert_eq!(reads(&engine), before);
    post_message(&engine, &ann, chat_id, "missed").await;
    let (_, ready) = Client::open_since(&engine, &bob, Some(token)).await;
    assert_eq!(texts(&ready.sync), ["missed"]);
    assert_eq!(reads(&engine), before + 1);
    engine.stop().await;
}

#[tokio::test]
async fn a_restart_of_the_server_is_a_pause_and_no_more() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let (socket, ready) = Client::open(&engine, &bob).await;
    socket.cut();
    post_message(&engine, &ann, chat_id, "before").await;
    let engine = engine.restart().await;
    let (_, again) = Client::open_since(&engine, &bob, Some(ready.sync.token)).await;
    assert_eq!(again.sync.kind, SyncKind::Changes);
    assert_eq!(texts(&again.sync), ["before"]);
    engine.stop().await;
}

#[tokio::test]
async fn a_foreign_or_broken_token_starts_over() {
    let engine = TestEngine::start().await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let (_, ready) = Client::open(&engine, &ann).await;
    for token in [ready.sync.token, "nonsense".to_owned(), String::new()] {
        let (_, answer) = Client::open_since(&engine, &bob, Some(token)).await;
        assert_eq!(answer.sync.kind, SyncKind::Reset);
        assert_eq!(answer.sync.me.user.id, bob.id);
    }
    engine.stop().await;
}

/// Somebody writes without a pause while another connects again and again: between `ready` and the
/// first live event nothing may be missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connecting_in_the_middle_of_a_stream_leaves_no_hole() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let (mut writer, _) = Client::open(&engine, &ann).await;
    let (mut reader, ready) = Client::open(&engine, &bob).await;
    let writing = tokio::spawn(async move {
        for number in 0..400 {
            writer.send_message(chat_id, &number.to_string()).await;
        }
    });
    let mut seen: BTreeMap<u64, String> = BTreeMap::new();
    let mut token = ready.sync.token;
    let mut rounds = 0;
    while !writing.is_finished() {
        for _ in 0..5 {
            let next = tokio::time::timeout(QUIET, reader.next()).await;
            if let Ok(ServerFrame::Message { message, .. }) = next {
                seen.insert(message.seq, message.text);
            }
        }
        reader.cut();
        let (again, ready) = Client::open_since(&engine, &bob, Some(token)).await;
        for part in ready.sync.messages {
            assert_eq!(part.gap, None);
            let found = part.items.into_iter();
            seen.extend(found.map(|message| (message.seq, message.text)));
        }
        token = ready.sync.token;
        reader = again;
        rounds += 1;
    }
    writing.await.expect("writes everything");
    let answer: SyncAnswer = get(&engine, &bob, &format!("/v1/sync?since={token}")).await;
    for part in answer.messages {
        let found = part.items.into_iter();
        seen.extend(found.map(|message| (message.seq, message.text)));
    }
    assert!(
        rounds > 3,
        "only {rounds} reconnections: nothing was tested"
    );
    let expected: BTreeMap<u64, String> =
        (1..=400).map(|seq| (seq, (seq - 1).to_string())).collect();
    assert_eq!(seen, expected);
    engine.stop().await;
}
