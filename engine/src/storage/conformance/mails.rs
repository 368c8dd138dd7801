//! Checks of the outbox of mail.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    begin, commit, ok,
    samples::{email, id},
    snapshot,
};
use crate::{domain::mail::OutgoingMail, storage::Storage};

fn mail(number: u32, due_at_ms: i64) -> OutgoingMail {
    OutgoingMail {
        id: id(number),
        to: email(number),
        login_request_id: id(number + 100),
        languages: "pt-BR,pt;q=0.9".to_owned(),
        attempts: 0,
        due_at_ms,
        expires_at_ms: 1_000,
    }
}

async fn insert(storage: &Arc<dyn Storage>, mails: &[OutgoingMail]) {
    let mut transaction = begin(storage).await;
    for mail in mails {
        ok(transaction.mails().insert(mail).await);
    }
    assert_eq!(commit(transaction).await, None);
}

pub(super) async fn mails_are_due_in_order(storage: Arc<dyn Storage>) {
    assert_eq!(
        ok(snapshot(&storage).await.mails().next_due_at_ms().await),
        None
    );
    assert_eq!(ok(snapshot(&storage).await.mails().count().await), 0);
    insert(&storage, &[mail(1, 30), mail(2, 10), mail(3, 20)]).await;
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.mails().count().await), 3);
    assert_eq!(ok(reading.mails().next_due_at_ms().await), Some(10));
    let due = ok(reading.mails().list_due(20, 10).await);
    assert_eq!(due, [mail(2, 10), mail(3, 20)]);
    let due = ok(reading.mails().list_due(100, 1).await);
    assert_eq!(due, [mail(2, 10)]);
    assert_eq!(ok(reading.mails().list_due(9, 10).await), []);
}

pub(super) async fn an_update_delays_a_mail(storage: Arc<dyn Storage>) {
    insert(&storage, &[mail(1, 10), mail(2, 10)]).await;
    let mut transaction = begin(&storage).await;
    let delayed = OutgoingMail {
        attempts: 1,
        ..mail(1, 50)
    };
    ok(transaction.mails().update(&delayed).await);
    assert_eq!(commit(transaction).await, None);
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.mails().list_due(49, 10).await), [mail(2, 10)]);
    let due = ok(reading.mails().list_due(50, 10).await);
    assert_eq!(due, [mail(2, 10), delayed]);
}

pub(super) async fn a_mail_is_removed_once(storage: Arc<dyn Storage>) {
    insert(&storage, &[mail(1, 10)]).await;
    let mut transaction = begin(&storage).await;
    let mail_id: Uuid = id(1);
    assert!(ok(transaction.mails().remove(mail_id).await));
    assert!(!ok(transaction.mails().remove(mail_id).await));
    assert_eq!(ok(transaction.mails().list_due(99, 10).await), []);
}
