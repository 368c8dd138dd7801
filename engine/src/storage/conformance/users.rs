//! Checks of the repository of people.

use std::sync::Arc;

use relaychat_protocol::UserId;

use super::{
    begin, commit, commit_change, ok, refused,
    samples::{email, external_id, id, member, populate, sorted, user},
    snapshot,
};
use crate::{
    domain::user::{User, UserStatus},
    storage::{Storage, StorageErrorKind, UserFilter, UserPosition},
};

fn everybody() -> UserFilter {
    UserFilter {
        viewer: id(1),
        is_limited_to_contacts: false,
        name_contains: None,
        email: None,
        after: None,
        limit: 100,
    }
}

async fn insert(storage: &Arc<dyn Storage>, users: &[User]) {
    let mut transaction = begin(storage).await;
    for user in users {
        ok(transaction.users().insert(user).await);
    }
    commit_change(transaction).await;
}

fn named(number: u32, name: &str) -> User {
    let name = name.to_owned();
    User {
        name,
        ..user(number)
    }
}

async fn listed(storage: &Arc<dyn Storage>, filter: UserFilter) -> Vec<UserId> {
    let users = ok(snapshot(storage).await.users().list(&filter).await);
    users.into_iter().map(|user| user.id).collect()
}

pub(super) async fn a_person_comes_back_as_inserted(storage: Arc<dyn Storage>) {
    let plain = User {
        email: None,
        external_id: None,
        avatar_id: None,
        avatar_url: None,
        status: UserStatus::Disabled,
        last_seen_at_ms: Some(7),
        ..named(2, "O'Neil \u{1}% 😀")
    };
    insert(&storage, &[user(1), plain.clone()]).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.users().find_many(&[id(1)]).await), [user(1)]);
    assert_eq!(ok(reading.users().find_many(&[id(2)]).await), [plain]);
    let found = ok(reading.users().find_by_email(&email(1)).await);
    assert_eq!(found, Some(user(1)));
}

pub(super) async fn unknown_ids_are_absent(storage: Arc<dyn Storage>) {
    insert(&storage, &[user(1)]).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.users().find_many(&[]).await), []);
    let found = ok(reading.users().find_many(&[id(9), id(1), id(8)]).await);
    assert_eq!(found, [user(1)]);
    assert_eq!(ok(reading.users().find_by_email(&email(9)).await), None);
}

pub(super) async fn an_address_is_unique(storage: Arc<dyn Storage>) {
    insert(&storage, &[user(1), user(2)]).await;
    let mut transaction = begin(&storage).await;
    let same_address = User {
        id: id(3),
        external_id: None,
        ..user(1)
    };
    let inserted = transaction.users().insert(&same_address).await;
    refused(inserted, StorageErrorKind::Conflict);
    let taken = User {
        email: Some(email(1)),
        ..user(2)
    };
    refused(
        transaction.users().update(&taken).await,
        StorageErrorKind::Conflict,
    );
    // People without an address do not meet.
    for number in 4..6 {
        let without = User {
            email: None,
            ..user(number)
        };
        ok(transaction.users().insert(&without).await);
    }
}

pub(super) async fn an_external_id_is_unique_and_finds_its_person(storage: Arc<dyn Storage>) {
    insert(&storage, &[user(1), user(2)]).await;
    let mut transaction = begin(&storage).await;
    let same_id = User {
        id: id(3),
        email: None,
        ..user(1)
    };
    let inserted = transaction.users().insert(&same_id).await;
    refused(inserted, StorageErrorKind::Conflict);
    let wanted = [external_id(2), external_id(9), external_id(1)];
    let found = ok(transaction.users().find_by_external_ids(&wanted).await);
    let found = sorted(found.into_iter().map(|user| user.id).collect());
    assert_eq!(found, sorted(vec![id(1), id(2)]));
    // People without one do not meet, and an id that was freed is free.
    for number in [1, 4] {
        let without = User {
            external_id: None,
            ..user(number)
        };
        match number {
            1 => ok(transaction.users().update(&without).await),
            _ => ok(transaction.users().insert(&without).await),
        }
    }
    ok(transaction.users().insert(&same_id).await);
}

