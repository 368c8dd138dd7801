//! What people do not let others see: how far they have read, and whether they are online; and what
//! they do not see of others in return.

use axum::http::Method;
use relaychat_engine::test_support::{TestCluster, TestEngine, TestUser, redis_url};
use relaychat_protocol::{
    ChatId,
    frames::{ClientFrame, ServerFrame},
    rest::{
        chats::ChatWithUsers,
        sync::{SyncAnswer, SyncKind},
        users::Me,
    },
};
use serde_json::{Value, json};

use crate::client::{Client, direct_chat, get, group, post_message};

/// Where only those read who do not show it.
const HIDDEN: u64 = 7;
/// Where only those read who show it.
const SHOWN: u64 = 8;

async fn set(engine: &TestEngine, who: &TestUser, change: Value) -> Me {
    let token = Some(who.access_token.as_str());
    let changed = engine.call::<Me>(Method::PATCH, "/v1/me", token, Some(&change));
    changed.await.expect("it is their own")
}

async fn mark(socket: &mut Client, chat_id: ChatId, mut mark: Value) {
    mark["type"] = "mark".into();
    mark["chat_id"] = json!(chat_id);
    let frame = |id: String| {
        mark["id"] = id.into();
        serde_json::from_value::<ClientFrame>(mark).expect("a frame")
    };
    assert_eq!(socket.command(frame).await, None);
}

/// Waits until the own devices are told to read again.
async fn told(socket: &mut Client) {
    let is_told = |frame| matches!(frame, ServerFrame::CatchUp).then_some(());
    socket.until(is_told).await;
    socket.heard.clear();
}

/// Everything that somebody can read of a chat, by every route and a new socket.
async fn everything(engine: &TestEngine, who: &TestUser, chat_id: ChatId) -> String {
    let mut all = String::new();
    for path in [
        "/v1/me".to_owned(),
        "/v1/chats".to_owned(),
        format!("/v1/chats/{chat_id}"),
        format!("/v1/chats/{chat_id}/members"),
        format!("/v1/chats/{chat_id}/messages"),
        "/v1/sync".to_owned(),
        "/v1/users".to_owned(),
    ] {
        let page: Value = get(engine, who, &path).await;
        all.push_str(&page.to_string());
    }
    let (mut anew, ready) = Client::open(engine, who).await;
    anew.drain().await;
    all.push_str(&anew.heard);
    all.push_str(&serde_json::to_string(&ready).expect("JSON"));
    all
}

/// Whether it is told anywhere that somebody has read as far as this.
fn tells(all: &str, seq: u64) -> bool {
    let one = |name: &str| {
        let end = |end: char| format!("\"{name}\":{seq}{end}");
        all.contains(&end(',')) || all.contains(&end('}'))
    };
    one("read_seq") || one("read_count")
}

/// Three people in a group of nine messages that all have reached everybody.
struct Scene<'a> {
    here: &'a TestEngine,
    there: &'a TestEngine,
    ann: TestUser,
    bob: TestUser,
    cyd: TestUser,
    chat_id: ChatId,
    phone: Client,
    desk: Client,
    of_bob: Client,
    of_cyd: Client,
}

async fn scene<'a>(here: &'a TestEngine, there: &'a TestEngine) -> Scene<'a> {
    let ann = here.log_in("ann@example.com").await;
    let bob = there.log_in("bob@example.com").await;
    let cyd = here.log_in("cyd@example.com").await;
    let chat_id = group(here, &ann, &[&bob, &cyd]).await;
    for number in 0..9 {
        post_message(there, &bob, chat_id, &format!("message {number}")).await;
    }
    let (mut phone, _) = Client::open(here, &ann).await;
    let (desk, _) = Client::open(there, &ann).await;
    let (of_bob, _) = Client::open(there, &bob).await;
    let (mut of_cyd, _) = Client::open(here, &cyd).await;
    mark(&mut phone, chat_id, json!({"delivered_seq": 9})).await;
    mark(&mut of_cyd, chat_id, json!({"delivered_seq": 9})).await;
    Scene {
        here,
        there,
        ann,
        bob,
        cyd,
        chat_id,
        phone,
        desk,
        of_bob,
        of_cyd,
    }
}

async fn receipts_story(here: &TestEngine, there: &TestEngine) {
    let mut scene = scene(here, there).await;
    let off = set(here, &scene.ann, json!({"shows_read_receipts": false})).await;
    assert!(!off.shows_read_receipts && off.shows_last_seen);
    told(&mut scene.phone).await;
    told(&mut scene.desk).await;
    reads_unseen(&mut scene).await;
    is_told_of_nobody(&mut scene).await;
    writes_unseen(&mut scene).await;
    shows_again(&mut scene).await;
}

