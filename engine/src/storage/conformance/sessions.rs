//! Checks of the repository of sessions and refresh tokens.

use std::sync::Arc;

use relaychat_protocol::SessionId;

use super::{
    begin, commit, ok,
    samples::{id, populate, sorted},
    snapshot,
};
use crate::{
    domain::session::{RefreshToken, Session},
    storage::Storage,
};

fn session(number: u32, user: u32) -> Session {
    Session {
        id: id(number),
        user_id: id(user),
        login_key: None,
        device_name: Some("Laptop".to_owned()).filter(|_| number.is_multiple_of(2)),
        created_at_ms: i64::from(number),
        last_used_at_ms: i64::from(number),
        expires_at_ms: i64::from(number) * 100,
    }
}

fn token(number: u8, session: u32) -> RefreshToken {
    RefreshToken {
        hash: [number; 32],
        session_id: id(session),
        used_at_ms: None,
    }
}

async fn insert(storage: &Arc<dyn Storage>, sessions: &[Session]) {
    populate(storage, 3, &[]).await;
    let mut transaction = begin(storage).await;
    for session in sessions {
        ok(transaction.sessions().insert(session).await);
    }
    assert_eq!(commit(transaction).await, None);
}

pub(super) async fn a_session_comes_back_as_inserted(storage: Arc<dyn Storage>) {
    insert(&storage, &[session(1, 1), session(2, 1)]).await;
    let mut reading = snapshot(&storage).await;
    for number in 1..=2 {
        let found = ok(reading.sessions().find(id(number)).await);
        assert_eq!(found, Some(session(number, 1)));
    }
    assert_eq!(ok(reading.sessions().find(id(3)).await), None);
}

pub(super) async fn sessions_are_listed_newest_first_without_expired(storage: Arc<dyn Storage>) {
    let sessions: Vec<_> = (1..=5).map(|number| session(number, 1)).collect();
    insert(&storage, &sessions).await;
    let mut reading = snapshot(&storage).await;
    let listed = ok(reading.sessions().list(id(1), 200).await);
    assert_eq!(listed, [session(5, 1), session(4, 1), session(3, 1)]);
    assert_eq!(ok(reading.sessions().list(id(2), 0).await), []);
}

pub(super) async fn an_update_prolongs_a_session(storage: Arc<dyn Storage>) {
    insert(&storage, &[session(1, 1)]).await;
    let mut transaction = begin(&storage).await;
    let prolonged = Session {
        last_used_at_ms: 7,
        expires_at_ms: 7_000,
        ..session(1, 1)
    };
    ok(transaction.sessions().update(&prolonged).await);
    let found = ok(transaction.sessions().find(id(1)).await);
    assert_eq!(found, Some(prolonged));
}

pub(super) async fn removing_a_session_removes_its_tokens(storage: Arc<dyn Storage>) {
    insert(&storage, &[session(1, 1), session(2, 1)]).await;
    let mut transaction = begin(&storage).await;
    for token in [token(1, 1), token(2, 1), token(3, 2)] {
        ok(transaction.sessions().insert_refresh_token(&token).await);
    }
    assert!(ok(transaction.sessions().remove(id(1)).await));
    assert!(!ok(transaction.sessions().remove(id(1)).await));
    for number in 1..=2 {
        let found = transaction.sessions().find_refresh_token([number; 32]);
        assert_eq!(ok(found.await), None);
    }
    let kept = transaction.sessions().find_refresh_token([3; 32]);
    assert_eq!(ok(kept.await), Some(token(3, 2)));
    assert_eq!(commit(transaction).await, None);
}

pub(super) async fn expired_sessions_are_listed(storage: Arc<dyn Storage>) {
    let sessions: Vec<_> = (1..=5).map(|number| session(number, 1)).collect();
    insert(&storage, &sessions).await;
    let mut reading = snapshot(&storage).await;
    let expired = ok(reading.sessions().list_expired(300, 10).await);
    assert_eq!(sorted(expired), sorted(vec![id(1), id(2), id(3)]));
    assert_eq!(ok(reading.sessions().list_expired(300, 2).await).len(), 2);
}

pub(super) async fn those_alive_among_many_are_listed(storage: Arc<dyn Storage>) {
    let sessions: Vec<_> = (1..=5).map(|number| session(number, 1)).collect();
    insert(&storage, &sessions).await;
    let mut reading = snapshot(&storage).await;
    let asked: Vec<SessionId> = (2..=7).map(id).collect();
    let alive = ok(reading.sessions().list_alive(&asked, 300).await);
    assert_eq!(sorted(alive), sorted(vec![id(4), id(5)]));
    assert_eq!(ok(reading.sessions().list_alive(&[], 0).await), vec![]);
}

pub(super) async fn a_token_is_found_by_its_hash_and_spent(storage: Arc<dyn Storage>) {
    insert(&storage, &[session(1, 1)]).await;
    let mut transaction = begin(&storage).await;
    let first = token(1, 1);
    ok(transaction.sessions().insert_refresh_token(&first).await);
    let spent = RefreshToken {
        used_at_ms: Some(5),
        ..first
    };
    ok(transaction.sessions().update_refresh_token(&spent).await);
    let found = transaction.sessions().find_refresh_token([1; 32]);
    assert_eq!(ok(found.await), Some(spent));
    let unknown = transaction.sessions().find_refresh_token([2; 32]);
    assert_eq!(ok(unknown.await), None);
}
