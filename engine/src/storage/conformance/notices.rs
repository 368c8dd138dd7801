//! Checks of what the host is to be told, and of webhooks.

use std::sync::Arc;

use relaychat_protocol::ChatId;
use uuid::Uuid;

use super::{
    begin, commit, ok, refused,
    samples::{self, id},
    snapshot,
};
use crate::{
    domain::{
        notice::{Notice, NoticeState},
        webhook::Webhook,
    },
    storage::{DueNotices, Retold, Storage, StorageErrorKind},
};

const LISTENER: &str = "hook:a";

fn notice(event: u32, chat: Option<u32>) -> Notice {
    Notice {
        number: 0,
        event_id: id(event),
        listener: LISTENER.to_owned(),
        kind: "message.sent".to_owned(),
        chat_id: chat.map(id).map(ChatId),
        state: NoticeState::Waiting,
        attempts: 0,
        due_at_ms: 0,
        claimed_until_ms: 0,
        created_at_ms: i64::from(event),
        outcome: None,
        tried_at_ms: None,
        body: "{}".to_owned(),
    }
}

fn webhook() -> Webhook {
    Webhook {
        id: id(1),
        url: "https://shop.example/".to_owned(),
        secret: vec![1, 2, 3],
        former: None,
        kinds: vec!["chat.created".to_owned(), "message.sent".to_owned()],
        created_at_ms: 5,
        failing_since_ms: None,
        disabled: None,
    }
}

async fn insert(storage: &Arc<dyn Storage>, notices: &[Notice]) -> Vec<Notice> {
    let mut transaction = begin(storage).await;
    ok(transaction.notices().insert_many(notices).await);
    assert_eq!(commit(transaction).await, None);
    due(storage, DueNotices::New).await
}

async fn due(storage: &Arc<dyn Storage>, which: DueNotices) -> Vec<Notice> {
    let mut reading = snapshot(storage).await;
    ok(reading.notices().list_due(LISTENER, which, 100).await)
}

async fn update(storage: &Arc<dyn Storage>, notice: &Notice) {
    let mut transaction = begin(storage).await;
    ok(transaction.notices().update(notice).await);
    assert_eq!(commit(transaction).await, None);
}

pub(super) async fn notices_come_in_the_order_in_which_they_were_noted(storage: Arc<dyn Storage>) {
    let other = Notice {
        listener: "hook:b".to_owned(),
        ..notice(9, None)
    };
    insert(&storage, &[notice(3, Some(1)), other]).await;
    let listed = insert(&storage, &[notice(1, None), notice(2, Some(1))]).await;
    let events: Vec<Uuid> = listed.iter().map(|one| one.event_id).collect();
    assert_eq!(events, [3, 1, 2].map(id::<Uuid>));
    assert!(listed.is_sorted_by_key(|one| one.number));
    let as_noted = |one: &Notice| Notice {
        number: 0,
        ..one.clone()
    };
    assert_eq!(as_noted(&listed[0]), notice(3, Some(1)));
    let mut reading = snapshot(&storage).await;
    let newest = ok(reading.notices().list(LISTENER, u64::MAX, 2).await);
    assert_eq!(newest, [listed[2].clone(), listed[1].clone()]);
    let older = ok(reading.notices().list(LISTENER, newest[1].number, 9).await);
    assert_eq!(older, [listed[0].clone()]);
}

pub(super) async fn a_notice_that_is_told_or_waits_is_not_due(storage: Arc<dyn Storage>) {
    let listed = insert(
        &storage,
        &[notice(1, Some(7)), notice(2, None), notice(3, None)],
    )
    .await;
    let claimed = Notice {
        due_at_ms: 50,
        claimed_until_ms: 50,
        ..listed[0].clone()
    };
    update(&storage, &claimed).await;
    let delayed = Notice {
        due_at_ms: 40,
        attempts: 2,
        outcome: Some("500".to_owned()),
        tried_at_ms: Some(5),
        ..listed[1].clone()
    };
    update(&storage, &delayed).await;
    assert_eq!(due(&storage, DueNotices::New).await, [listed[2].clone()]);
    assert_eq!(due(&storage, DueNotices::Again(39)).await, []);
    let again = due(&storage, DueNotices::Again(50)).await;
    assert_eq!(again, [delayed, claimed]);
    let mut reading = snapshot(&storage).await;
    let chats = ok(reading.notices().list_claimed_chats(LISTENER, 49).await);
    assert_eq!(chats, [ChatId(id(7))]);
    let chats = ok(reading.notices().list_claimed_chats(LISTENER, 50).await);
    assert_eq!(chats, []);
    assert_eq!(
        ok(reading.notices().next_due_at_ms(LISTENER).await),
        Some(0)
    );
    assert_eq!(ok(reading.notices().next_due_at_ms("hook:x").await), None);
}

