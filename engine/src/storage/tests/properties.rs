//! What holds for random operations, on any database.

use std::sync::Arc;

use proptest::prelude::*;

use crate::{
    domain::{
        chat::Chat,
        member::{Advance, Member, Watermarks},
        message::Message,
    },
    storage::{
        MessageWindow, Storage, UnreadTotal,
        conformance::samples::{chat, id, member, message, pair, populate},
        test_database::TestDatabase,
    },
};

/// People and chats of a test.
const PEOPLE: u32 = 3;
const CHATS: u32 = 3;

/// Something that a person does in a chat.
#[derive(Clone, Copy, Debug)]
enum Step {
    Send { chat: u32, user: u32 },
    Read { chat: u32, user: u32, place: u32 },
    Delete { chat: u32, place: u32 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1..=CHATS, 1..=PEOPLE).prop_map(|(chat, user)| Step::Send { chat, user }),
        (1..=CHATS, 1..=PEOPLE, 0..20_u32).prop_map(|(chat, user, place)| Step::Read {
            chat,
            user,
            place
        }),
        (1..=CHATS, 1..10_u32).prop_map(|(chat, place)| Step::Delete { chat, place }),
    ];
    proptest::collection::vec(step, 1..25)
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

fn marked(chat: u32, user: u32, seq: u64) -> Member {
    let advance = Advance {
        delivered_seq: seq,
        read_seq: seq,
        read_count: seq,
        at_ms: 1,
        is_told: true,
    };
    Member {
        watermarks: Watermarks::default().advanced(advance),
        ..member(chat, user)
    }
}

/// Does one step in one transaction, as the engine would.
async fn take(storage: &Arc<dyn Storage>, step: Step, heads: &mut [u32]) {
    let mut transaction = storage.begin().await.unwrap();
    match step {
        Step::Send { chat: number, user } => {
            let head = &mut heads[number as usize];
            *head += 1;
            let sent = Message {
                sender_id: id(user),
                ..message(number, *head)
            };
            let chat = Chat {
                last_seq: sent.seq,
                message_count: sent.count,
                ..chat(number)
            };
            let sender = marked(number, user, sent.seq);
            transaction.messages().insert_many(&[sent]).await.unwrap();
            transaction.chats().update_many(&[chat]).await.unwrap();
            transaction.members().advance_many(&[sender]).await.unwrap();
        }
        Step::Delete { chat, place } => {
            if place <= heads[chat as usize] {
                let deleted = message(chat, place).deleted(1, 1);
                transaction.messages().update(&deleted).await.unwrap();
            }
        }
        Step::Read { chat, user, place } => {
            let seq = place.min(heads[chat as usize]);
            let reader = marked(chat, user, u64::from(seq));
            transaction.members().advance_many(&[reader]).await.unwrap();
        }
    }
    transaction.commit(Box::new(|_| {})).await.unwrap();
}

/// The unread messages of a person, counted one by one.
async fn recount(storage: &Arc<dyn Storage>, user: u32) -> UnreadTotal {
    let mut total = UnreadTotal::default();
    let mut reading = storage.snapshot().await.unwrap();
    for chat in 1..=CHATS {
        let members = reading
            .members()
            .find_many(&[pair(chat, user)])
            .await
            .unwrap();
        let after = MessageWindow::After(members[0].watermarks.read_seq);
        let unread = reading
            .messages()
            .list(id(chat), after, 1_000)
            .await
            .unwrap();
        let unread: Vec<_> = unread
            .iter()
            .filter(|message| message.deleted_at_ms.is_none())
            .collect();
        total.message_count += unread.len() as u64;
        total.chat_count += u64::from(!unread.is_empty());
    }
    total
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn unread_equals_a_recount_after_every_step(steps in steps()) {
        runtime().block_on(async {
            let storage = TestDatabase::new().open().await;
            let everybody: &[u32] = &[1, 2, 3];
            let chats: Vec<_> = (1..=CHATS).map(|chat| (chat, everybody)).collect();
            populate(&storage, PEOPLE, &chats).await;
            let mut heads = [0; CHATS as usize + 1];
            for step in steps {
                take(&storage, step, &mut heads).await;
                for user in 1..=PEOPLE {
                    let mut reading = storage.snapshot().await.unwrap();
                    let total = reading.members().unread_total(id(user), 0).await.unwrap();
                    assert_eq!(total, recount(&storage, user).await);
                }
            }
        });
    }

    #[test]
    fn marks_in_any_order_and_any_grouping_end_the_same(
        seqs in proptest::collection::vec((0..50_u64, 0..50_u64), 1..12),
        cut in 0..12_usize,
    ) {
        runtime().block_on(async {
            let mark = |(delivered_seq, read_seq): (u64, u64)| Member {
                watermarks: Watermarks::default().advanced(Advance {
                    delivered_seq,
                    read_seq,
                    read_count: read_seq,
                    at_ms: 1,
                    is_told: true,
                }),
                ..member(1, 1)
            };
            let marks: Vec<_> = seqs.into_iter().map(mark).collect();
            let mut ends = Vec::new();
            for is_reversed in [false, true] {
                let storage = TestDatabase::new().open().await;
                populate(&storage, 1, &[(1, &[1])]).await;
                let mut marks = marks.clone();
                if is_reversed {
                    marks.reverse();
                }
                let (first, second) = marks.split_at(cut.min(marks.len()));
                for marks in [first, second] {
                    let mut transaction = storage.begin().await.unwrap();
                    transaction.members().advance_many(marks).await.unwrap();
                    transaction.commit(Box::new(|_| {})).await.unwrap();
                }
                let mut reading = storage.snapshot().await.unwrap();
                ends.push(reading.members().find_many(&[pair(1, 1)]).await.unwrap());
            }
            assert_eq!(ends[0], ends[1]);
        });
    }
}
