//! What only a file can go through: another program, damage, a newer version.

use rusqlite::OptionalExtension;

use super::{super::conformance, *};

fn put(key: &str) -> Change {
    Change::Put(Table::Outbox, conformance::record(key, "queued"))
}

async fn keys(store: &SqliteStore, table: Table) -> Result<Vec<String>, StoreErrorKind> {
    let found = store.read(table, Keys::all()).await;
    let found = found.map_err(|error| error.kind)?.into_iter();
    Ok(found.map(|record| record.key).collect())
}

#[tokio::test]
async fn the_store_in_a_file_keeps_the_promises_of_a_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let number = std::cell::Cell::new(0);
    conformance::check_all(|| {
        number.set(number.get() + 1);
        let path = folder.path().join(format!("{}.db", number.get()));
        let connection = None;
        Arc::new(SqliteStore {
            file: Arc::new(Mutex::new(File { path, connection })),
        })
    })
    .await;
}

#[tokio::test]
async fn what_was_written_is_there_for_the_next_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chat.db");
    let store = SqliteStore::open(&path).await.expect("it opens");
    let file = Record {
        key: "photo".to_owned(),
        value: Value::Content(Content::File(LocalFile::new("/photos/cat.png"))),
    };
    let changes = vec![put("one"), Change::Put(Table::Uploads, file.clone())];
    store.write(changes).await.expect("it writes");
    drop(store);
    let store = SqliteStore::open(&path).await.expect("it opens again");
    assert_eq!(
        keys(&store, Table::Outbox).await,
        Ok(vec!["one".to_owned()])
    );
    assert_eq!(
        store.read(Table::Uploads, Keys::all()).await,
        Ok(vec![file])
    );
}

#[tokio::test]
async fn a_file_that_is_open_is_nobody_elses_until_it_is_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chat.db");
    let first = SqliteStore::open(&path).await.expect("it opens");
    first.write(vec![put("one")]).await.expect("it writes");
    let second = SqliteStore::open(&path).await.expect_err("it is in use");
    assert_eq!(second.kind, StoreErrorKind::Unavailable);
    first.close().await.expect("it closes");
    let second = SqliteStore::open(&path).await.expect("it is free");
    assert_eq!(
        keys(&second, Table::Outbox).await,
        Ok(vec!["one".to_owned()])
    );
}

#[tokio::test]
async fn what_is_no_database_or_newer_is_damaged_and_can_be_cleared() {
    let folder = tempfile::tempdir().expect("a folder");
    let nonsense = folder.path().join("nonsense.db");
    std::fs::write(&nonsense, "nonsense ".repeat(1000)).expect("it writes");
    let newer = folder.path().join("newer.db");
    let connection = Connection::open(&newer).expect("it opens");
    connection
        .pragma_update(None, "user_version", LAYOUT + 1)
        .expect("it writes");
    drop(connection);
    for path in [nonsense, newer] {
        let store = SqliteStore::open(&path).await.expect("no error yet");
        let found = keys(&store, Table::Meta).await;
        assert_eq!(found, Err(StoreErrorKind::Damaged));
        store.clear().await.expect("it clears");
        store.write(vec![put("one")]).await.expect("it writes");
        assert_eq!(
            keys(&store, Table::Outbox).await,
            Ok(vec!["one".to_owned()])
        );
    }
}

#[tokio::test]
async fn a_broken_table_does_not_keep_the_outbox_from_being_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chat.db");
    let store = SqliteStore::open(&path).await.expect("it opens");
    let mut changes = vec![put("queued")];
    let long = "x".repeat(500);
    changes.extend((0..2000).map(|number| {
        let record = conformance::record(&format!("{number:05}"), &long);
        Change::Put(Table::Messages, record)
    }));
    store.write(changes).await.expect("it writes");
    let page = {
        let mut file = lock(&store.file);
        let connection = file.open().expect("it is open");
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'messages'";
        let root: Option<i64> = connection
            .query_row(sql, [], |row| row.get(0))
            .optional()
            .expect("it reads");
        root.expect("there is such a table")
    };
    store.close().await.expect("it closes");
    let mut bytes = std::fs::read(&path).expect("it reads");
    let start = usize::try_from((page - 1) * 4096).expect("small");
    bytes[start..start + 4096].fill(0xAA);
    std::fs::write(&path, bytes).expect("it writes");
    let found = keys(&store, Table::Messages).await;
    assert_eq!(found, Err(StoreErrorKind::Damaged));
    let queued = keys(&store, Table::Outbox).await;
    assert_eq!(queued, Ok(vec!["queued".to_owned()]));
}