/// Ann reads: her own devices know exactly how far, and nobody else hears that she did.
async fn reads_unseen(scene: &mut Scene<'_>) {
    let (chat_id, there) = (scene.chat_id, scene.there);
    scene.of_bob.drain().await;
    scene.of_bob.heard.clear();
    let before: SyncAnswer = get(there, &scene.bob, "/v1/sync").await;
    mark(&mut scene.phone, chat_id, json!({"read_seq": HIDDEN})).await;
    let receipt = |frame| match frame {
        ServerFrame::Receipt(receipt) => Some(receipt.watermarks).filter(|own| own.read_seq > 0),
        _ => None,
    };
    let own = scene.desk.until(receipt).await;
    assert_eq!((own.read_seq, own.delivered_seq), (HIDDEN, 9));
    let path = format!("/v1/chats/{chat_id}");
    let chat: ChatWithUsers = get(there, &scene.ann, &path).await;
    assert_eq!(chat.chat.me.watermarks.read_seq, HIDDEN);
    assert_eq!(chat.chat.unread_count, 9 - HIDDEN);
    scene.of_bob.drain().await;
    let heard = &scene.of_bob.heard;
    assert!(!heard.contains("\"type\":\"receipt\""), "{heard}");
    let path = format!("/v1/sync?since={}", before.token);
    let missed: SyncAnswer = get(there, &scene.bob, &path).await;
    assert_eq!(missed.kind, SyncKind::Changes);
    assert_eq!(missed.receipts, [], "not even that she read something");
    let all = everything(there, &scene.bob, chat_id).await;
    assert!(!tells(&all, HIDDEN) && !tells(heard, HIDDEN), "{all}");
}

/// Cyd reads and shows it: Bob is told, Ann is not.
async fn is_told_of_nobody(scene: &mut Scene<'_>) {
    let chat_id = scene.chat_id;
    mark(&mut scene.of_cyd, chat_id, json!({"read_seq": SHOWN})).await;
    let is_told = |frame| match frame {
        ServerFrame::Receipt(receipt) => (receipt.watermarks.read_seq == SHOWN).then_some(()),
        _ => None,
    };
    scene.of_bob.until(is_told).await;
    for socket in [&mut scene.phone, &mut scene.desk] {
        socket.drain().await;
        assert!(!tells(&socket.heard, SHOWN), "{}", socket.heard);
    }
    let all = everything(scene.there, &scene.ann, chat_id).await;
    assert!(!tells(&all, SHOWN) && tells(&all, HIDDEN), "{all}");
    assert!(tells(
        &everything(scene.here, &scene.bob, chat_id).await,
        SHOWN
    ));
}

/// Who answers has read what is answered; that is not told either.
async fn writes_unseen(scene: &mut Scene<'_>) {
    let sent = scene.phone.send_message(scene.chat_id, "an answer").await;
    let receipt = |frame| match frame {
        ServerFrame::Receipt(receipt) => Some(receipt),
        _ => None,
    };
    let told = scene.of_bob.until(receipt).await;
    assert_eq!(told.user_id, scene.ann.id);
    assert_eq!(told.watermarks.delivered_seq, sent.seq);
    assert_eq!(
        (told.watermarks.read_seq, told.watermarks.read_at_ms),
        (0, None)
    );
    let path = format!("/v1/chats/{}/members", scene.chat_id);
    let page: Value = get(scene.here, &scene.cyd, &path).await;
    assert!(!tells(&page.to_string(), sent.seq), "{page}");
}

/// Switched on again, nothing of what was read meanwhile is told until she reads on.
async fn shows_again(scene: &mut Scene<'_>) {
    let (here, there, chat_id) = (scene.here, scene.there, scene.chat_id);
    let before: SyncAnswer = get(there, &scene.ann, "/v1/sync").await;
    let on = set(there, &scene.ann, json!({"shows_read_receipts": true})).await;
    assert!(on.shows_read_receipts);
    told(&mut scene.phone).await;
    let path = format!("/v1/sync?since={}", before.token);
    let anew: SyncAnswer = get(here, &scene.ann, &path).await;
    assert_eq!(
        anew.kind,
        SyncKind::Reset,
        "what she holds is not what she is told"
    );
    assert!(tells(&serde_json::to_string(&anew).expect("JSON"), SHOWN));
    let all = everything(there, &scene.bob, chat_id).await;
    assert!(!tells(&all, HIDDEN) && !tells(&all, 10), "{all}");
    let next = post_message(there, &scene.bob, chat_id, "one more").await;
    mark(&mut scene.phone, chat_id, json!({"read_seq": next.seq})).await;
    let of_ann = scene.ann.id;
    let is_told = |frame| match frame {
        ServerFrame::Receipt(receipt) => {
            (receipt.user_id == of_ann && receipt.watermarks.read_seq == next.seq).then_some(())
        }
        _ => None,
    };
    scene.of_bob.until(is_told).await;
    let heard = &scene.of_bob.heard;
    assert!(!tells(heard, HIDDEN), "{heard}");
}

