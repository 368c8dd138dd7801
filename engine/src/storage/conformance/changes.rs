//! Checks of what sync reads by.

use std::sync::Arc;

use super::{
    begin, commit, commit_change, ok,
    samples::{chat, id, member, populate, sorted, user, watermarks},
    snapshot,
};
use crate::{
    domain::{
        member::{Member, ReadMark, Watermarks},
        user::{Privacy, User},
    },
    storage::{Changed, Decided, Storage, Touched},
};

/// No list of these checks is longer.
const ALL: u32 = 1_000;

pub(super) async fn the_epoch_stays(storage: Arc<dyn Storage>) {
    let epoch = ok(snapshot(&storage).await.changes().epoch().await);
    assert!(!epoch.is_nil());
    populate(&storage, 1, &[]).await;
    assert_eq!(ok(begin(&storage).await.changes().epoch().await), epoch);
}

pub(super) async fn a_new_epoch_is_another_history_and_no_change(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[]).await;
    let before = ok(snapshot(&storage).await.changes().current().await);
    let epoch = uuid::Uuid::from_u128(7);
    let mut transaction = begin(&storage).await;
    ok(transaction.changes().begin_epoch(epoch).await);
    assert_eq!(commit(transaction).await, None);
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.changes().epoch().await), epoch);
    assert_eq!(ok(reading.changes().current().await), before);
}

pub(super) async fn settings_are_kept_and_are_no_change(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    assert_eq!(ok(transaction.changes().find_setting("key").await), None);
    ok(transaction.changes().upsert_setting("key", &[0, 255]).await);
    ok(transaction.changes().upsert_setting("key", &[1]).await);
    ok(transaction.changes().upsert_setting("other", &[]).await);
    assert_eq!(commit(transaction).await, None);
    let mut reading = snapshot(&storage).await;
    assert_eq!(
        ok(reading.changes().find_setting("key").await),
        Some(vec![1])
    );
    assert_eq!(
        ok(reading.changes().find_setting("other").await),
        Some(vec![])
    );
}

pub(super) async fn the_newest_number_is_that_of_the_last_commit(storage: Arc<dyn Storage>) {
    for number in 1..=3 {
        let mut transaction = begin(&storage).await;
        ok(transaction.users().insert(&user(number)).await);
        ok(transaction.chats().insert(&chat(number)).await);
        let change = commit_change(transaction).await;
        assert_eq!(
            ok(snapshot(&storage).await.changes().current().await),
            change
        );
    }
}

pub(super) async fn a_chat_is_reported_when_it_changed(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2]), (2, &[1]), (3, &[2])]).await;
    let since = ok(snapshot(&storage).await.changes().current().await);
    let mut transaction = begin(&storage).await;
    ok(transaction.chats().update_many(&[chat(1), chat(3)]).await);
    let change = commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let changed = ok(reading.changes().list_chats(id(1), since, ALL).await);
    assert_eq!(
        changed,
        [Changed {
            change,
            value: id(1)
        }]
    );
    assert_eq!(
        ok(reading.changes().list_chats(id(1), change, ALL).await),
        []
    );
    let all = ok(reading.changes().list_chats(id(1), 0, ALL).await);
    assert_eq!(all.len(), 2);
    assert_eq!(all[1].value, id(1), "ascending by number");
}

pub(super) async fn a_chat_is_reported_when_somebody_joined_it(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[2]), (2, &[1])]).await;
    let since = ok(snapshot(&storage).await.changes().current().await);
    let mut transaction = begin(&storage).await;
    ok(transaction.members().upsert_many(&[member(1, 1)]).await);
    let change = commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let changed = ok(reading.changes().list_chats(id(1), since, ALL).await);
    assert_eq!(
        changed,
        [Changed {
            change,
            value: id(1)
        }]
    );
    // A watermark is not a change of the chat.
    drop(reading);
    let mut transaction = begin(&storage).await;
    let marked = Member {
        watermarks: watermarks(1, 1),
        ..member(1, 1)
    };
    ok(transaction.members().advance_many(&[marked]).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(
        ok(reading.changes().list_chats(id(1), change, ALL).await),
        []
    );
}

pub(super) async fn a_chat_that_was_left_is_reported_as_removed(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2]), (2, &[1, 2])]).await;
    let since = ok(snapshot(&storage).await.changes().current().await);
    let mut transaction = begin(&storage).await;
    let former = Member {
        has_left: true,
        ..member(1, 1)
    };
    ok(transaction.members().upsert_many(&[former]).await);
    let change = commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let removed = ok(reading
        .changes()
        .list_removed_chats(id(1), since, ALL)
        .await);
    assert_eq!(
        removed,
        [Changed {
            change,
            value: id(1)
        }]
    );
    let chats = ok(reading.changes().list_chats(id(1), 0, ALL).await);
    assert_eq!(chats.len(), 1);
    let other = ok(reading.changes().list_removed_chats(id(2), 0, ALL).await);
    assert_eq!(other, []);
    drop(reading);
    let mut transaction = begin(&storage).await;
    ok(transaction.members().upsert_many(&[member(1, 1)]).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let removed = ok(reading
        .changes()
        .list_removed_chats(id(1), since, ALL)
        .await);
    assert_eq!(removed, [], "back again");
}

