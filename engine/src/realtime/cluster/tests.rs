//! The order of deliveries, without a broker: what comes early, twice, late or never.

use relaychat_protocol::SessionId;

use super::*;
use crate::{
    config::Config,
    realtime::{HubSettings, delivery::Step, hub::Healed, outbox::Outbox, socket::Frame},
    services::{Caller, KnownMissed},
};

const CHAT: ChatId = ChatId(Uuid::from_u128(0xc));
const BOB: UserId = UserId(Uuid::from_u128(0xb));

fn hub() -> Hub {
    Hub::new(HubSettings::from(&Config::default()))
}

/// A live socket of Bob's, in the chat.
fn live(hub: &Hub) -> Arc<Outbox> {
    let outbox = hub.register(Caller {
        user_id: BOB,
        session_id: SessionId(Uuid::from_u128(1)),
        token_expires_at_ms: i64::MAX,
    });
    hub.subscribe(&outbox, &[CHAT]);
    hub.go_live(&outbox, &[CHAT], true);
    outbox
}

fn said(change: u64) -> Delivery {
    Delivery {
        change,
        steps: vec![Step::Chat {
            chat_id: CHAT,
            frames: vec![Frame::from(change.to_string().as_str())],
        }],
    }
}

fn left(change: u64) -> Delivery {
    Delivery {
        change,
        steps: vec![Step::Left {
            chat_id: CHAT,
            user_id: BOB,
        }],
    }
}

fn heard(outbox: &Outbox) -> Vec<String> {
    let name = |text: String| match text {
        text if text.contains("chat_removed") => "removed".to_owned(),
        text if text.contains("catch_up") => "catch up".to_owned(),
        text => text,
    };
    outbox.waiting().into_iter().map(name).collect()
}

#[tokio::test]
async fn whatever_the_order_sockets_hear_it_by_number_and_once() {
    let hub = hub();
    let bob = live(&hub);
    let mut applier = Applier::new(10);
    for change in [12, 11, 11, 14, 12, 13, 9, 15, 14] {
        applier.offer(said(change), &hub);
    }
    assert_eq!(heard(&bob), ["11", "12", "13", "14", "15"]);
    assert_eq!((applier.applied(), applier.gap_since()), (15, None));
}

#[tokio::test]
async fn a_removal_that_comes_late_still_comes_before_what_follows_it() {
    let hub = hub();
    let bob = live(&hub);
    let mut applier = Applier::new(0);
    for delivery in [said(3), said(1), said(4), left(2)] {
        applier.offer(delivery, &hub);
    }
    assert_eq!(heard(&bob), ["1", "removed"]);
}

#[tokio::test(start_paused = true)]
async fn a_gap_is_told_once_and_counts_from_when_it_opened() {
    let hub = hub();
    let mut applier = Applier::new(0);
    assert!(!applier.offer(said(1), &hub));
    assert!(applier.offer(said(3), &hub));
    let since = applier.gap_since();
    tokio::time::advance(Duration::from_millis(50)).await;
    assert!(!applier.offer(said(5), &hub));
    assert_eq!(applier.gap_since(), since);
    assert!(applier.offer(said(2), &hub), "another one: 4");
    assert!(applier.gap_since() > since);
    applier.offer(said(4), &hub);
    assert_eq!(applier.gap_since(), None);
}

#[tokio::test]
async fn what_was_missed_is_set_right_before_what_follows_is_told() {
    let hub = hub();
    let bob = live(&hub);
    let mut applier = Applier::new(0);
    for change in [1, 4, 6] {
        applier.offer(said(change), &hub);
    }
    let missed = KnownMissed {
        change: 4,
        chats: vec![CHAT],
        members: vec![(CHAT, BOB, true)],
        ..KnownMissed::default()
    };
    assert!(applier.heal(&Healed::Known(missed.clone()), &hub));
    assert_eq!(heard(&bob), ["1", "catch up"]);
    applier.offer(said(3), &hub);
    applier.offer(said(5), &hub);
    assert_eq!(heard(&bob), ["5", "6"], "and not 3 and 4 again");
    assert!(!applier.heal(&Healed::Known(missed), &hub), "too late");
}

#[tokio::test]
async fn a_removal_that_was_never_told_silences_the_chat() {
    let hub = hub();
    let bob = live(&hub);
    let mut applier = Applier::new(0);
    applier.offer(said(3), &hub);
    let missed = KnownMissed {
        change: 2,
        chats: vec![CHAT],
        members: vec![(CHAT, BOB, false)],
        ..KnownMissed::default()
    };
    applier.heal(&Healed::Known(missed), &hub);
    assert_eq!(heard(&bob), ["removed"]);
}

#[tokio::test]
async fn when_too_much_was_missed_everybody_hears_what_they_are_in_now() {
    let hub = hub();
    let bob = live(&hub);
    let other = ChatId(Uuid::from_u128(0xd));
    let chats = crate::services::ChatsOf {
        change: 5,
        chats: vec![(BOB, vec![other])],
        apart: Vec::new(),
        privacy: Vec::new(),
    };
    let mut applier = Applier::new(0);
    applier.heal(&Healed::Everything(chats.clone()), &hub);
    applier.offer(said(6), &hub);
    assert_eq!(heard(&bob), ["removed", "catch up"]);
    let late = crate::services::ChatsOf {
        change: 7,
        chats: Vec::new(),
        apart: Vec::new(),
        privacy: Vec::new(),
    };
    applier.heal(&Healed::Everything(late), &hub);
    assert!(bob.closing().is_some(), "it is in none of what was read");
}
