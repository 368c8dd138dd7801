//! What a file keeps, and who may read it.

use std::{path::Path, time::Duration};

use sqlx::{ConnectOptions, Executor, sqlite::SqliteConnectOptions};

use super::shared;
use crate::storage::{
    MessageWindow, Storage, StorageErrorKind,
    conformance::samples::{id, message, populate},
    sqlite::Sqlite,
};

/// How long to wait for something that happens beside the test.
const PATIENCE: Duration = Duration::from_secs(20);

async fn epoch_and_change(storage: &Sqlite) -> (uuid::Uuid, u64) {
    let mut reading = storage.snapshot().await.unwrap();
    let epoch = reading.changes().epoch().await.unwrap();
    (epoch, reading.changes().current().await.unwrap())
}

async fn send(storage: &Sqlite, seqs: std::ops::RangeInclusive<u32>) {
    let messages: Vec<_> = seqs.map(|seq| message(1, seq)).collect();
    let mut transaction = storage.begin().await.unwrap();
    transaction.messages().insert_many(&messages).await.unwrap();
    transaction.commit(Box::new(|_| {})).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_opened_again_holds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/chat.db");
    let mut expected = None;
    for round in 1..=4 {
        let storage = Sqlite::open(&path).await.unwrap();
        if round == 1 {
            populate(&shared(storage.clone()), 1, &[(1, &[1])]).await;
        } else {
            assert_eq!(Some(epoch_and_change(&storage).await), expected);
        }
        send(&storage, round..=round).await;
        let mut reading = storage.snapshot().await.unwrap();
        let kept = reading.messages().list(id(1), MessageWindow::Newest, 9);
        let all: Vec<_> = (1..=round).map(|seq| message(1, seq)).collect();
        assert_eq!(kept.await.unwrap(), all);
        drop(reading);
        expected = Some(epoch_and_change(&storage).await);
        // With and without a proper end.
        if round % 2 == 0 {
            storage.close().await;
        }
    }
}

#[tokio::test]
async fn a_database_of_a_newer_engine_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    Sqlite::open(&path).await.unwrap().close().await;
    let mut connection = connect(&path).await;
    let newer = "INSERT INTO relay_migrations VALUES (999, 'newer', '', TRUE, x'00', 0)";
    connection.execute(newer).await.unwrap();
    let refused = Sqlite::open(&path).await.unwrap_err();
    assert_eq!(refused.kind, StorageErrorKind::Unusable);
    let sentence = refused.source.unwrap().to_string();
    assert!(sentence.contains("newer version"), "{sentence}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let text = "not a database, but somebody's notes\n".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let refused = Sqlite::open(&path).await.unwrap_err();
    assert_eq!(refused.kind, StorageErrorKind::Unusable);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

async fn connect(path: &Path) -> sqlx::SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path);
    options.connect().await.unwrap()
}

#[tokio::test]
async fn every_table_carries_our_prefix() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    Sqlite::open(&path).await.unwrap().close().await;
    let mut connection = connect(&path).await;
    let names = sqlx::query_as("SELECT name FROM sqlite_schema WHERE sql IS NOT NULL");
    let names: Vec<(String,)> = names.fetch_all(&mut connection).await.unwrap();
    assert!(names.len() > 20);
    for (name,) in names {
        assert!(name.starts_with("relay_"), "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_present_user_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let storage = Sqlite::open(&path).await.unwrap();
    populate(&shared(storage.clone()), 1, &[]).await;
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 3, "the database, its log and the log's index");
    for file in files {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn the_log_is_copied_into_the_database_while_it_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let storage = Sqlite::open(&path).await.unwrap();
    populate(&shared(storage.clone()), 1, &[(1, &[1])]).await;
    let size_bytes = || std::fs::metadata(&path).unwrap().len();
    let before = size_bytes();
    for batch in 0..12 {
        send(&storage, batch * 500 + 1..=(batch + 1) * 500).await;
    }
    let grown = async {
        while size_bytes() < before + 100_000 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, grown).await.unwrap();
}

#[tokio::test]
async fn a_database_in_memory_is_gone_with_its_last_handle() {
    let storage = Sqlite::in_memory().await.unwrap();
    let file = storage._scratch.as_ref().unwrap().file();
    let other = storage.clone();
    drop(storage);
    assert!(file.exists());
    other.close().await;
    drop(other);
    assert!(!file.exists());
}