pub(super) async fn people_who_are_gone_are_not_listed(storage: Arc<dyn Storage>) {
    let status = |number, status| User {
        status,
        ..user(number)
    };
    insert(
        &storage,
        &[
            status(2, UserStatus::Active),
            status(3, UserStatus::Disabled),
            status(4, UserStatus::Deleted),
        ],
    )
    .await;
    assert_eq!(
        sorted(listed(&storage, everybody()).await),
        sorted(vec![id(2), id(3)])
    );
    let found = ok(snapshot(&storage).await.users().find_many(&[id(4)]).await);
    assert_eq!(found.len(), 1, "what they wrote still has an author");
}

pub(super) async fn an_update_replaces_all_but_last_seen(storage: Arc<dyn Storage>) {
    insert(&storage, &[user(1)]).await;
    let mut transaction = begin(&storage).await;
    ok(transaction.users().update_last_seen(&[(id(1), 50)]).await);
    let updated = User {
        email: None,
        external_id: None,
        name: "Another".to_owned(),
        is_name_chosen: true,
        avatar_id: None,
        avatar_url: None,
        status: UserStatus::Deleted,
        revision: 2,
        last_seen_at_ms: Some(1),
        ..user(1)
    };
    ok(transaction.users().update(&updated).await);
    let found = ok(transaction.users().find_many(&[id(1)]).await);
    let expected = User {
        last_seen_at_ms: Some(50),
        ..updated
    };
    assert_eq!(found, [expected]);
    commit_change(transaction).await;
}

pub(super) async fn last_seen_never_moves_back_and_is_no_change(storage: Arc<dyn Storage>) {
    insert(&storage, &[user(1), user(2)]).await;
    let mut transaction = begin(&storage).await;
    let seen = [(id(1), 50), (id(2), 60), (id(1), 40), (id(9), 1)];
    ok(transaction.users().update_last_seen(&seen).await);
    assert_eq!(commit(transaction).await, None);
    let mut reading = snapshot(&storage).await;
    let found = ok(reading.users().find_many(&[id(1)]).await);
    assert_eq!(
        found,
        [User {
            last_seen_at_ms: Some(50),
            ..user(1)
        }]
    );
}

pub(super) async fn pages_of_people_have_no_holes_and_no_repeats(storage: Arc<dyn Storage>) {
    // Equal names, and names that differ by case only, so that the id decides.
    let name = |number: u32| ["Ann", "ann", "Bob", "Éva", "éva"][number as usize % 5];
    let users: Vec<_> = (1..=60).map(|number| named(number, name(number))).collect();
    insert(&storage, &users).await;
    for limit in [1, 7, 59, 60] {
        let mut filter = UserFilter {
            limit,
            ..everybody()
        };
        let mut places = Vec::new();
        loop {
            let page = ok(snapshot(&storage).await.users().list(&filter).await);
            assert!(page.len() <= limit as usize);
            let Some(last) = page.last() else { break };
            filter.after = Some(UserPosition::of(last));
            places.extend(page.iter().map(|user| {
                let UserPosition { search_name, id } = UserPosition::of(user);
                (search_name, id)
            }));
        }
        assert_eq!(places.len(), 59, "everybody but the viewer");
        assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
    }
}

pub(super) async fn the_viewer_is_never_listed(storage: Arc<dyn Storage>) {
    insert(&storage, &[user(1), user(2)]).await;
    let by_address = UserFilter {
        email: Some(email(1)),
        ..everybody()
    };
    assert_eq!(listed(&storage, by_address).await, [id(2)]);
    let by_name = UserFilter {
        name_contains: Some("1".to_owned()),
        ..everybody()
    };
    assert_eq!(listed(&storage, by_name).await, []);
}