pub(super) async fn what_is_read_without_telling_is_a_change_for_the_reader_only(
    storage: Arc<dyn Storage>,
) {
    populate(&storage, 3, &[(1, &[1, 2])]).await;
    let told = ReadMark {
        seq: 1,
        at_ms: Some(3),
        count: 2,
    };
    let read = |delivered, read| Member {
        watermarks: Watermarks {
            told: Some(told),
            ..watermarks(delivered, read)
        },
        ..member(1, 2)
    };
    let mut since = ok(snapshot(&storage).await.changes().current().await);
    // Once by the repository, once as a batch: the first is delivered too, the others are only read.
    for (step, is_seen) in [(read(4, 2), true), (read(4, 3), false), (read(4, 4), false)] {
        let mut change = None;
        if step.watermarks.read_seq == 3 {
            let begun = ok(storage.begin_batch(&[]).await);
            let decided = Decided {
                members: vec![step.clone()],
                ..Decided::default()
            };
            ok(begun
                .transaction
                .commit_batch(decided, Box::new(|_| {}))
                .await);
        } else {
            let mut transaction = begin(&storage).await;
            ok(transaction
                .members()
                .advance_many(std::slice::from_ref(&step))
                .await);
            change = Some(commit_change(transaction).await);
        }
        let mut reading = snapshot(&storage).await;
        let change = change.unwrap_or(since + 1);
        let own = ok(reading.changes().list_members(id(2), since, ALL).await);
        let value = step.clone();
        assert_eq!(own, [Changed { change, value }]);
        let of_others = ok(reading.changes().list_members(id(1), since, ALL).await);
        assert_eq!(of_others.len(), usize::from(is_seen));
        since = change;
    }
}

pub(super) async fn privacy_stands_in_every_membership(storage: Arc<dyn Storage>) {
    populate(&storage, 3, &[(1, &[1, 2]), (2, &[2, 3])]).await;
    for (shows_read_receipts, shows_last_seen) in [(false, true), (true, false)] {
        let changed = User {
            privacy: Privacy {
                shows_read_receipts,
                shows_last_seen,
            },
            ..user(2)
        };
        let mut transaction = begin(&storage).await;
        ok(transaction.users().update_privacy(&changed).await);
        let change = commit_change(transaction).await;
        let mut reading = snapshot(&storage).await;
        let found = ok(reading.users().find_many(&[id(2)]).await);
        assert_eq!(found[0].privacy, changed.privacy);
        let pairs = [(id(1), id(2)), (id(2), id(2)), (id(1), id(1))];
        for member in ok(reading.members().find_many(&pairs).await) {
            let is_shown = member.user_id != id(2) || shows_read_receipts;
            assert_eq!(member.shows_read_receipts, is_shown);
        }
        assert_eq!(ok(reading.changes().current().await), change);
    }
}

pub(super) async fn watermarks_of_present_members_are_reported(storage: Arc<dyn Storage>) {
    populate(&storage, 4, &[(1, &[1, 2, 3]), (2, &[2, 4])]).await;
    let since = ok(snapshot(&storage).await.changes().current().await);
    let mut transaction = begin(&storage).await;
    let mark = |chat, user| Member {
        watermarks: watermarks(2, 1),
        ..member(chat, user)
    };
    let marks = [mark(1, 2), mark(2, 4)];
    ok(transaction.members().advance_many(&marks).await);
    let change = commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let moved = ok(reading.changes().list_members(id(1), since, ALL).await);
    assert_eq!(
        moved,
        [Changed {
            change,
            value: mark(1, 2)
        }]
    );
    assert_eq!(
        ok(reading.changes().list_members(id(1), change, ALL).await),
        []
    );
    drop(reading);
    let mut transaction = begin(&storage).await;
    let former = Member {
        has_left: true,
        ..mark(1, 2)
    };
    ok(transaction.members().upsert_many(&[former]).await);
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(
        ok(reading.changes().list_members(id(1), since, ALL).await),
        []
    );
}

