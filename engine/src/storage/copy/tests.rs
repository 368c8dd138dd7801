//! A filled database, there and back.

use std::sync::Arc;

use relaychat_protocol::AttachmentId;

use super::*;
use crate::storage::{
    MessageWindow, Storage,
    conformance::samples::{attachment, id, member, message, populate, user, watermarks},
    test_database::TestSchema,
};

/// What a test compares: everything that reads back differently when a column is lost.
async fn contents(storage: &dyn Storage) -> String {
    let mut reading = storage.snapshot().await.unwrap();
    let users = reading.users().find_many(&[id(1), id(2)]).await.unwrap();
    let messages = reading.messages();
    let messages = messages.list(id(1), MessageWindow::Newest, 5_000).await;
    let members = reading.members().list(id(1), None, 100).await.unwrap();
    let chats = reading.chats().find_many(&[id(1), id(2)]).await.unwrap();
    let uploads = reading.attachments().find_many(&[id(9)]).await.unwrap();
    let key = reading.changes().find_setting("key").await.unwrap();
    let change = reading.changes().current().await.unwrap();
    let mut all = vec![
        format!(
            "{:?} {members:?} {uploads:?} {key:?} {change}",
            messages.unwrap()
        ),
        format!("{chats:?}"),
    ];
    let mut users: Vec<_> = users.iter().map(|user| format!("{user:?}")).collect();
    users.sort();
    all.extend(users);
    all.join("\n")
}

async fn fill(storage: &Arc<dyn Storage>) {
    populate(storage, 2, &[(1, &[1, 2])]).await;
    let mut transaction = storage.begin().await.unwrap();
    let messages: Vec<_> = (1..=2_500).map(|seq| message(1, seq)).collect();
    transaction.messages().insert_many(&messages).await.unwrap();
    let read = crate::domain::member::Member {
        watermarks: watermarks(7, 5),
        ..member(1, 2)
    };
    transaction.members().advance_many(&[read]).await.unwrap();
    transaction
        .attachments()
        .insert(&attachment(9))
        .await
        .unwrap();
    transaction
        .changes()
        .upsert_setting("key", &[0, 255])
        .await
        .unwrap();
    transaction.commit(Box::new(|_| {})).await.unwrap();
}

async fn epoch(storage: &dyn Storage) -> uuid::Uuid {
    let mut reading = storage.snapshot().await.unwrap();
    reading.changes().epoch().await.unwrap()
}

fn place(schema: &TestSchema) -> Place {
    let url = schema.url();
    format!("{url}?schema={}", schema.name()).parse().unwrap()
}

fn reason(error: &StorageError) -> String {
    assert_eq!(error.kind, StorageErrorKind::Unusable);
    error.source.as_ref().unwrap().to_string()
}

#[tokio::test]
async fn everything_arrives_there_and_back_in_a_new_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let (first, last) = (
        folder.path().join("first.db"),
        folder.path().join("last.db"),
    );
    let schema = TestSchema::new();
    let source: Arc<dyn Storage> = Arc::new(Sqlite::open(&first).await.unwrap());
    fill(&source).await;
    let (expected, first_epoch) = (contents(&*source).await, epoch(&*source).await);
    source.close().await;

    let there = copy(&Place::Sqlite(first), &place(&schema), WhileRunning::Refuse).await;
    let there = there.unwrap();
    assert!(there.tables.contains(&("relay_messages", 2_500)));
    let storage = schema.open().await;
    assert_eq!(contents(&storage).await, expected);
    let second_epoch = epoch(&storage).await;
    assert_ne!(second_epoch, first_epoch);
    storage.close().await;

    let back = Place::Sqlite(last.clone());
    assert_eq!(
        copy(&place(&schema), &back, WhileRunning::Refuse)
            .await
            .unwrap(),
        there
    );
    let storage = Sqlite::open(&last).await.unwrap();
    assert_eq!(contents(&storage).await, expected);
    assert_ne!(epoch(&storage).await, second_epoch);
    // What is written next goes on after what came along.
    let mut transaction = storage.begin().await.unwrap();
    transaction.users().insert(&user(3)).await.unwrap();
    let next = there.change + 1;
    let committed = transaction.commit(Box::new(move |change| assert_eq!(change, Some(next))));
    committed.await.unwrap();
}

#[tokio::test]
async fn a_target_that_holds_anything_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let source: Arc<dyn Storage> = Arc::new(Sqlite::open(&path).await.unwrap());
    fill(&source).await;
    source.close().await;
    let schema = TestSchema::new();
    let storage = schema.open().await;
    let mut transaction = storage.begin().await.unwrap();
    transaction
        .changes()
        .upsert_setting("other", &[1])
        .await
        .unwrap();
    transaction.commit(Box::new(|_| {})).await.unwrap();
    let refused = copy(&Place::Sqlite(path), &place(&schema), WhileRunning::Refuse).await;
    assert!(reason(&refused.unwrap_err()).contains("not empty"));
    let mut reading = storage.snapshot().await.unwrap();
    assert_eq!(reading.users().find_many(&[id(1)]).await.unwrap(), []);
    let missing: Vec<AttachmentId> = vec![id(9)];
    assert_eq!(reading.attachments().find_many(&missing).await.unwrap(), []);
}

#[tokio::test]
async fn a_source_in_use_is_refused_unless_allowed_and_then_copied_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let source: Arc<dyn Storage> = Arc::new(Sqlite::open(&path).await.unwrap());
    fill(&source).await;
    let (schema, other) = (TestSchema::new(), TestSchema::new());
    let from = Place::Sqlite(path);
    let refused = copy(&from, &place(&schema), WhileRunning::Refuse).await;
    assert!(reason(&refused.unwrap_err()).contains("in use"));
    // Somebody is writing all the while.
    let mut held = source.begin().await.unwrap();
    held.users().insert(&user(3)).await.unwrap();
    let copied = copy(&from, &place(&schema), WhileRunning::Allow)
        .await
        .unwrap();
    held.commit(Box::new(|_| {})).await.unwrap();
    assert!(copied.tables.contains(&("relay_users", 2)));
    // A schema that an engine has open is in use too.
    let engine = schema.open().await;
    let refused = copy(&place(&schema), &place(&other), WhileRunning::Refuse).await;
    assert!(reason(&refused.unwrap_err()).contains("in use"));
    engine.close().await;
}

#[tokio::test]
async fn every_table_is_copied() {
    let schema = TestSchema::new();
    schema.open().await.close().await;
    let mut target = Target::open(&place(&schema)).await.unwrap();
    let mut tables = target.tables().await.unwrap();
    tables.retain(|table| !OWN.contains(&table.as_str()));
    let mut listed = TABLES.to_vec();
    listed.sort_unstable();
    assert_eq!(tables, listed, "a table that was added belongs into TABLES");
}

#[test]
fn places_are_read_and_print_no_password() {
    let place: Place = "postgres://ann:secret@host/app?sslmode=require&schema=chat"
        .parse()
        .unwrap();
    let expected = Place::Postgres {
        url: "postgres://ann:secret@host/app?sslmode=require".to_owned(),
        schema: Some("chat".to_owned()),
    };
    assert_eq!(place, expected);
    assert!(!format!("{place:?}").contains("secret"));
    let file: Place = "sqlite:data/chat.db".parse().unwrap();
    assert_eq!(file, Place::Sqlite("data/chat.db".into()));
    for bad in ["", "sqlite:", "mysql://x", "chat.db"] {
        assert!(bad.parse::<Place>().is_err(), "{bad}");
    }
}
