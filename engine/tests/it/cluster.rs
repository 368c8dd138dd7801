//! Several nodes: what happens on one is heard on the others, whatever becomes of the broker.

pub(crate) mod redis_server;

use std::time::{Duration, Instant};

use axum::http::Method;
use redis_server::RedisServer;
use relaychat_engine::{
    broker::Faults,
    test_support::{DEADLINE, TestCluster, redis_url},
};
use relaychat_protocol::{
    ErrorCode,
    frames::{ClientFrame, ServerFrame, close_code},
    rest::{health::Readiness, sync::SyncAnswer},
};

use crate::client::{Client, add_members, draft, group, post_message, remove_member};

/// Within which the other nodes must know of what the broker did not tell.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(15);

/// Waits until `client` has every text, by events or by catching up; gives what it heard, in order.
async fn has_all(
    client: &mut Client,
    cluster: &TestCluster,
    token: &str,
    since: &str,
    texts: &[String],
) {
    let started = Instant::now();
    let mut heard: Vec<String> = Vec::new();
    while !texts.iter().all(|text| heard.contains(text)) {
        assert!(started.elapsed() < CAUGHT_UP_WITHIN, "only {heard:?}");
        for frame in client.drain_for(Duration::from_millis(50)).await {
            match frame {
                ServerFrame::Message { message, .. } => heard.push(message.text),
                ServerFrame::CatchUp => {
                    let path = format!("/v1/sync?since={since}");
                    let answer: SyncAnswer = cluster
                        .node(1)
                        .call(Method::GET, &path, Some(token), None::<&()>)
                        .await
                        .expect("an answer");
                    let items = answer.messages.into_iter().flat_map(|part| part.items);
                    heard.extend(items.map(|message| message.text));
                }
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn what_is_sent_on_one_node_is_heard_on_the_other_both_ways() {
    let cluster = TestCluster::start_on_redis(2, &redis_url(), |_| {}).await;
    let ann = cluster.node(0).log_in("ann@example.com").await;
    let bob = cluster.node(1).log_in("bob@example.com").await;
    let chat_id = group(cluster.node(0), &ann, &[&bob]).await;
    let (mut ann_socket, _) = Client::open(cluster.node(0), &ann).await;
    let (mut bob_socket, _) = Client::open(cluster.node(1), &bob).await;
    ann_socket.send_message(chat_id, "from the first").await;
    assert_eq!(bob_socket.text().await, "from the first");
    bob_socket.send_message(chat_id, "from the second").await;
    let heard = async { while ann_socket.text().await != "from the second" {} };
    tokio::time::timeout(DEADLINE, heard)
        .await
        .expect("is heard");
    cluster.stop().await;
}

/// A node that was not told yet asks storage, so that nobody comes back to what is over.
#[tokio::test]
async fn who_comes_back_on_another_node_is_told_of_every_commit_that_was_over() {
    let unlimited = |config: &mut relaychat_engine::Config| config.limits.is_rate_limited = false;
    let cluster = TestCluster::start_on_redis(2, &redis_url(), unlimited).await;
    let (here, there) = (cluster.node(0), cluster.node(1));
    let ann = here.log_in("ann@example.com").await;
    let bob = there.log_in("bob@example.com").await;
    let chat_id = group(here, &ann, &[&bob]).await;
    let (socket, ready) = Client::open(there, &bob).await;
    socket.cut();
    let mut token = ready.sync.token;
    for number in 0..20 {
        let text = number.to_string();
        post_message(here, &ann, chat_id, &text).await;
        let (_, ready) = Client::open_since(there, &bob, Some(token)).await;
        let items = ready.sync.messages.iter().flat_map(|part| &part.items);
        let texts: Vec<_> = items.map(|message| &message.text).collect();
        assert!(texts.contains(&&text), "{texts:?}");
        remove_member(here, &ann, chat_id, bob.id).await;
        let (_, ready) = Client::open_since(there, &bob, Some(ready.sync.token)).await;
        assert_eq!(ready.sync.removed_chat_ids, [chat_id]);
        add_members(here, &ann, chat_id, &[bob.id]).await;
        let (_, ready) = Client::open_since(there, &bob, Some(ready.sync.token)).await;
        let chats = ready.sync.chats.iter().map(|chat| chat.info.id);
        assert_eq!(chats.collect::<Vec<_>>(), [chat_id]);
        token = ready.sync.token;
    }
    cluster.stop().await;
}

#[tokio::test]
async fn senders_on_both_nodes_at_once_are_heard_in_one_order() {
    let unlimited = |config: &mut relaychat_engine::Config| config.limits.is_rate_limited = false;
    let cluster = TestCluster::start_on_redis(2, &redis_url(), unlimited).await;
    let ann = cluster.node(0).log_in("ann@example.com").await;
    let bob = cluster.node(1).log_in("bob@example.com").await;
    let chat_id = group(cluster.node(0), &ann, &[&bob]).await;
    let (mut ann_socket, _) = Client::open(cluster.node(0), &ann).await;
    let (mut bob_socket, _) = Client::open(cluster.node(1), &bob).await;
    for number in 0..100 {
        for (client, name) in [(&mut ann_socket, "ann"), (&mut bob_socket, "bob")] {
            let id = client.id();
            let message = draft(&format!("{name} {number}"));
            let send = ClientFrame::SendMessage {
                id,
                chat_id,
                message,
            };
            client.send(&send).await;
        }
    }
    let mut orders = Vec::new();
    for client in [&mut ann_socket, &mut bob_socket] {
        let mut heard = Vec::new();
        while heard.len() < 200 {
            client
                .until(|frame| match frame {
                    ServerFrame::Message { message, .. } => {
                        heard.push((message.seq, message.text));
                        Some(())
                    }
                    ServerFrame::CatchUp => panic!("nothing was lost"),
                    _ => None,
                })
                .await;
        }
        assert!(heard.is_sorted_by_key(|(seq, _)| *seq));
        orders.push(heard);
    }
    assert_eq!(orders[0], orders[1]);
    cluster.stop().await;
}

#[tokio::test]
async fn a_removed_member_hears_nothing_later_however_the_broker_behaves() {
    let cluster = TestCluster::start_with(2, |config| {
        config.limits.is_rate_limited = false;
    })
    .await;
    let ann = cluster.node(0).log_in("ann@example.com").await;
    let bob = cluster.node(1).log_in("bob@example.com").await;
    for (round, faults) in (0..8_u64).zip(
        [
            Faults {
                lose_every: 2,
                ..Faults::default()
            },
            Faults {
                delay_every: 2,
                ..Faults::default()
            },
            Faults {
                lose_every: 3,
                delay_every: 2,
                repeat_every: 5,
            },
            Faults {
                lose_every: 1,
                ..Faults::default()
            },
        ]
        .into_iter()
        .cycle(),
    ) {
        let chat_id = group(cluster.node(0), &ann, &[&bob]).await;
        cluster.broker(1).set_faults(faults);
        let (mut socket, _) = Client::open(cluster.node(1), &bob).await;
        let mut last_seq = 0;
        for number in 0..round {
            let text = format!("with Bob {number}");
            last_seq = post_message(cluster.node(0), &ann, chat_id, &text)
                .await
                .seq;
        }
        remove_member(cluster.node(0), &ann, chat_id, bob.id).await;
        for number in 0..10 {
            post_message(
                cluster.node(0),
                &ann,
                chat_id,
                &format!("without Bob {number}"),
            )
            .await;
        }
        let mut is_removed = false;
        let frames = socket.drain_for(Duration::from_millis(1_500)).await;
        for frame in frames {
            match frame {
                ServerFrame::Message { message, .. } => {
                    assert!(
                        !is_removed && message.seq <= last_seq,
                        "{faults:?}: {message:?}"
                    );
                }
                ServerFrame::ChatRemoved { .. } => is_removed = true,
                _ => {}
            }
        }
        assert!(is_removed, "{faults:?}: hears of it in time");
        cluster.broker(1).set_faults(Faults::default());
    }
    cluster.stop().await;
}

#[tokio::test]
async fn a_revoked_session_is_cut_off_on_every_node_with_and_without_the_broker() {
    for is_down in [false, true] {
        let cluster = TestCluster::start(2).await;
        let ann = cluster.node(1).log_in("ann@example.com").await;
        let (mut socket, _) = Client::open(cluster.node(1), &ann).await;
        cluster.broker(0).take_down(is_down);
        let path = format!("/v1/sessions/{}", ann.login.session.id);
        let token = Some(ann.access_token.as_str());
        cluster
            .node(0)
            .call::<()>(Method::DELETE, &path, token, None::<&()>)
            .await
            .expect("is revoked");
        let started = Instant::now();
        let closed = async {
            loop {
                if let Err(code) = socket.next_or_code().await {
                    return code;
                }
            }
        };
        let code = tokio::time::timeout(DEADLINE, closed)
            .await
            .expect("closes");
        assert_eq!(code, close_code::UNAUTHENTICATED);
        if !is_down {
            assert!(started.elapsed() < Duration::from_secs(2));
        }
        let refused = async {
            while cluster
                .node(1)
                .call::<serde_json::Value>(Method::GET, "/v1/me", token, None::<&()>)
                .await
                .is_ok()
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(DEADLINE, refused)
            .await
            .expect("REST refuses too");
        cluster.stop().await;
    }
}

#[tokio::test]
async fn typing_and_presence_reach_the_other_node_and_end_with_a_node_that_dies() {
    let cluster = TestCluster::start(2).await;
    let ann = cluster.node(0).log_in("ann@example.com").await;
    let bob = cluster.node(1).log_in("bob@example.com").await;
    let chat_id = group(cluster.node(0), &ann, &[&bob]).await;
    let (mut bob_socket, _) = Client::open(cluster.node(1), &bob).await;
    let user_ids = vec![ann.id];
    let watch = |id| ClientFrame::WatchPresence { id, user_ids };
    assert_eq!(bob_socket.command(watch).await, None);
    let presence = |wanted: bool| {
        move |frame| match frame {
            ServerFrame::Presence { is_online, .. } if is_online == wanted => Some(()),
            _ => None,
        }
    };
    let (mut ann_socket, _) = Client::open(cluster.node(0), &ann).await;
    bob_socket.until(presence(true)).await;
    let is_typing = true;
    ann_socket
        .send(&ClientFrame::Typing { chat_id, is_typing })
        .await;
    let typist = bob_socket
        .until(|frame| match frame {
            ServerFrame::Typing { user_id, .. } => Some(user_id),
            _ => None,
        })
        .await;
    assert_eq!(typist, ann.id);
    drop(ann_socket);
    bob_socket.until(presence(false)).await;
    let (_ann_socket, _) = Client::open(cluster.node(0), &ann).await;
    bob_socket.until(presence(true)).await;
    cluster.broker(0).cut_off(true);
    bob_socket.until(presence(false)).await;
    cluster.broker(0).cut_off(false);
    bob_socket.until(presence(true)).await;
    cluster.stop().await;
}

#[tokio::test]
async fn a_drained_node_takes_its_people_along_and_the_others_go_on() {
    let mut cluster = TestCluster::start_on_redis(2, &redis_url(), |_| {}).await;
    let ann = cluster.node(0).log_in("ann@example.com").await;
    let bob = cluster.node(1).log_in("bob@example.com").await;
    let chat_id = group(cluster.node(0), &ann, &[&bob]).await;
    let (mut bob_socket, _) = Client::open(cluster.node(1), &bob).await;
    let (_ann_socket, _) = Client::open(cluster.node(0), &ann).await;
    let drained = cluster.take(0);
    drained.stop().await;
    let node = cluster.node(0);
    let cem = node.log_in("cem@example.com").await;
    add_members(node, &ann, chat_id, &[cem.id]).await;
    post_message(node, &cem, chat_id, "alone").await;
    assert_eq!(bob_socket.text().await, "alone");
    cluster.stop().await;
}

/// One fault of Redis.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    Kill,
    Flush,
    Pause,
    CutOff,
}

#[tokio::test]
async fn whatever_becomes_of_redis_messages_arrive_on_the_other_node() {
    let mut redis = RedisServer::start().await;
    let unlimited = |config: &mut relaychat_engine::Config| config.limits.is_rate_limited = false;
    let cluster = TestCluster::start_on_redis(2, &redis.url(), unlimited).await;
    let ann = cluster.node(0).log_in("ann@example.com").await;
    let bob = cluster.node(1).log_in("bob@example.com").await;
    let chat_id = group(cluster.node(0), &ann, &[&bob]).await;
    for fault in [Fault::Flush, Fault::Pause, Fault::Kill, Fault::CutOff] {
        let (mut socket, ready) = Client::open(cluster.node(1), &bob).await;
        let since = ready.sync.token;
        let mut texts = Vec::new();
        let mut say = async |when: &str| {
            let text = format!("{fault:?} {when}");
            post_message(cluster.node(0), &ann, chat_id, &text).await;
            texts.push(text);
        };
        say("before").await;
        redis.suffer(fault);
        say("meanwhile").await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        say("still").await;
        redis.recover(fault).await;
        say("after").await;
        has_all(&mut socket, &cluster, &bob.access_token, &since, &texts).await;
    }
    cluster.stop().await;
}

#[tokio::test]
async fn without_redis_a_node_is_ready_and_says_that_it_is_degraded() {
    let cluster = TestCluster::start(2).await;
    let ready = async || {
        let answer = cluster
            .node(0)
            .call::<Readiness>(Method::GET, "/readyz", None, None::<&()>);
        serde_json::to_string(&answer.await.expect("it is ready")).expect("json")
    };
    assert_eq!(ready().await, r#"{"status":"ok","broker":"up"}"#);
    cluster.broker(0).take_down(true);
    assert_eq!(ready().await, r#"{"status":"degraded","broker":"down"}"#);
    cluster.stop().await;
}

#[tokio::test]
async fn two_nodes_together_evaluate_five_tries_of_a_code_and_send_one_mail_a_minute() {
    for is_down in [false, true] {
        let cluster = TestCluster::start(2).await;
        cluster.broker(0).take_down(is_down);
        let body = serde_json::json!({ "email": "ann@example.com" });
        let ask = |number: usize| {
            let node = cluster.node(number % 2);
            node.call::<serde_json::Value>(Method::POST, "/v1/auth/codes", None, Some(&body))
        };
        let asked = futures_util::future::join_all((0..6).map(ask)).await;
        cluster.node(0).mails().wait_for(1).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(cluster.node(0).mails().mails().len(), 1);
        let mail = cluster.node(0).mails().mails().remove(0);
        let code = mail.login.expect("a code").code;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        // The one request that got the mail is among them.
        let mut evaluated = 0;
        for answer in asked.into_iter().flatten() {
            let request_id = answer["request_id"].clone();
            let body = serde_json::json!({ "request_id": request_id, "code": wrong });
            let verify = |number: usize| {
                let node = cluster.node(number % 2);
                node.call::<serde_json::Value>(Method::POST, "/v1/auth/verify", None, Some(&body))
            };
            let tried = futures_util::future::join_all((0..12).map(verify)).await;
            let invalid = ErrorCode::CodeInvalid.to_string();
            let is_evaluated = |text: &str| text.contains(&format!("\"{invalid}\""));
            let count = tried
                .iter()
                .filter(|answer| answer.as_ref().is_err_and(|(_, text)| is_evaluated(text)))
                .count();
            assert!(count <= 5, "{count}");
            evaluated = evaluated.max(count);
        }
        assert_eq!(evaluated, 5);
        cluster.stop().await;
    }
}
