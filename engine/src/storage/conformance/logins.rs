//! Checks of the repository of requests for codes.

use std::sync::Arc;

use super::{
    begin, commit, ok,
    samples::{email, id},
    snapshot,
};
use crate::{
    domain::login::LoginRequest,
    storage::{LoginCounts, Storage},
};

fn request(number: u32, address: u32, created_at_ms: i64) -> LoginRequest {
    LoginRequest {
        id: id(number),
        email: email(address),
        network: format!("192.0.2.{}", number % 2),
        created_at_ms,
        has_mail: true,
        failed_tries: 0,
        is_used: false,
    }
}

async fn insert(storage: &Arc<dyn Storage>, requests: &[LoginRequest]) {
    let mut transaction = begin(storage).await;
    for request in requests {
        ok(transaction.logins().insert(request).await);
    }
    assert_eq!(commit(transaction).await, None);
}

fn counts(count: u32, oldest_at_ms: i64, newest_at_ms: i64) -> LoginCounts {
    LoginCounts {
        count,
        oldest_at_ms: Some(oldest_at_ms),
        newest_at_ms: Some(newest_at_ms),
    }
}

pub(super) async fn a_request_comes_back_as_inserted(storage: Arc<dyn Storage>) {
    insert(&storage, &[request(1, 1, 10)]).await;
    let mut reading = snapshot(&storage).await;
    let found = ok(reading.logins().find(id(1)).await);
    assert_eq!(found, Some(request(1, 1, 10)));
    assert_eq!(ok(reading.logins().find(id(2)).await), None);
}

pub(super) async fn an_update_replaces_tries_and_use(storage: Arc<dyn Storage>) {
    insert(&storage, &[request(1, 1, 10), request(2, 1, 10)]).await;
    let mut transaction = begin(&storage).await;
    let updated = LoginRequest {
        failed_tries: 3,
        is_used: true,
        ..request(1, 1, 10)
    };
    ok(transaction.logins().update(&updated).await);
    assert_eq!(commit(transaction).await, None);
    let mut reading = snapshot(&storage).await;
    assert_eq!(ok(reading.logins().find(id(1)).await), Some(updated));
    let other = ok(reading.logins().find(id(2)).await);
    assert_eq!(other, Some(request(2, 1, 10)));
}

pub(super) async fn mails_are_counted_by_address_and_time(storage: Arc<dyn Storage>) {
    let without_mail = LoginRequest {
        has_mail: false,
        ..request(5, 1, 40)
    };
    let others = [request(1, 1, 10), request(2, 1, 20), request(3, 1, 30)];
    insert(&storage, &others).await;
    insert(&storage, &[request(4, 2, 40), without_mail]).await;
    let mut reading = snapshot(&storage).await;
    let counted = ok(reading.logins().count_mails(&email(1), 20).await);
    assert_eq!(counted, counts(2, 20, 30));
    let nothing = ok(reading.logins().count_mails(&email(1), 31).await);
    assert_eq!(nothing, LoginCounts::default());
}

pub(super) async fn requests_are_counted_by_network_and_time(storage: Arc<dyn Storage>) {
    let requests: Vec<_> = (1..=6).map(|n| request(n, n, i64::from(n) * 10)).collect();
    insert(&storage, &requests).await;
    let mut reading = snapshot(&storage).await;
    let counted = ok(reading.logins().count_network("192.0.2.0", 40).await);
    assert_eq!(counted, counts(2, 40, 60));
}

pub(super) async fn failures_are_counted_by_address_and_time(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    for at_ms in [10, 20, 20, 30] {
        ok(transaction.logins().insert_failure(&email(1), at_ms).await);
    }
    ok(transaction.logins().insert_failure(&email(2), 30).await);
    let counted = ok(transaction.logins().count_failures(&email(1), 20).await);
    assert_eq!(counted, counts(3, 20, 30));
    assert_eq!(commit(transaction).await, None);
}

pub(super) async fn old_requests_and_failures_are_forgotten(storage: Arc<dyn Storage>) {
    insert(&storage, &[request(1, 1, 10), request(2, 1, 20)]).await;
    let mut transaction = begin(&storage).await;
    ok(transaction.logins().insert_failure(&email(1), 19).await);
    ok(transaction.logins().insert_failure(&email(1), 20).await);
    assert_eq!(ok(transaction.logins().remove_before(20).await), 2);
    assert_eq!(ok(transaction.logins().find(id(1)).await), None);
    assert!(ok(transaction.logins().find(id(2)).await).is_some());
    let failures = ok(transaction.logins().count_failures(&email(1), 0).await);
    assert_eq!(failures, counts(1, 20, 20));
}
