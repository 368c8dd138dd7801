//! What only SQLite promises.

use crate::storage::{Storage, sqlite::Sqlite};

#[tokio::test]
async fn a_fresh_database_has_no_changes() {
    let storage = Sqlite::in_memory().await.unwrap();
    let mut snapshot = storage.snapshot().await.unwrap();
    assert_eq!(snapshot.changes().current().await.unwrap(), 0);
    let mut transaction = storage.begin().await.unwrap();
    transaction
        .changes()
        .upsert_setting("a", b"b")
        .await
        .unwrap();
    transaction
        .commit(Box::new(|change| assert_eq!(change, None)))
        .await
        .unwrap();
    assert_eq!(snapshot.changes().find_setting("a").await.unwrap(), None);
    drop(snapshot);
    let mut snapshot = storage.snapshot().await.unwrap();
    assert_eq!(
        snapshot.changes().find_setting("a").await.unwrap().unwrap(),
        b"b"
    );
    storage
        .begin()
        .await
        .unwrap()
        .changes()
        .upsert_setting("c", b"d")
        .await
        .unwrap();
    assert_eq!(
        storage
            .begin()
            .await
            .unwrap()
            .changes()
            .find_setting("c")
            .await
            .unwrap(),
        None
    );
    drop(snapshot);
    storage.close().await;
}
