//! Checks of what is kept for hosts, and of the lists of what belongs to a person.

use std::sync::Arc;

use relaychat_protocol::UserId;

use super::{
    begin, commit, commit_change, ok, refused,
    samples::{attachment, email, id, message, populate},
    snapshot,
};
use crate::{
    domain::{
        attachment::Attachment,
        message::Message,
        server_key::ServerKey,
        session::{LoginKey, Session},
    },
    storage::{Storage, StorageErrorKind},
};

fn key(number: u8) -> ServerKey {
    ServerKey {
        id: id(u32::from(number)),
        hash: [number; 32],
        name: format!("Key {number}"),
        created_at_ms: 100 - i64::from(number),
        revoked_at_ms: None,
    }
}

fn session(number: u32, login_key: Option<LoginKey>) -> Session {
    Session {
        id: id(number),
        user_id: id(1),
        login_key,
        device_name: None,
        created_at_ms: 1,
        last_used_at_ms: 1,
        expires_at_ms: 2,
    }
}

pub(super) async fn server_keys_are_found_listed_and_revoked_once(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    for number in [1, 2] {
        ok(transaction.host().insert_server_key(&key(number)).await);
    }
    let same_hash = ServerKey {
        id: id(3),
        ..key(1)
    };
    let inserted = transaction.host().insert_server_key(&same_hash).await;
    refused(inserted, StorageErrorKind::Conflict);
    assert!(ok(transaction.host().revoke_server_key(id(2), 7).await));
    assert!(!ok(transaction.host().revoke_server_key(id(2), 8).await));
    assert!(!ok(transaction.host().revoke_server_key(id(9), 8).await));
    assert_eq!(commit(transaction).await, None);
    let mut reading = snapshot(&storage).await;
    let revoked = ServerKey {
        revoked_at_ms: Some(7),
        ..key(2)
    };
    assert_eq!(ok(reading.host().find_server_key([9; 32]).await), None);
    let found = ok(reading.host().find_server_key([2; 32]).await);
    assert_eq!(found, Some(revoked.clone()));
    assert_eq!(
        ok(reading.host().list_server_keys().await),
        [revoked, key(1)]
    );
}

pub(super) async fn the_latest_logout_of_a_login_counts(storage: Arc<dyn Storage>) {
    let mut transaction = begin(&storage).await;
    for (key, at_ms) in [([1; 32], 50), ([1; 32], 40), ([2; 32], 60)] {
        ok(transaction.host().upsert_logout(key, at_ms).await);
    }
    assert_eq!(commit(transaction).await, None);
    let mut transaction = begin(&storage).await;
    let host = transaction.host();
    assert_eq!(ok(host.last_logout(&[]).await), None);
    assert_eq!(ok(host.last_logout(&[[3; 32]]).await), None);
    assert_eq!(ok(host.last_logout(&[[1; 32]]).await), Some(50));
    assert_eq!(ok(host.last_logout(&[[1; 32], [2; 32]]).await), Some(60));
    assert_eq!(ok(host.forget_logouts(60).await), 1);
    assert_eq!(ok(host.last_logout(&[[1; 32], [2; 32]]).await), Some(60));
}

pub(super) async fn a_login_has_one_session_and_finds_it(storage: Arc<dyn Storage>) {
    populate(&storage, 1, &[]).await;
    let mut transaction = begin(&storage).await;
    let sessions = transaction.sessions();
    for one in [
        session(1, Some([1; 32])),
        session(2, None),
        session(3, None),
    ] {
        ok(sessions.insert(&one).await);
    }
    let second = sessions.insert(&session(4, Some([1; 32]))).await;
    refused(second, StorageErrorKind::Conflict);
    let found = ok(sessions.find_by_login([1; 32]).await);
    assert_eq!(found, Some(session(1, Some([1; 32]))));
    assert_eq!(ok(sessions.find_by_login([2; 32]).await), None);
}

pub(super) async fn what_belongs_to_a_person_is_listed_whole(storage: Arc<dyn Storage>) {
    populate(&storage, 2, &[(1, &[1, 2]), (2, &[1]), (3, &[2])]).await;
    let by = |sender: u32, chat, seq| Message {
        sender_id: id(sender),
        ..message(chat, seq)
    };
    let mut transaction = begin(&storage).await;
    let sent = [
        by(1, 1, 1),
        by(2, 1, 2),
        by(1, 1, 3),
        by(1, 2, 1),
        by(2, 3, 1),
    ];
    ok(transaction.messages().insert_many(&sent).await);
    for number in 1..=3 {
        let upload = Attachment {
            owner_id: id(if number == 3 { 2 } else { 1 }),
            ..attachment(number)
        };
        ok(transaction.attachments().insert(&upload).await);
    }
    let mut left = ok(transaction.members().find_many(&[(id(2), id(1))]).await);
    left.iter_mut().for_each(|member| member.has_left = true);
    ok(transaction.members().upsert_many(&left).await);
    commit_change(transaction).await;

    let mut reading = snapshot(&storage).await;
    let me: UserId = id(1);
    let (mut chats, mut places, mut uploads) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let owned = reading.owned();
        let member = ok(owned.list_memberships(me, chats.last().copied(), 1).await);
        let message = ok(owned.list_sent(me, places.last().copied(), 1).await);
        let upload = ok(owned.list_uploads(me, uploads.last().copied(), 1).await);
        if member.is_empty() && message.is_empty() && upload.is_empty() {
            break;
        }
        chats.extend(member.iter().map(|one| one.chat_id));
        places.extend(message.iter().map(|one| (one.chat_id, one.seq)));
        uploads.extend(upload.iter().map(|one| one.id));
    }
    assert_eq!((chats.len(), places.len(), uploads.len()), (2, 3, 2));
    assert!(chats.is_sorted() && places.is_sorted() && uploads.is_sorted());
    let found = ok(reading.users().find_by_email(&email(1)).await);
    assert_eq!(found.map(|user| user.id), Some(me));
}
