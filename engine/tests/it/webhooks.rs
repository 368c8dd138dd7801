//! Servers of the host are told what happens, whatever becomes of them meanwhile.

use std::time::Duration;

use relaychat_engine::test_support::{DEADLINE, TestCluster, TestEngine};
use relaychat_protocol::{
    ErrorCode,
    rest::webhooks::{
        CreateWebhook, HostEventKind, UpdateWebhook, WebhookDelivery, WebhookWithSecret,
    },
};

use crate::{
    client::{direct_chat, group, post_message},
    receiver::{Answer, Receiver},
};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

async fn engine() -> TestEngine {
    let change = |config: &mut relaychat_engine::Config| {
        config.webhooks.allows_private_addresses = true;
        config.webhooks.timeout_ms = 500;
        config.limits.is_rate_limited = false;
    };
    TestEngine::start_with(change).await
}

async fn webhook(engine: &TestEngine, receiver: &Receiver, kind: &str) -> WebhookWithSecret {
    let new = CreateWebhook {
        url: receiver.url(),
        kinds: vec![kind.to_owned()],
    };
    let made = engine.engine().webhooks().create(new).await;
    made.expect("a webhook")
}

/// Waits until all deliveries are as wanted.
async fn wait_until(
    engine: &TestEngine,
    made: &WebhookWithSecret,
    is_wanted: impl Fn(&WebhookDelivery) -> bool,
) {
    let wait = async {
        loop {
            let webhooks = engine.engine().webhooks();
            let deliveries = webhooks.deliveries(made.webhook.id, None, None).await;
            if deliveries.expect("listed").iter().all(&is_wanted) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = tokio::time::timeout(DEADLINE, wait).await;
    waited.expect("the deliveries are as wanted in time");
}

async fn wait_for_state(engine: &TestEngine, made: &WebhookWithSecret, state: &str) {
    wait_until(engine, made, |one| one.state == state).await;
}

async fn wait_for_attempts(engine: &TestEngine, made: &WebhookWithSecret, count: u32) {
    wait_until(engine, made, |one| one.attempts == count).await;
}

#[tokio::test]
async fn what_happens_is_told_signed_and_once() {
    let engine = engine().await;
    let receiver = Receiver::start().await;
    let new = CreateWebhook {
        url: receiver.url(),
        kinds: HostEventKind::NAMES
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
    };
    let made = engine.engine().webhooks().create(new).await.expect("made");
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    let sent = post_message(&engine, &ann, chat_id, "hello host").await;
    let received = receiver.wait_for(4).await;
    assert!(received.iter().all(|one| one.is_signed_with(&made.secret)));
    assert!(
        received
            .iter()
            .all(|one| one.id == one.event().id.to_string())
    );
    let mut kinds: Vec<_> = received.iter().map(|one| one.event().what.name()).collect();
    kinds.sort_unstable();
    let expected = [
        "chat.created",
        "message.sent",
        "user.logged_in",
        "user.logged_in",
    ];
    assert_eq!(kinds, expected);
    let messages = received.iter().map(|one| one.event().what);
    let told = messages.filter_map(|what| match what {
        HostEventKind::MessageSent(told) => Some(told),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told[0].message, sent);
    assert_eq!(told[0].sender.id, ann.id);
    wait_for_state(&engine, &made, "delivered").await;
    assert_eq!(receiver.received().len(), 4);
    engine.stop().await;
}

#[tokio::test]
async fn a_receiver_that_is_down_for_a_day_is_told_when_it_is_back() {
    let engine = engine().await;
    let receiver = Receiver::start().await;
    let made = webhook(&engine, &receiver, "message.sent").await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    receiver.answer(Answer::Status(500));
    post_message(&engine, &ann, chat_id, "one").await;
    wait_for_attempts(&engine, &made, 1).await;
    receiver.answer(Answer::Redirect);
    engine.clock().advance_ms(MINUTE_MS);
    wait_for_attempts(&engine, &made, 2).await;
    receiver.answer(Answer::Hang);
    engine.clock().advance_ms(DAY_MS);
    wait_for_attempts(&engine, &made, 3).await;
    // One that is not taken holds up nobody.
    receiver.answer(Answer::Status(200));
    let ann = engine.log_in("ann@example.com").await;
    post_message(&engine, &ann, chat_id, "two").await;
    receiver.wait_for(4).await;
    engine.clock().advance_ms(DAY_MS);
    let received = receiver.wait_for(5).await;
    wait_for_state(&engine, &made, "delivered").await;
    assert_eq!(receiver.texts(), ["one", "one", "one", "two", "one"]);
    assert_eq!(received[0].id, received[4].id, "the id stays");
    let webhooks = engine.engine().webhooks().list().await.expect("listed");
    assert_eq!(webhooks[0].failing_since_ms, None);
    engine.stop().await;
}

#[tokio::test]
async fn messages_of_one_chat_are_told_in_their_order() {
    let engine = engine().await;
    let receiver = Receiver::start().await;
    let made = webhook(&engine, &receiver, "message.sent").await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    for number in 0..200 {
        post_message(&engine, &ann, chat_id, &number.to_string()).await;
    }
    receiver.wait_for(200).await;
    wait_for_state(&engine, &made, "delivered").await;
    let expected: Vec<String> = (0..200).map(|number: u32| number.to_string()).collect();
    assert_eq!(receiver.texts(), expected);
    engine.stop().await;
}

#[tokio::test]
async fn a_poisoned_receiver_does_not_delay_others() {
    let engine = engine().await;
    let (poisoned, well) = (Receiver::start().await, Receiver::start().await);
    poisoned.answer(Answer::Hang);
    webhook(&engine, &poisoned, "message.sent").await;
    webhook(&engine, &well, "message.sent").await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    for _ in 0..40 {
        let chat_id = group(&engine, &ann, &[&bob]).await;
        post_message(&engine, &ann, chat_id, "hi").await;
    }
    well.wait_for(40).await;
    engine.stop().await;
}

#[tokio::test]
async fn what_was_told_can_be_told_again_and_secrets_change_without_a_gap() {
    let engine = engine().await;
    let receiver = Receiver::start().await;
    let made = webhook(&engine, &receiver, "message.sent").await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    post_message(&engine, &ann, chat_id, "one").await;
    receiver.wait_for(1).await;
    wait_for_state(&engine, &made, "delivered").await;
    let webhooks = engine.engine().webhooks();
    let id = made.webhook.id;
    let changed = webhooks.rotate_secret(id).await.expect("a new secret");
    assert_ne!(changed.secret, made.secret);
    let event_id = receiver.received()[0].event().id;
    assert_eq!(webhooks.replay(id, event_id).await.expect("again"), 1);
    let again = receiver.wait_for(2).await.pop().expect("two");
    assert_eq!(again.event().id, event_id);
    assert!(again.is_signed_with(&made.secret), "for a day");
    assert!(again.is_signed_with(&changed.secret));
    wait_for_state(&engine, &made, "delivered").await;
    engine.clock().advance_ms(DAY_MS);
    let bob = engine.log_in("bob@example.com").await;
    post_message(&engine, &bob, chat_id, "two").await;
    receiver.wait_for(3).await;
    wait_for_state(&engine, &made, "delivered").await;
    let since_ms = engine.clock_now_ms() - MINUTE_MS;
    assert_eq!(webhooks.replay_since(id, since_ms).await.expect("again"), 1);
    let last = receiver.wait_for(4).await.pop().expect("four");
    assert!(!last.is_signed_with(&made.secret), "the day is over");
    assert_eq!(receiver.texts(), ["one", "one", "two", "two"]);
    engine.stop().await;
}

#[tokio::test]
async fn a_receiver_that_wants_nothing_more_is_switched_off_and_told_what_was_held_back() {
    let engine = engine().await;
    let receiver = Receiver::start().await;
    let made = webhook(&engine, &receiver, "message.sent").await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = direct_chat(&engine, &ann, &bob).await;
    receiver.answer(Answer::Status(410));
    post_message(&engine, &ann, chat_id, "one").await;
    receiver.wait_for(1).await;
    wait_for_state(&engine, &made, "held").await;
    let webhooks = engine.engine().webhooks();
    let listed = webhooks.list().await.expect("listed").remove(0);
    assert!(!listed.is_enabled);
    assert_eq!(listed.disabled_because.as_deref(), Some("it answered 410"));
    receiver.answer(Answer::Status(200));
    post_message(&engine, &ann, chat_id, "two").await;
    let on = UpdateWebhook {
        is_enabled: Some(true),
        ..UpdateWebhook::default()
    };
    webhooks.update(made.webhook.id, on).await.expect("on");
    receiver.wait_for(3).await;
    assert_eq!(receiver.texts(), ["one", "one", "two"]);
    engine.stop().await;
}

/// Two nodes on one database.
async fn two_nodes() -> TestCluster {
    let change = |config: &mut relaychat_engine::Config| {
        config.webhooks.allows_private_addresses = true;
        config.limits.is_rate_limited = false;
    };
    TestCluster::start_with(2, change).await
}

#[tokio::test]
async fn two_engines_on_one_database_tell_each_event_once() {
    let cluster = two_nodes().await;
    let (one, two) = (cluster.node(0), cluster.node(1));
    let receiver = Receiver::start().await;
    let made = webhook(one, &receiver, "message.sent").await;
    let ann = one.log_in("ann@example.com").await;
    let bob = one.log_in("bob@example.com").await;
    let chats = [
        direct_chat(one, &ann, &bob).await,
        group(one, &ann, &[&bob]).await,
    ];
    for number in 0..60 {
        let node = if number % 3 == 0 { two } else { one };
        post_message(node, &ann, chats[number % 2], &number.to_string()).await;
    }
    receiver.wait_for(60).await;
    wait_for_state(two, &made, "delivered").await;
    let texts = receiver.texts();
    assert_eq!(texts.len(), 60, "none twice");
    for parity in 0..2 {
        let of_chat: Vec<usize> = texts
            .iter()
            .map(|text| text.parse().expect("a number"))
            .filter(|number| number % 2 == parity)
            .collect();
        assert!(of_chat.is_sorted(), "{of_chat:?}");
    }
    cluster.stop().await;
}

#[tokio::test]
async fn a_webhook_hears_what_any_node_commits_from_the_moment_it_is_made_until_it_is_gone() {
    let cluster = two_nodes().await;
    let (one, two) = (cluster.node(0), cluster.node(1));
    let ann = two.log_in("ann@example.com").await;
    let bob = two.log_in("bob@example.com").await;
    let chat_id = direct_chat(two, &ann, &bob).await;
    for number in 0..10 {
        let (sends, logins) = (Receiver::start().await, Receiver::start().await);
        let heard = webhook(one, &sends, "message.sent").await;
        post_message(two, &ann, chat_id, &format!("{number} heard")).await;
        let seen = webhook(one, &logins, "user.logged_in").await;
        two.log_in(&format!("cid{number}@example.com")).await;
        sends.wait_for(1).await;
        logins.wait_for(1).await;
        let off = UpdateWebhook {
            is_enabled: Some(false),
            ..UpdateWebhook::default()
        };
        let webhooks = one.engine().webhooks();
        webhooks.update(heard.webhook.id, off).await.expect("off");
        post_message(two, &ann, chat_id, &format!("{number} held")).await;
        let deliveries = webhooks.deliveries(heard.webhook.id, None, Some(1)).await;
        assert_eq!(deliveries.expect("listed")[0].state, "held");
        for made in [heard, seen] {
            webhooks.remove(made.webhook.id).await.expect("removed");
        }
        post_message(two, &ann, chat_id, "not heard").await;
        assert_eq!(sends.texts(), [format!("{number} heard")]);
        assert_eq!(logins.received().len(), 1);
    }
    cluster.stop().await;
}

#[tokio::test]
async fn addresses_inside_are_refused_unless_they_are_allowed() {
    let engine = TestEngine::start().await;
    for url in [
        "http://shop.example/",
        "https://127.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
    ] {
        let new = CreateWebhook {
            url: url.to_owned(),
            kinds: vec!["message.sent".to_owned()],
        };
        let refused = engine.engine().webhooks().create(new).await;
        let error = refused.expect_err("refused");
        assert_eq!(error.code, ErrorCode::ValidationFailed, "{url}");
        assert_eq!(error.field, Some("url"));
    }
    engine.stop().await;
}
