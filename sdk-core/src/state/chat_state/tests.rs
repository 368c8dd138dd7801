//! Versions decide, watermarks are maxima.

use proptest::prelude::*;
use relaychat_protocol::{
    ChatId, MessageId,
    rest::chats::{ChatKind, Role},
};
use uuid::Uuid;

use super::*;

fn user(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

fn member(number: u128) -> Member {
    Member {
        user_id: user(number),
        role: Role::Member,
        joined_at_ms: 0,
        watermarks: Watermarks::default(),
    }
}

fn chat(version: u64) -> Chat {
    Chat {
        info: ChatInfo {
            id: ChatId(Uuid::nil()),
            kind: ChatKind::Group,
            name: Some(format!("version {version}")),
            description: None,
            avatar_url: None,
            host_key: None,
            send_role: Role::Member,
            add_role: Role::Admin,
            pin_role: Role::Admin,
            created_at_ms: 0,
            last_activity_at_ms: 0,
            version,
            last_seq: version,
            message_count: version,
            member_count: 3,
        },
        me: member(1),
        unread_count: 0,
        deleted_unread: Vec::new(),
        mentioned_unread: Vec::new(),
        settings: None,
        last_message: None,
        members: vec![member(2), member(3)],
    }
}

/// A message of the second person.
pub(crate) fn message(seq: u64) -> Message {
    Message {
        id: MessageId(Uuid::nil()),
        chat_id: ChatId(Uuid::nil()),
        seq,
        version: seq,
        count: seq,
        sender_id: user(2),
        sent_at_ms: 9,
        text: String::new(),
        attachments: Vec::new(),
        edited_at_ms: None,
        deleted_at_ms: None,
        reply_to: None,
        reactions: Vec::new(),
        mentions: None,
        pinned_at_ms: None,
        event: None,
    }
}

fn marks(delivered_seq: u64, read_seq: u64) -> Watermarks {
    Watermarks {
        delivered_seq,
        read_seq,
        read_count: read_seq,
        ..Watermarks::default()
    }
}

#[test]
fn a_change_is_next_a_repeat_or_beyond_a_gap() {
    let state = ChatState::new(chat(5));
    let steps = [4, 5, 6, 7].map(|version| state.step(version));
    assert_eq!(steps, [Step::Repeat, Step::Repeat, Step::Next, Step::Gap]);
}

#[test]
fn an_older_picture_changes_nothing_but_watermarks_that_are_higher_in_it() {
    let mut state = ChatState::new(chat(5));
    state.set_typist(user(2), Some(1));
    let mut older = chat(4);
    older.members[0].watermarks = marks(3, 2);
    state.merge(older);
    assert_eq!(state.info.version, 5);
    assert_eq!(state.others[0].watermarks, marks(3, 2));
    state.merge(chat(6));
    assert_eq!(state.info.name.as_deref(), Some("version 6"));
    assert_eq!(
        state.others[0].watermarks,
        marks(3, 2),
        "they never go back"
    );
    assert_eq!(state.typists.len(), 1);
}

#[test]
fn sending_receives_what_is_before_and_ends_typing_and_what_others_read_is_told() {
    let mut state = ChatState::new(chat(5));
    state.set_typist(user(2), Some(1));
    let theirs = Arc::new(message(6));
    state.apply_message(6, &theirs);
    let other = state.others[0].watermarks;
    assert_eq!((other.delivered_seq, other.read_seq), (6, 0));
    assert_eq!(state.typists, []);
    assert_eq!(state.unread_count(), 6);
    assert_eq!(
        state.reached_everybody(),
        (0, 0),
        "the third one has nothing"
    );
    state.raise_watermarks(user(2), &marks(6, 6));
    state.raise_watermarks(user(3), &marks(6, 4));
    assert_eq!(state.reached_everybody(), (6, 4));
    let own = Message {
        sender_id: user(1),
        ..message(7)
    };
    state.apply_message(7, &Arc::new(own));
    assert_eq!(state.unread_count(), 0, "of oneself it is known");
}

proptest! {
    #[test]
    fn watermarks_end_at_their_maxima_in_any_order(
        receipts in prop::collection::vec((0_u64..50, 0_u64..50), 1..20)
    ) {
        let mut state = ChatState::new(chat(50));
        for (delivered, read) in &receipts {
            state.raise_watermarks(user(2), &marks(*delivered, *read));
            state.raise_watermarks(user(2), &marks(*delivered, *read));
        }
        let read = receipts.iter().map(|(_, read)| *read).max().unwrap_or(0);
        let delivered = receipts.iter().map(|(one, other)| *one.max(other)).max().unwrap_or(0);
        prop_assert_eq!(state.others[0].watermarks.read_seq, read);
        prop_assert_eq!(state.others[0].watermarks.delivered_seq, delivered);
    }
}

#[test]
fn a_deleted_message_is_not_unread_whenever_and_however_often_it_is_heard() {
    let mut state = ChatState::new(chat(9));
    assert!(state.raise_watermarks(state.me.user_id, &marks(4, 4)));
    assert_eq!(state.unread_count(), 5);
    let deleted = |seq, version| {
        Arc::new(Message {
            version,
            deleted_at_ms: Some(1),
            ..message(seq)
        })
    };
    state.apply_update(10, &deleted(3, 10));
    assert_eq!((state.unread_count(), state.info.version), (5, 10));
    state.apply_update(11, &deleted(7, 11));
    state.apply_update(11, &deleted(7, 11));
    state.apply_update(12, &deleted(6, 12));
    assert_eq!(state.unread_count(), 3);
    let told = state.to_wire();
    assert_eq!((told.unread_count, told.deleted_unread.len()), (3, 1));
    assert_eq!(ChatState::new(told).unread_count(), 3);
    assert!(state.raise_watermarks(state.me.user_id, &marks(6, 6)));
    assert_eq!(state.unread_count(), 2);
    state.merge(chat(9));
    assert_eq!(state.unread_count(), 2, "an older picture changes nothing");
}
