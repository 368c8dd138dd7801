//! The proof of the broker contract: one check per sentence of it.
//!
//! Public, so that a backend of somebody else can prove itself: give [`run`] a way to connect two
//! nodes to one broker and compare what it returns with [`NAMES`]. A check that fails panics with
//! its reason. What happens when the broker fails is not checked here: only its backend knows how
//! to make it fail.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;

use super::{Allowance, Broker, Signal, Subscription};

/// Two nodes on one broker.
type Pair = (Arc<dyn Broker>, Arc<dyn Broker>);

/// How long a message may take before a check gives up.
const DEADLINE: Duration = Duration::from_secs(10);

/// Declares all checks: their names, and what runs them in turn.
macro_rules! checks {
    ($($check:ident),+ $(,)?) => {
        /// The names of all checks.
        pub const NAMES: &[&str] = &[$(stringify!($check)),+];

        /// Runs all checks, each on two nodes of a broker made by `make`. Returns the names of
        /// those that passed: all of them, for a check that fails panics.
        pub async fn run(make: impl AsyncFn() -> (Arc<dyn Broker>, Arc<dyn Broker>)) -> Vec<&'static str> {
            let mut passed = Vec::new();
            $(
                let (first, second) = make().await;
                $check((Arc::clone(&first), Arc::clone(&second))).await;
                first.close().await;
                second.close().await;
                passed.push(stringify!($check));
            )+
            passed
        }
    };
}

checks! {
    every_connected_subscription_hears_every_message,
    topics_do_not_hear_each_other,
    messages_of_one_node_keep_their_order,
    any_bytes_arrive_as_they_were,
    a_subscription_that_was_dropped_stops_nobody,
    a_bucket_gives_its_burst_and_then_its_rate_over_all_nodes,
    many_takers_at_once_get_no_more_than_the_burst,
    buckets_do_not_share,
    a_closed_broker_fails_and_ends_its_subscriptions,
}

const SLOW: Allowance = Allowance {
    per_second: 5,
    burst: 20,
};

/// A subscription that is connected.
async fn listen(broker: &Arc<dyn Broker>, topic: &str) -> Subscription {
    let mut subscription = broker.subscribe(topic);
    let connected = async {
        while let Some(signal) = subscription.next().await {
            if signal == Signal::Connected {
                return;
            }
        }
        panic!("the subscription ended before it was connected");
    };
    tokio::time::timeout(DEADLINE, connected)
        .await
        .expect("a subscription is connected in time");
    subscription
}

async fn hear(subscription: &mut Subscription) -> Bytes {
    let message = async {
        loop {
            match subscription.next().await {
                Some(Signal::Message(message)) => return message,
                Some(_) => {}
                None => panic!("the subscription ended"),
            }
        }
    };
    tokio::time::timeout(DEADLINE, message)
        .await
        .expect("a message arrives in time")
}

async fn every_connected_subscription_hears_every_message((first, second): Pair) {
    let mut here = listen(&first, "topic").await;
    let mut there = listen(&second, "topic").await;
    first.publish("topic", Bytes::from_static(b"from the first"));
    assert_eq!(hear(&mut here).await, "from the first");
    assert_eq!(hear(&mut there).await, "from the first");
    second.publish("topic", Bytes::from_static(b"from the second"));
    assert_eq!(hear(&mut here).await, "from the second");
    assert_eq!(hear(&mut there).await, "from the second");
}

async fn topics_do_not_hear_each_other((first, second): Pair) {
    let mut there = listen(&second, "one").await;
    first.publish("other", Bytes::from_static(b"other"));
    first.publish("one", Bytes::from_static(b"one"));
    assert_eq!(hear(&mut there).await, "one");
}

async fn messages_of_one_node_keep_their_order((first, second): Pair) {
    let mut there = listen(&second, "topic").await;
    for number in 0..1_000_u32 {
        first.publish("topic", Bytes::copy_from_slice(&number.to_be_bytes()));
    }
    for number in 0..1_000_u32 {
        assert_eq!(hear(&mut there).await, &number.to_be_bytes()[..]);
    }
}

async fn any_bytes_arrive_as_they_were((first, second): Pair) {
    let mut there = listen(&second, "topic").await;
    let every: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for message in [Vec::new(), b"\r\n$5\r\n\0".to_vec(), every] {
        first.publish("topic", Bytes::from(message.clone()));
        assert_eq!(hear(&mut there).await, message);
    }
}

async fn a_subscription_that_was_dropped_stops_nobody((first, second): Pair) {
    let dropped = listen(&second, "topic").await;
    let mut there = listen(&second, "topic").await;
    drop(dropped);
    first.publish("topic", Bytes::from_static(b"still"));
    assert_eq!(hear(&mut there).await, "still");
}

async fn a_bucket_gives_its_burst_and_then_its_rate_over_all_nodes((first, second): Pair) {
    let take = async |broker: &Arc<dyn Broker>, now_ms| {
        let taken = broker.take("bucket", SLOW, now_ms).await;
        taken.expect("the broker answers")
    };
    for _ in 0..10 {
        assert_eq!(take(&first, 1_000).await, None);
        assert_eq!(take(&second, 1_000).await, None);
    }
    assert_eq!(take(&first, 1_000).await, Some(200));
    assert_eq!(take(&second, 1_199).await, Some(1));
    assert_eq!(take(&second, 1_200).await, None);
    // A clock that stands behind takes nothing back and gives nothing.
    assert_eq!(take(&first, 0).await, Some(200));
}

async fn many_takers_at_once_get_no_more_than_the_burst((first, second): Pair) {
    let takers = (0..100).map(|number| {
        let broker = if number % 2 == 0 { &first } else { &second };
        broker.take("bucket", SLOW, 7)
    });
    let taken = futures_util::future::join_all(takers).await;
    let given = taken
        .into_iter()
        .filter(|taken| matches!(taken, Ok(None)))
        .count();
    assert_eq!(given, 20);
}

async fn buckets_do_not_share((first, _): Pair) {
    let tight = Allowance {
        per_second: 1,
        burst: 1,
    };
    let take = async |key| first.take(key, tight, 0).await.expect("the broker answers");
    assert_eq!(take("one").await, None);
    assert_eq!(take("other").await, None);
    assert_eq!(take("one").await, Some(1_000));
}

async fn a_closed_broker_fails_and_ends_its_subscriptions((first, second): Pair) {
    let mut here = listen(&first, "topic").await;
    first.check().await.expect("answers");
    first.close().await;
    assert!(first.check().await.is_err());
    assert!(first.take("bucket", SLOW, 0).await.is_err());
    first.publish("topic", Bytes::from_static(b"nowhere"));
    let ended = async { while here.next().await.is_some() {} };
    tokio::time::timeout(DEADLINE, ended)
        .await
        .expect("the subscription ends");
    second.check().await.expect("the other node goes on");
}
