//! Checks of the repository of memberships.

use std::{collections::HashSet, sync::Arc};

use relaychat_protocol::rest::chats::Role;

use super::{
    begin, commit, commit_change, ok,
    samples::{Dice, chat, id, member, pair, populate, watermarks},
    snapshot,
};
use crate::{
    domain::{
        chat::Chat,
        member::{Member, Watermarks},
    },
    storage::{Storage, UnreadTotal},
};

pub(super) async fn members_come_back_as_upserted(storage: Arc<dyn Storage>) {
    populate(&storage, 3, &[(1, &[1])]).await;
    let former = Member {
        role: Role::Owner,
        has_left: true,
        watermarks: watermarks(5, 3),
        ..member(1, 2)
    };
    let mut transaction = begin(&storage).await;
    let upserted = [former.clone()];
    ok(transaction.members().upsert_many(&upserted).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let pairs = [pair(1, 2), pair(1, 3), pair(2, 1)];
    assert_eq!(ok(reading.members().find_many(&pairs).await), [former]);
    let found = ok(reading.members().find_many(&[pair(1, 1)]).await);
    assert_eq!(found, [member(1, 1)]);
    assert_eq!(ok(reading.members().find_many(&[]).await), []);
}

pub(super) async fn joining_again_replaces_the_former_membership(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[])]).await;
    let mut transaction = begin(&storage).await;
    let former = Member {
        has_left: true,
        watermarks: watermarks(9, 9),
        ..member(1, 1)
    };
    let again = Member {
        role: Role::Admin,
        joined_at_ms: 2_000,
        watermarks: watermarks(4, 4),
        ..member(1, 1)
    };
    ok(transaction.members().upsert_many(&[former]).await);
    let upserted = [again.clone()];
    ok(transaction.members().upsert_many(&upserted).await);
    let found = ok(transaction.members().find_many(&[pair(1, 1)]).await);
    assert_eq!(found, [again]);
}

/// A chat of `size` members, every third of whom joined at the same time, and one who left.
async fn crowd(storage: &Arc<dyn Storage>, chat_number: u32, size: u32) {
    let mut transaction = begin(storage).await;
    ok(transaction.chats().insert(&chat(chat_number)).await);
    let mut members: Vec<_> = (1..=size)
        .map(|number| Member {
            joined_at_ms: i64::from(number / 3),
            ..member(chat_number, number)
        })
        .collect();
    members.push(Member {
        has_left: true,
        ..member(chat_number, size + 1)
    });
    ok(transaction.members().upsert_many(&members).await);
    commit_change(transaction).await;
}

pub(super) async fn pages_of_members_have_no_holes_and_no_repeats(storage: Arc<dyn Storage>) {
    populate(&storage, 41, &[]).await;
    crowd(&storage, 1, 40).await;
    for limit in [1, 7, 40, 100] {
        let (mut after, mut places) = (None, Vec::new());
        loop {
            let mut reading = snapshot(&storage).await;
            let page = ok(reading.members().list(id(1), after, limit).await);
            assert!(page.len() <= limit as usize);
            places.extend(
                page.iter()
                    .map(|member| (member.joined_at_ms, member.user_id)),
            );
            let Some(last) = page.last() else { break };
            after = Some((last.joined_at_ms, last.user_id));
        }
        assert_eq!(places.len(), 40);
        assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
    }
}

pub(super) async fn the_first_members_of_many_chats_are_listed(storage: Arc<dyn Storage>) {
    populate(&storage, 41, &[]).await;
    let sizes = [1, 2, 10, 40];
    for (number, size) in (1..).zip(sizes) {
        crowd(&storage, number, size).await;
    }
    let mut reading = snapshot(&storage).await;
    let chat_ids: Vec<_> = (1..=5).map(id).collect();
    let firsts = ok(reading.members().list_first(&chat_ids, 10).await);
    assert_eq!(firsts.len(), 1 + 2 + 10 + 10);
    for chat_id in chat_ids {
        let of_chat = firsts.iter().filter(|member| member.chat_id == chat_id);
        let expected = ok(reading.members().list(chat_id, None, 10).await);
        assert!(of_chat.eq(&expected), "in the order of the list");
    }
}

