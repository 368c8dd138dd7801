//! The hub without sockets: outboxes in, frames out.

use std::collections::HashSet;

use relaychat_protocol::{
    MessageId, SessionId,
    frames::{ServerFrame, close_code},
    rest::chats::{ChatKind, Role},
};
use uuid::Uuid;

use super::*;
use crate::{
    domain::{
        chat::Chat,
        event::Event,
        member::{Member, Watermarks},
        message::{Mentions, Message},
        user::{Privacy, User, UserStatus},
    },
    services::Caller,
};

pub(super) const CHAT: ChatId = ChatId(Uuid::from_u128(0xc));
pub(super) const ANN: UserId = UserId(Uuid::from_u128(0xa));
pub(super) const BOB: UserId = UserId(Uuid::from_u128(0xb));

pub(super) fn hub() -> Hub {
    Hub::new(HubSettings::from(&Config::default()))
}

pub(super) fn caller(user_id: UserId, session: u128) -> Caller {
    Caller {
        user_id,
        session_id: SessionId(Uuid::from_u128(session)),
        token_expires_at_ms: 1_000,
    }
}

/// A socket that is live in `CHAT`.
fn live(hub: &Hub, user_id: UserId, session: u128) -> Arc<Outbox> {
    let outbox = hub.register(caller(user_id, session));
    hub.subscribe(&outbox, &[CHAT]);
    hub.go_live(&outbox, &[CHAT], true);
    outbox
}

fn chat(version: u64) -> Chat {
    Chat {
        name: Some("Group".to_owned()),
        version,
        last_seq: version,
        message_count: version,
        member_count: 2,
        ..Chat::new(CHAT, ChatKind::Group, 0)
    }
}

fn member(user_id: UserId) -> Member {
    Member {
        chat_id: CHAT,
        user_id,
        role: Role::Member,
        joined_at_ms: 0,
        has_left: false,
        watermarks: Watermarks::default(),
        shows_read_receipts: true,
    }
}

pub(super) fn user(id: UserId) -> User {
    User {
        id,
        email: None,
        external_id: None,
        name: "Somebody".to_owned(),
        is_name_chosen: true,
        avatar_id: None,
        avatar_url: None,
        status: UserStatus::Active,
        revision: 1,
        last_seen_at_ms: None,
        created_at_ms: 0,
        privacy: Privacy::default(),
    }
}

pub(super) fn said(seq: u64) -> Event {
    Event::MessageSent {
        message: Message {
            id: MessageId(Uuid::from_u128(seq.into())),
            chat_id: CHAT,
            seq,
            version: seq,
            count: seq,
            sender_id: ANN,
            sent_at_ms: 0,
            text: seq.to_string(),
            attachments: Vec::new(),
            edited_at_ms: None,
            deleted_at_ms: None,
            reply_to: None,
            reactions: Vec::new(),
            mentions: Mentions::default(),
            pinned_at_ms: None,
            event: None,
        },
        sender: member(ANN),
    }
}

pub(super) fn removed(user_id: UserId) -> Event {
    Event::MemberRemoved {
        chat: chat(9),
        user_id,
    }
}

pub(super) fn added(user_id: UserId) -> Event {
    Event::MembersAdded {
        chat: chat(10),
        added: vec![(member(user_id), user(user_id), 10)],
        members: vec![member(ANN), member(user_id)],
        users: vec![user(ANN), user(user_id)],
        last_message: None,
    }
}

pub(super) fn publish(hub: &Hub, change: u64, events: Vec<Event>) {
    hub.publish(Committed { change, events });
}

/// Names of the frames that wait, with the text of messages.
pub(super) fn waiting(outbox: &Outbox) -> Vec<String> {
    let name = |text: String| match serde_json::from_str(&text).expect("a frame") {
        ServerFrame::Message { message, .. } => Some(message.text),
        ServerFrame::ChatAdded { .. } => Some("chat_added".to_owned()),
        ServerFrame::ChatRemoved { .. } => Some("chat_removed".to_owned()),
        ServerFrame::Token { token } => Some(format!("token {token}")),
        ServerFrame::Receipt(_) => None,
        other => panic!("unexpected {other:?}"),
    };
    outbox.waiting().into_iter().filter_map(name).collect()
}

#[tokio::test]
async fn events_arrive_in_commit_order_for_members_only() {
    let hub = hub();
    let bob = live(&hub, BOB, 1);
    let stranger = hub.register(caller(UserId(Uuid::from_u128(0xe)), 2));
    hub.go_live(&stranger, &[], true);
    publish(&hub, 1, vec![said(1), said(2)]);
    publish(&hub, 2, vec![said(3)]);
    assert_eq!(waiting(&bob), ["1", "2", "3"]);
    assert_eq!(waiting(&stranger), [""; 0]);
}

#[tokio::test]
async fn a_message_is_serialised_once_however_many_hear_it() {
    let hub = hub();
    let sockets: Vec<_> = (0..20).map(|session| live(&hub, BOB, session)).collect();
    publish(&hub, 1, vec![said(1)]);
    let mut places = HashSet::new();
    for socket in &sockets {
        places.extend(socket.first_place());
    }
    assert_eq!(places.len(), 1, "all share the same bytes");
}

#[tokio::test]
async fn a_removed_member_hears_nothing_with_a_later_number() {
    let hub = hub();
    let bob = live(&hub, BOB, 1);
    publish(&hub, 1, vec![said(1), removed(BOB), said(2)]);
    assert_eq!(waiting(&bob), ["1", "chat_removed"]);
}