pub(super) async fn notices_are_told_again_held_back_and_forgotten(storage: Arc<dyn Storage>) {
    let listed = insert(
        &storage,
        &[notice(1, None), notice(2, None), notice(3, None)],
    )
    .await;
    for one in &listed {
        let told = Notice {
            state: NoticeState::Told,
            attempts: 1,
            ..one.clone()
        };
        update(&storage, &told).await;
    }
    assert_eq!(due(&storage, DueNotices::New).await, []);
    let mut transaction = begin(&storage).await;
    let notices = transaction.notices();
    assert_eq!(ok(notices.retell(LISTENER, Retold::Event(id(1))).await), 1);
    assert_eq!(ok(notices.retell(LISTENER, Retold::Since(3)).await), 1);
    assert_eq!(ok(notices.retell("hook:x", Retold::Since(0)).await), 0);
    assert_eq!(commit(transaction).await, None);
    let again = due(&storage, DueNotices::New).await;
    assert_eq!(again, [listed[0].clone(), listed[2].clone()]);
    let mut transaction = begin(&storage).await;
    let notices = transaction.notices();
    let (waiting, held) = (NoticeState::Waiting, NoticeState::Held);
    assert_eq!(ok(notices.move_all(LISTENER, waiting, held).await), 2);
    assert_eq!(ok(notices.next_due_at_ms(LISTENER).await), None);
    assert_eq!(ok(notices.move_all(LISTENER, held, waiting).await), 2);
    ok(notices.remove(listed[0].number).await);
    assert_eq!(ok(notices.remove_before(3).await), 1);
    assert_eq!(commit(transaction).await, None);
    assert_eq!(due(&storage, DueNotices::New).await, [listed[2].clone()]);
}

pub(super) async fn what_a_notice_tells_is_found_and_rewritten(storage: Arc<dyn Storage>) {
    let telling = |event, chat, body: &str| Notice {
        body: body.to_owned(),
        ..notice(event, chat)
    };
    let notices = [
        telling(1, Some(1), "100% a_b"),
        telling(2, Some(1), "a_b"),
        telling(3, Some(2), "a_b"),
        telling(4, Some(1), "aXb"),
        telling(5, Some(1), "a_b"),
    ];
    insert(&storage, &notices).await;
    let mut transaction = begin(&storage).await;
    let found = ok(transaction.notices().list_holding(id(1), 2, "a_b").await);
    let events: Vec<Uuid> = found.iter().map(|one| one.event_id).collect();
    let expected: Vec<Uuid> = vec![id(2), id(5)];
    assert_eq!(samples::sorted(events), samples::sorted(expected));
    for one in found {
        ok(transaction.notices().rewrite(one.number, "gone").await);
    }
    assert_eq!(commit(transaction).await, None);
    let bodies = due(&storage, DueNotices::New).await.into_iter();
    let bodies: Vec<_> = bodies.map(|one| one.body).collect();
    assert_eq!(bodies, ["100% a_b", "gone", "a_b", "aXb", "gone"]);
}

pub(super) async fn a_webhook_comes_back_as_inserted_and_updated(storage: Arc<dyn Storage>) {
    let webhook = webhook();
    let changed = Webhook {
        url: "https://shop.example/hook".to_owned(),
        secret: vec![4],
        former: Some((vec![1, 2, 3], 9)),
        kinds: vec!["message.sent".to_owned()],
        failing_since_ms: Some(7),
        disabled: Some((8, "why".to_owned())),
        ..webhook.clone()
    };
    let mut transaction = begin(&storage).await;
    ok(transaction.webhooks().insert(&webhook).await);
    let again = transaction.webhooks().insert(&webhook).await;
    refused(again, StorageErrorKind::Conflict);
    assert_eq!(ok(transaction.webhooks().list().await), [webhook]);
    ok(transaction.webhooks().update(&changed).await);
    assert_eq!(commit(transaction).await, None);
    assert_eq!(
        ok(snapshot(&storage).await.webhooks().list().await),
        [changed]
    );
    let mut transaction = begin(&storage).await;
    assert!(ok(transaction.webhooks().remove(id(1)).await));
    assert!(!ok(transaction.webhooks().remove(id(1)).await));
    assert_eq!(ok(transaction.webhooks().list().await), []);
}

pub(super) async fn every_write_of_a_webhook_makes_the_version_larger(storage: Arc<dyn Storage>) {
    let version = async || ok(snapshot(&storage).await.webhooks().version().await);
    let first = version().await;
    let mut transaction = begin(&storage).await;
    ok(transaction.webhooks().insert(&webhook()).await);
    let inserted = ok(transaction.webhooks().version().await);
    assert!(inserted > first);
    assert_eq!(version().await, first, "not committed");
    drop(transaction);
    let mut transaction = begin(&storage).await;
    assert_eq!(ok(transaction.webhooks().version().await), first);
    ok(transaction.webhooks().insert(&webhook()).await);
    assert_eq!(commit(transaction).await, None);
    let mut transaction = begin(&storage).await;
    // One that has drawn a change number knows it from there.
    ok(transaction.users().insert(&samples::user(1)).await);
    assert_eq!(ok(transaction.webhooks().version().await), version().await);
    ok(transaction.webhooks().update(&webhook()).await);
    let updated = ok(transaction.webhooks().version().await);
    assert!(updated > version().await);
    assert!(commit(transaction).await.is_some());
    let mut transaction = begin(&storage).await;
    assert!(ok(transaction.webhooks().remove(id(1)).await));
    assert_eq!(commit(transaction).await, None);
    assert!(version().await > updated);
}