pub(super) async fn profiles_of_contacts_are_reported(storage: Arc<dyn Storage>) {
    populate(&storage, 4, &[(1, &[1, 2]), (2, &[1, 2]), (3, &[2, 3])]).await;
    let since = ok(snapshot(&storage).await.changes().current().await);
    let mut transaction = begin(&storage).await;
    let renamed = |number| User {
        revision: 2,
        ..user(number)
    };
    for number in 1..=4 {
        ok(transaction.users().update(&renamed(number)).await);
    }
    let change = commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let changed = ok(reading.changes().list_users(id(1), since, ALL).await);
    let ids: Vec<_> = changed.iter().map(|changed| changed.value.id).collect();
    assert_eq!(sorted(ids), sorted(vec![id(1), id(2)]));
    assert!(changed.iter().all(|changed| changed.change == change));
    let alone = ok(reading.changes().list_users(id(4), since, ALL).await);
    assert_eq!(
        alone,
        [Changed {
            change,
            value: renamed(4)
        }]
    );
    assert_eq!(
        ok(reading.changes().list_users(id(1), change, ALL).await),
        []
    );
}

pub(super) async fn profiles_of_former_members_are_reported_to_those_who_stay(
    storage: Arc<dyn Storage>,
) {
    populate(&storage, 2, &[(1, &[1, 2])]).await;
    let mut transaction = begin(&storage).await;
    let mut former = member(1, 2);
    former.has_left = true;
    ok(transaction.members().upsert_many(&[former]).await);
    let since = commit_change(transaction).await;
    let mut transaction = begin(&storage).await;
    for number in [1, 2] {
        let renamed = User {
            revision: 2,
            ..user(number)
        };
        ok(transaction.users().update(&renamed).await);
    }
    commit_change(transaction).await;
    let mut reading = snapshot(&storage).await;
    let mut told = async |viewer| {
        let changed = ok(reading.changes().list_users(viewer, since, ALL).await);
        sorted(changed.iter().map(|changed| changed.value.id).collect())
    };
    assert_eq!(told(id(1)).await, sorted(vec![id(1), id(2)]));
    assert_eq!(told(id(2)).await, [id(2)]);
}

pub(super) async fn lists_of_changes_are_ascending_and_never_cut_a_number(
    storage: Arc<dyn Storage>,
) {
    populate(&storage, 1, &[]).await;
    let mut next = 1;
    // Transactions that write one, two, three ... chats.
    for size in 1..=8 {
        let mut transaction = begin(&storage).await;
        for number in next..next + size {
            ok(transaction.chats().insert(&chat(number)).await);
            let joined = [member(number, 1)];
            ok(transaction.members().upsert_many(&joined).await);
        }
        next += size;
        commit_change(transaction).await;
    }
    for limit in [1, 2, 5, 35, 36, 100] {
        let (mut since, mut ids) = (0, Vec::new());
        loop {
            let mut reading = snapshot(&storage).await;
            let page = ok(reading.changes().list_chats(id(1), since, limit).await);
            assert!(page.is_sorted_by_key(|changed| changed.change));
            let Some(last) = page.last() else { break };
            since = last.change;
            ids.extend(page.iter().map(|changed| changed.value));
        }
        let expected = (1..=36).map(id).collect();
        assert_eq!(sorted(ids), sorted(expected), "limit {limit}");
    }
}

pub(super) async fn what_was_noted_is_listed_in_the_order_of_the_commits(
    storage: Arc<dyn Storage>,
) {
    let commits: [&[Touched]; 3] = [
        &[Touched::Chat(id(1)), Touched::Member(id(1), id(2))],
        &[],
        &[Touched::User(id(3)), Touched::Chat(id(1))],
    ];
    for (number, touched) in (1..).zip(commits) {
        let mut transaction = begin(&storage).await;
        ok(transaction.users().insert(&user(number)).await);
        ok(transaction.changes().note(touched).await);
        commit_change(transaction).await;
    }
    let mut reading = snapshot(&storage).await;
    let current = ok(reading.changes().current().await);
    let mut listed = async |since| ok(reading.changes().list_touched(since, 3).await);
    assert_eq!(listed(current - 3).await, Some(commits.concat()));
    assert_eq!(listed(current - 1).await, Some(commits[2].to_vec()));
    assert_eq!(listed(current).await, Some(Vec::new()));
}

pub(super) async fn what_is_not_known_is_not_listed(storage: Arc<dyn Storage>) {
    let mut without_number = begin(&storage).await;
    ok(without_number.changes().note(&[Touched::Chat(id(1))]).await);
    assert_eq!(commit(without_number).await, None);
    for (number, is_noted) in [(1, true), (2, false), (3, true)] {
        let mut transaction = begin(&storage).await;
        ok(transaction.users().insert(&user(number)).await);
        if is_noted {
            ok(transaction.changes().note(&[]).await);
        }
        commit_change(transaction).await;
    }
    let mut reading = snapshot(&storage).await;
    let current = ok(reading.changes().current().await);
    let mut listed = async |since, limit| ok(reading.changes().list_touched(since, limit).await);
    assert_eq!(listed(current - 1, ALL).await, Some(Vec::new()));
    assert_eq!(listed(current - 2, ALL).await, None, "one noted nothing");
    assert_eq!(listed(current - 1, 0).await, None, "more than the limit");
}