pub(super) async fn watermarks_only_grow_whatever_the_order(storage: Arc<dyn Storage>) {
    populate(&storage, 8, &[(1, &[1, 2, 3, 4, 5, 6, 7, 8])]).await;
    let mut dice = Dice(1);
    let mut model = [Watermarks::default(); 8];
    for _ in 0..60 {
        let marks: Vec<_> = (0..6)
            .map(|_| {
                let (user, delivered) = (dice.below(8), dice.below(100));
                let read = dice.below(delivered + 1);
                (
                    user as usize,
                    watermarks(u64::from(delivered), u64::from(read)),
                )
            })
            .collect();
        let members = |(user, watermarks): &(usize, Watermarks)| Member {
            watermarks: *watermarks,
            ..member(1, u32::try_from(*user).unwrap_or(0) + 1)
        };
        let members: Vec<_> = marks.iter().map(members).collect();
        let mut transaction = begin(&storage).await;
        ok(transaction.members().advance_many(&members).await);
        commit(transaction).await;
        for (user, marked) in marks {
            let kept = &mut model[user];
            if marked.delivered_seq > kept.delivered_seq {
                kept.delivered_seq = marked.delivered_seq;
                kept.delivered_at_ms = marked.delivered_at_ms;
            }
            if marked.read_seq > kept.read_seq {
                kept.read_seq = marked.read_seq;
                kept.read_at_ms = marked.read_at_ms;
                kept.read_count = marked.read_count;
            }
        }
        for (user, expected) in (1..).zip(model) {
            let found = ok(snapshot(&storage)
                .await
                .members()
                .find_many(&[pair(1, user)])
                .await);
            assert_eq!(found[0].watermarks, expected);
        }
    }
}

pub(super) async fn a_late_mark_writes_nothing(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[(1, &[1])]).await;
    let at = |delivered, read| Member {
        watermarks: watermarks(delivered, read),
        ..member(1, 1)
    };
    for (delivered, read, is_change) in [(5, 3, true), (5, 3, false), (4, 0, false), (5, 4, true)] {
        let mut transaction = begin(&storage).await;
        let marks = [at(delivered, read)];
        ok(transaction.members().advance_many(&marks).await);
        assert_eq!(commit(transaction).await.is_some(), is_change);
    }
}

pub(super) async fn a_former_member_does_not_advance(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[2])]).await;
    let former = Member {
        has_left: true,
        ..member(1, 1)
    };
    let mut transaction = begin(&storage).await;
    ok(transaction
        .members()
        .upsert_many(std::slice::from_ref(&former))
        .await);
    let marked = Member {
        watermarks: watermarks(5, 5),
        ..member(1, 1)
    };
    ok(transaction.members().advance_many(&[marked]).await);
    let found = ok(transaction.members().find_many(&[pair(1, 1)]).await);
    assert_eq!(found, [former]);
    // Nor is anybody made a member by it.
    let stranger = Member {
        watermarks: watermarks(5, 5),
        ..member(1, 9)
    };
    ok(transaction.members().advance_many(&[stranger]).await);
    assert_eq!(ok(transaction.members().find_many(&[pair(1, 9)]).await), []);
}

pub(super) async fn unread_equals_a_recount(storage: Arc<dyn Storage>) {
    const CHATS: u32 = 12;
    populate(&storage, 2, &[]).await;
    let mut dice = Dice(2);
    for round in 0..20 {
        let mut transaction = begin(&storage).await;
        let mut expected = UnreadTotal::default();
        let mut with_unread = HashSet::new();
        for number in 1..=CHATS {
            let (count, has_left) = (u64::from(dice.below(50)), dice.below(4) == 0);
            let read_count = u64::from(dice.below(u32::try_from(count).unwrap_or(0) + 1));
            let chat = Chat {
                message_count: count,
                ..chat(number)
            };
            if round == 0 {
                ok(transaction.chats().insert(&chat).await);
            }
            ok(transaction.chats().update_many(&[chat]).await);
            let mut reader = Member {
                has_left,
                ..member(number, 1)
            };
            reader.watermarks.read_count = read_count;
            ok(transaction
                .members()
                .upsert_many(&[reader, member(number, 2)])
                .await);
            if !has_left && count > read_count {
                expected.message_count += count - read_count;
                with_unread.insert(number);
            }
        }
        expected.chat_count = with_unread.len() as u64;
        assert_eq!(
            ok(transaction.members().unread_total(id(1), 0).await),
            expected
        );
        commit_change(transaction).await;
    }
    let stranger = ok(snapshot(&storage)
        .await
        .members()
        .unread_total(id(9), 0)
        .await);
    assert_eq!(stranger, UnreadTotal::default());
}