fn presence(frame: ServerFrame) -> Option<(bool, Option<i64>)> {
    match frame {
        ServerFrame::Presence {
            is_online,
            last_seen_at_ms,
            ..
        } => Some((is_online, last_seen_at_ms)),
        _ => None,
    }
}

async fn watch(socket: &mut Client, whom: &TestUser) {
    let user_ids = vec![whom.id];
    let watch = |id| ClientFrame::WatchPresence { id, user_ids };
    assert_eq!(socket.command(watch).await, None);
    socket.drain().await;
    socket.heard.clear();
}

async fn last_seen_story(here: &TestEngine, there: &TestEngine) {
    let ann = here.log_in("ann@example.com").await;
    let bob = there.log_in("bob@example.com").await;
    let chat_id = direct_chat(here, &ann, &bob).await;
    let (mut phone, _) = Client::open(here, &ann).await;
    let (mut socket, _) = Client::open(there, &bob).await;
    watch(&mut socket, &ann).await;
    watch(&mut phone, &bob).await;
    set(here, &ann, json!({"shows_last_seen": false})).await;
    assert_eq!(socket.until(presence).await, (false, None));
    assert_eq!(phone.until(presence).await, (false, None));
    // Whoever comes and watches anew sees nothing either, and neither when they leave.
    let (mut anew, _) = Client::open(there, &bob).await;
    let user_ids = vec![ann.id];
    anew.send(&ClientFrame::WatchPresence {
        id: "watch".to_owned(),
        user_ids,
    })
    .await;
    assert_eq!(anew.until(presence).await, (false, None));
    let (more, _) = Client::open(there, &ann).await;
    drop(more);
    anew.drain().await;
    socket.drain().await;
    for heard in [&anew.heard, &socket.heard] {
        assert!(!heard.contains("\"is_online\":true"), "{heard}");
        assert!(!heard.contains("last_seen_at_ms"), "{heard}");
    }
    // Typing is shown in any case.
    phone
        .send(&ClientFrame::Typing {
            chat_id,
            is_typing: true,
        })
        .await;
    let typing = |frame| matches!(frame, ServerFrame::Typing { .. }).then_some(());
    socket.until(typing).await;
    set(there, &ann, json!({"shows_last_seen": true})).await;
    assert_eq!(socket.until(presence).await, (true, None));
    assert_eq!(phone.until(presence).await, (true, None));
}

fn unlimited(config: &mut relaychat_engine::Config) {
    config.limits.is_rate_limited = false;
}

#[tokio::test]
async fn who_hides_how_far_they_read_is_told_of_nobody_and_nobody_of_them() {
    let engine = TestEngine::start_with(unlimited).await;
    receipts_story(&engine, &engine).await;
    engine.stop().await;
}

#[tokio::test]
async fn what_is_read_is_hidden_on_the_other_node_at_once() {
    let cluster = TestCluster::start_on_redis(2, &redis_url(), unlimited).await;
    receipts_story(cluster.node(0), cluster.node(1)).await;
    cluster.stop().await;
}

#[tokio::test]
async fn who_hides_when_they_are_there_sees_it_of_nobody() {
    let engine = TestEngine::start_with(unlimited).await;
    last_seen_story(&engine, &engine).await;
    engine.stop().await;
}

#[tokio::test]
async fn who_is_there_is_hidden_on_the_other_node_at_once() {
    let cluster = TestCluster::start_on_redis(2, &redis_url(), unlimited).await;
    last_seen_story(cluster.node(0), cluster.node(1)).await;
    cluster.stop().await;
}

#[tokio::test]
async fn a_host_that_tells_of_nobody_is_obeyed_whatever_people_set() {
    let engine = TestEngine::start_with(|config| {
        unlimited(config);
        config.read_receipts = false;
    })
    .await;
    let mut scene = scene(&engine, &engine).await;
    let limits: Value = get(&engine, &scene.bob, "/v1/limits").await;
    assert_eq!(limits["read_receipts"], false);
    reads_unseen(&mut scene).await;
    engine.stop().await;
}
