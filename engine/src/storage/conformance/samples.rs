//! Things to store, made from small numbers.

use std::sync::Arc;

use relaychat_protocol::{
    ChatId, MessageId, UserId,
    rest::chats::{ChatKind, Role},
};
use uuid::Uuid;

use super::{begin, commit_change, ok};
use crate::{
    domain::{
        attachment::{Attachment, Kind, Usage},
        chat::{Chat, DirectPair, Rules},
        email::Email,
        member::{Member, Watermarks},
        message::{Mentions, Message},
        user::{User, UserStatus},
    },
    storage::Storage,
};

/// The id with this number. Spread over the whole range, so that order by id is not order of
/// making.
pub(in crate::storage) fn id<T: From<Uuid>>(number: u32) -> T {
    let spread = u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    Uuid::from_u128(spread).into()
}

/// The address with this number.
pub(in crate::storage) fn email(number: u32) -> Email {
    Email::parse(&format!("person{number}@example.com")).expect("a plain address")
}

/// The host's own id with this number.
pub(in crate::storage) fn external_id(number: u32) -> String {
    format!("host-{number}")
}

/// A person with an address and an id of the host.
pub(in crate::storage) fn user(number: u32) -> User {
    User {
        id: id(number),
        email: Some(email(number)),
        external_id: Some(external_id(number)),
        name: format!("Person {number}"),
        is_name_chosen: number.is_multiple_of(2),
        avatar_id: Some(id(number)),
        avatar_url: Some(format!("https://host.example/{number}.png")),
        status: UserStatus::Active,
        revision: 1,
        last_seen_at_ms: None,
        created_at_ms: 1_000,
        privacy: crate::domain::user::Privacy::default(),
    }
}

/// A group.
pub(in crate::storage) fn chat(number: u32) -> Chat {
    Chat {
        name: Some(format!("Group {number}")),
        description: Some(format!("What group {number} is about")),
        avatar_id: Some(id(number)),
        rules: Rules {
            send: Role::Admin,
            add: Role::Owner,
            pin: Role::Member,
        },
        ..Chat::new(id(number), ChatKind::Group, 1_000)
    }
}

/// A one-to-one chat.
pub(in crate::storage) fn direct(number: u32, a: u32, b: u32) -> Chat {
    Chat {
        kind: ChatKind::Direct,
        name: None,
        description: None,
        avatar_id: None,
        direct: DirectPair::new(id(a), id(b)),
        ..chat(number)
    }
}

/// A present member who has read nothing.
pub(in crate::storage) fn member(chat: u32, user: u32) -> Member {
    Member {
        chat_id: id(chat),
        user_id: id(user),
        role: Role::Member,
        joined_at_ms: 1_000,
        has_left: false,
        watermarks: Watermarks::default(),
        shows_read_receipts: true,
    }
}

/// Watermarks at these places; time and count tell which place they belong to.
pub(in crate::storage) fn watermarks(delivered_seq: u64, read_seq: u64) -> Watermarks {
    let at_ms = |seq: u64| (seq > 0).then_some(10_000 + i64::try_from(seq).unwrap_or(0));
    Watermarks {
        delivered_seq,
        delivered_at_ms: at_ms(delivered_seq),
        read_seq,
        read_at_ms: at_ms(read_seq),
        read_count: read_seq * 2,
        told: None,
    }
}

/// A text in a chat at a place.
pub(in crate::storage) fn message(chat: u32, seq: u32) -> Message {
    Message {
        id: id(chat * 100_000 + seq),
        chat_id: id(chat),
        seq: u64::from(seq),
        version: u64::from(seq) + 1,
        count: u64::from(seq),
        sender_id: id(1),
        sent_at_ms: 5_000 + i64::from(seq),
        text: format!("Text {seq} — “ünï” 😀"),
        attachments: Vec::new(),
        edited_at_ms: None,
        deleted_at_ms: None,
        reply_to: None,
        reactions: Vec::new(),
        mentions: Mentions::default(),
        pinned_at_ms: None,
        event: None,
    }
}

/// An upload that nothing uses.
pub(in crate::storage) fn attachment(number: u32) -> Attachment {
    Attachment {
        id: id(number),
        owner_id: id(1),
        kind: Kind::Image,
        usage: Usage::Unused,
        content_type: "image/png".to_owned(),
        size_bytes: 12_345,
        width: 640,
        height: 480,
        thumb_hash: Some(vec![0, 1, 255]),
        file_name: Some("a 'name'.png".to_owned()),
        created_at_ms: i64::from(number),
    }
}

/// A storage with people 1 to `users`, and a group per entry of `chats` whose members are given.
pub(in crate::storage) async fn populate(
    storage: &Arc<dyn Storage>,
    users: u32,
    chats: &[(u32, &[u32])],
) {
    let mut transaction = begin(storage).await;
    for number in 1..=users {
        ok(transaction.users().insert(&user(number)).await);
    }
    for (number, members) in chats {
        ok(transaction.chats().insert(&chat(*number)).await);
        let members: Vec<_> = members.iter().map(|user| member(*number, *user)).collect();
        ok(transaction.members().upsert_many(&members).await);
    }
    commit_change(transaction).await;
}

/// The ids of messages.
pub(in crate::storage) fn message_ids(messages: &[Message]) -> Vec<MessageId> {
    messages.iter().map(|message| message.id).collect()
}

/// User ids in order.
pub(in crate::storage) fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values
}

/// The place of a membership.
pub(in crate::storage) fn pair(chat: u32, user: u32) -> (ChatId, UserId) {
    (id(chat), id(user))
}

/// Numbers that look random and are the same on every run (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        u32::try_from(mixed % u64::from(bound)).unwrap_or(0)
    }
}