#[tokio::test]
async fn a_removal_between_reading_the_chats_and_subscribing_leaves_nothing() {
    let hub = hub();
    let bob = hub.register(caller(BOB, 1));
    // The chats were read here, with CHAT among them.
    publish(&hub, 1, vec![removed(BOB)]);
    hub.subscribe(&bob, &[CHAT]);
    publish(&hub, 2, vec![said(1)]);
    // The snapshot knows better.
    hub.go_live(&bob, &[], true);
    publish(&hub, 3, vec![said(2)]);
    assert_eq!(waiting(&bob), ["chat_removed"]);
}

#[tokio::test]
async fn a_chat_that_was_added_after_the_snapshot_stays() {
    let hub = hub();
    let bob = hub.register(caller(BOB, 1));
    hub.subscribe(&bob, &[]);
    publish(&hub, 1, vec![added(BOB), said(1)]);
    hub.go_live(&bob, &[], true);
    publish(&hub, 2, vec![said(2)]);
    assert_eq!(waiting(&bob), ["chat_added", "1", "2"]);
}

#[tokio::test]
async fn added_and_removed_while_connecting_is_removed() {
    let hub = hub();
    let bob = hub.register(caller(BOB, 1));
    publish(&hub, 1, vec![added(BOB), removed(BOB), said(1)]);
    hub.go_live(&bob, &[], true);
    publish(&hub, 2, vec![said(2)]);
    assert_eq!(waiting(&bob), ["chat_removed"]);
}

#[tokio::test]
async fn a_session_that_ends_closes_its_own_sockets() {
    let hub = hub();
    let (first, second) = (live(&hub, BOB, 1), live(&hub, BOB, 2));
    let session_id = first.session_id;
    publish(&hub, 1, vec![Event::SessionEnded { session_id }]);
    let close = first.closing().expect("closes");
    assert_eq!(close.code, close_code::UNAUTHENTICATED);
    assert_eq!(second.closing(), None);
}

#[tokio::test(start_paused = true)]
async fn a_token_tells_how_far_everybody_has_been_told() {
    let hub = hub();
    let bob = live(&hub, BOB, 1);
    publish(&hub, 7, vec![said(1)]);
    // A commit without an audience moves the number too.
    publish(&hub, 8, Vec::new());
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    hub.check_sockets(0, |_, change, _| change.to_string());
    assert_eq!(waiting(&bob), ["1", "token 8"]);
}

#[tokio::test]
async fn an_access_token_that_is_over_closes_unless_it_was_prolonged() {
    let hub = hub();
    let (first, second) = (live(&hub, BOB, 1), live(&hub, BOB, 1));
    hub.prolong(&second, 2_000);
    hub.check_sockets(1_000, |_, _, _| String::new());
    assert!(first.closing().is_some());
    assert_eq!(second.closing(), None);
}

#[tokio::test]
async fn nothing_is_left_of_a_socket_that_has_gone() {
    let hub = hub();
    let bob = live(&hub, BOB, 1);
    assert!(hub.watch(&bob, &[user(ANN)], hub.block_steps()));
    hub.deregister(&bob, 5);
    let state = hub.lock();
    assert!(state.sockets.is_empty() && state.chats.is_empty() && state.watchers.is_empty());
    assert_eq!(Arc::strong_count(&bob), 1);
}

/// What one socket heard of the other's typing: whether it did.
fn hears_typing(hub: &Hub, from: &Outbox, to: &Outbox) -> bool {
    to.waiting();
    hub.typing(from, CHAT, true);
    to.waiting().iter().any(|text| text.contains("typing"))
}

#[tokio::test]
async fn a_block_hides_both_however_the_hub_comes_to_know_of_it() {
    let hub = hub();
    let (ann, bob) = (live(&hub, ANN, 1), live(&hub, BOB, 2));
    assert!(hears_typing(&hub, &ann, &bob) && hears_typing(&hub, &bob, &ann));
    let told = |change, is_apart| Committed {
        change,
        events: vec![Event::BlockChanged {
            blocker_id: ANN,
            blocked_id: BOB,
            is_apart,
        }],
    };
    hub.publish(told(1, true));
    assert!(!hears_typing(&hub, &ann, &bob) && !hears_typing(&hub, &bob, &ann));
    hub.publish(told(2, false));
    assert!(hears_typing(&hub, &ann, &bob) && hears_typing(&hub, &bob, &ann));
    let missed = |change, others: &[UserId]| {
        Healed::Known(crate::services::KnownMissed {
            change,
            users: vec![BOB],
            apart: vec![(BOB, others.to_vec())],
            ..Default::default()
        })
    };
    hub.heal(&missed(3, &[ANN]));
    assert!(!hears_typing(&hub, &ann, &bob));
    hub.heal(&missed(4, &[]));
    assert!(hears_typing(&hub, &ann, &bob));
}

#[test]
fn an_unblock_that_came_while_blocks_were_read_is_not_undone() {
    let hub = hub();
    let (ann, bob) = (live(&hub, ANN, 1), live(&hub, BOB, 2));
    let steps = hub.block_steps();
    let unblocked = Event::BlockChanged {
        blocker_id: ANN,
        blocked_id: BOB,
        is_apart: false,
    };
    hub.publish(Committed {
        change: 1,
        events: vec![unblocked],
    });
    assert!(!hub.keep_apart(BOB, (&[ANN], Privacy::default()), steps));
    assert!(hears_typing(&hub, &ann, &bob));
    let open = Privacy::default();
    assert!(hub.keep_apart(BOB, (&[ANN], open), hub.block_steps()));
    assert!(!hears_typing(&hub, &ann, &bob));
}