pub(super) async fn names_are_found_whatever_the_case(storage: Arc<dyn Storage>) {
    insert(&storage, &[user(1), named(2, "ÅSA Öberg"), named(3, "Bob")]).await;
    for text in ["åsa", "ÅSA ö", "öBER", "a ö"] {
        let filter = UserFilter {
            name_contains: Some(text.to_owned()),
            ..everybody()
        };
        assert_eq!(listed(&storage, filter).await, [id(2)], "{text}");
    }
}

pub(super) async fn wildcards_in_a_search_are_text(storage: Arc<dyn Storage>) {
    let odd = ["100%", "a_b", "a\\b", "a'b", "a*b", "[x]"];
    let mut users = vec![user(1), named(50, "plain a-b")];
    users.extend((2..).zip(odd).map(|(number, name)| named(number, name)));
    insert(&storage, &users).await;
    for (number, text) in (2..).zip(["%", "_", "\\", "'", "*", "["]) {
        let filter = UserFilter {
            name_contains: Some(text.to_owned()),
            ..everybody()
        };
        assert_eq!(listed(&storage, filter).await, [id(number)], "{text}");
    }
}

pub(super) async fn an_exact_address_finds_anybody(storage: Arc<dyn Storage>) {
    populate(&storage, 5, &[(1, &[1, 2])]).await;
    let filter = UserFilter {
        is_limited_to_contacts: true,
        name_contains: Some("nothing".to_owned()),
        email: Some(email(4)),
        ..everybody()
    };
    assert_eq!(listed(&storage, filter.clone()).await, [id(4)]);
    let filter = UserFilter {
        name_contains: None,
        ..filter
    };
    assert_eq!(listed(&storage, filter).await.len(), 2);
}

pub(super) async fn only_contacts_are_listed_when_limited(storage: Arc<dyn Storage>) {
    populate(&storage, 6, &[(1, &[1, 2]), (2, &[1, 3]), (3, &[4, 5])]).await;
    let mut transaction = begin(&storage).await;
    let mut former = member(2, 3);
    former.has_left = true;
    ok(transaction.members().upsert_many(&[former]).await);
    commit_change(transaction).await;
    let filter = UserFilter {
        is_limited_to_contacts: true,
        ..everybody()
    };
    assert_eq!(listed(&storage, filter).await, [id(2)]);
}

pub(super) async fn contacts_share_a_chat_now(storage: Arc<dyn Storage>) {
    populate(&storage, 6, &[(1, &[1, 2, 3]), (2, &[1, 3]), (3, &[4, 5])]).await;
    let mut reading = snapshot(&storage).await;
    let among: Vec<_> = (1..=9).map(id).collect();
    let contacts = ok(reading.users().list_contacts(id(1), &among).await);
    assert_eq!(sorted(contacts), sorted(vec![id(1), id(2), id(3)]));
    let contacts = ok(reading.users().list_contacts(id(1), &[id(5), id(2)]).await);
    assert_eq!(contacts, [id(2)]);
    let alone = ok(reading.users().list_contacts(id(6), &among).await);
    assert_eq!(alone, [id(6)]);
}

pub(super) async fn chat_ids_are_those_of_now(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2]), (2, &[1, 2]), (3, &[2])]).await;
    let mut transaction = begin(&storage).await;
    let mut former = member(2, 1);
    former.has_left = true;
    ok(transaction.members().upsert_many(&[former]).await);
    assert_eq!(ok(transaction.users().list_chat_ids(id(1)).await), [id(1)]);
    let audience = ok(transaction.users().list_audience_ids(id(1)).await);
    assert_eq!(sorted(audience), sorted(vec![id(1), id(2)]));
    let ids = ok(transaction.users().list_chat_ids(id(2)).await);
    assert_eq!(sorted(ids), sorted(vec![id(1), id(2), id(3)]));
    assert_eq!(ok(transaction.users().list_chat_ids(id(9)).await), []);
}
