//! The promises of a [`Store`] as checks, for every store there is, an application's own too.
//!
//! ```
//! # use std::sync::Arc;
//! # use relaychat_sdk::store::{MemoryStore, conformance};
//! # async fn a_test() {
//! conformance::check_all(|| Arc::new(MemoryStore::default())).await;
//! # }
//! ```
//!
//! What cannot be checked from outside, that a crash leaves a write done or undone, is the store's
//! own to prove.

use std::sync::Arc;

use super::{Change, Keys, Record, Store, Table, Value};
use crate::Content;

/// Runs all checks, each on an empty store of its own.
///
/// # Panics
/// When a promise is not kept.
pub async fn check_all(make: impl Fn() -> Arc<dyn Store>) {
    an_empty_store_has_no_records(&*make()).await;
    what_was_written_is_read_in_the_order_of_keys(&*make()).await;
    a_range_of_keys_has_its_first_and_not_its_end(&*make()).await;
    tables_do_not_share_keys(&*make()).await;
    a_later_record_replaces_the_one_with_its_key(&*make()).await;
    changes_of_a_write_are_made_in_their_order(&*make()).await;
    a_repeated_write_changes_nothing(&*make()).await;
    removing_forgets_what_is_named_and_no_more(&*make()).await;
    files_keep_their_bytes(&*make()).await;
    a_large_write_is_whole(&*make()).await;
    a_cleared_store_is_empty_and_can_be_used_again(&*make()).await;
    a_closed_store_opens_again_with_everything(&*make()).await;
}

/// Nothing was written.
///
/// # Panics
/// When something is read.
pub async fn an_empty_store_has_no_records(store: &dyn Store) {
    for table in Table::ALL {
        assert_eq!(all(store, table).await, []);
    }
    write(store, Vec::new()).await;
}

/// Records come by key, whatever the order in which they were written.
///
/// # Panics
/// When they do not.
pub async fn what_was_written_is_read_in_the_order_of_keys(store: &dyn Store) {
    let records = ["a/0", "a/00", "a/1", "a0", "b"].map(|key| record(key, key));
    let mut shuffled = records.clone();
    shuffled.reverse();
    shuffled.swap(0, 3);
    write(store, shuffled.map(put).into()).await;
    assert_eq!(all(store, Table::Messages).await, records);
}

/// `from` is in a range and `until` is not.
///
/// # Panics
/// When that is not so.
pub async fn a_range_of_keys_has_its_first_and_not_its_end(store: &dyn Store) {
    let keys = ["a", "a/1", "a/2", "a/3", "b/1"];
    write(store, keys.map(|key| put(record(key, key))).into()).await;
    let range = |from: &str, until: &str| Keys {
        from: from.to_owned(),
        until: Some(until.to_owned()),
    };
    for (keys, expected) in [
        (range("a/1", "a/3"), &["a/1", "a/2"][..]),
        (Keys::one("a"), &["a"]),
        (Keys::one("a/"), &[]),
        (Keys::under("a/"), &["a/1", "a/2", "a/3"]),
        (range("a/3", "a/1"), &[]),
    ] {
        let found = store.read(Table::Messages, keys.clone()).await;
        let found = found.expect("it reads").into_iter();
        let found: Vec<_> = found.map(|record| record.key).collect();
        assert_eq!(found, expected, "{keys:?}");
    }
}

/// The same key in another table is another record.
///
/// # Panics
/// When it is not.
pub async fn tables_do_not_share_keys(store: &dyn Store) {
    let puts = Table::ALL.map(|table| Change::Put(table, record("key", table.as_str())));
    write(store, puts.into()).await;
    for table in Table::ALL {
        assert_eq!(all(store, table).await, [record("key", table.as_str())]);
    }
}

/// There is one record for a key.
///
/// # Panics
/// When it is not the latest.
pub async fn a_later_record_replaces_the_one_with_its_key(store: &dyn Store) {
    for text in ["first", "second ü \u{1f600} \"\0"] {
        write(
            store,
            vec![put(record("key", text)), put(record("other", "x"))],
        )
        .await;
        let found = store.read(Table::Messages, Keys::one("key")).await;
        assert_eq!(found, Ok(vec![record("key", text)]));
    }
}

/// A record that is put after its range was removed is there.
///
/// # Panics
/// When it is not, or another still is.
pub async fn changes_of_a_write_are_made_in_their_order(store: &dyn Store) {
    write(
        store,
        vec![put(record("a", "old")), put(record("b", "old"))],
    )
    .await;
    let replace = vec![
        Change::Remove(Table::Messages, Keys::all()),
        put(record("a", "new")),
        put(record("c", "new")),
        Change::Remove(Table::Messages, Keys::one("c")),
    ];
    write(store, replace).await;
    assert_eq!(all(store, Table::Messages).await, [record("a", "new")]);
}

/// The same changes twice are the same as once.
///
/// # Panics
/// When they are not.
pub async fn a_repeated_write_changes_nothing(store: &dyn Store) {
    write(store, vec![put(record("gone", "x"))]).await;
    let changes = || {
        let remove = Change::Remove(Table::Messages, Keys::one("gone"));
        vec![put(record("key", "x")), remove]
    };
    write(store, changes()).await;
    let once = all(store, Table::Messages).await;
    write(store, changes()).await;
    assert_eq!(all(store, Table::Messages).await, once);
    assert_eq!(once, [record("key", "x")]);
}

/// A range of one table goes; other keys, other tables stay; what is not there is no error.
///
/// # Panics
/// When that is not so.
pub async fn removing_forgets_what_is_named_and_no_more(store: &dyn Store) {
    let keys = ["a/1", "a/2", "b/1"];
    let mut puts: Vec<_> = keys.map(|key| put(record(key, key))).into();
    puts.push(Change::Put(Table::Members, record("a/1", "member")));
    write(store, puts).await;
    let removals = ["a/", "nothing/"].map(Keys::under);
    let removals = removals.map(|keys| Change::Remove(Table::Messages, keys));
    write(store, removals.into()).await;
    assert_eq!(all(store, Table::Messages).await, [record("b/1", "b/1")]);
    assert_eq!(all(store, Table::Members).await.len(), 1);
}

/// Bytes that are no text, none, and many.
///
/// # Panics
/// When others come back.
pub async fn files_keep_their_bytes(store: &dyn Store) {
    let many: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    for bytes in [vec![0, 255, 128], Vec::new(), many] {
        let file = Record {
            key: "file".to_owned(),
            value: Value::Content(Content::Bytes(bytes.into())),
        };
        write(store, vec![Change::Put(Table::Uploads, file.clone())]).await;
        assert_eq!(all(store, Table::Uploads).await, [file]);
    }
}

/// A thousand changes are one write.
///
/// # Panics
/// When one of them is missing.
pub async fn a_large_write_is_whole(store: &dyn Store) {
    let records: Vec<_> = (0..1000)
        .map(|number| record(&format!("{number:04}"), &"x".repeat(number)))
        .collect();
    write(store, records.iter().cloned().map(put).collect()).await;
    assert_eq!(all(store, Table::Messages).await, records);
}

/// Clearing leaves nothing of what was kept, not even later.
///
/// # Panics
/// When something is left.
pub async fn a_cleared_store_is_empty_and_can_be_used_again(store: &dyn Store) {
    for key in ["first", "second"] {
        store.clear().await.expect("it clears");
        for table in Table::ALL {
            assert_eq!(all(store, table).await, []);
        }
        write(store, vec![put(record(key, "x"))]).await;
        assert_eq!(all(store, Table::Messages).await, [record(key, "x")]);
    }
}

/// Closing forgets nothing; a closed store may be closed, read, written and cleared.
///
/// # Panics
/// When it is not so.
pub async fn a_closed_store_opens_again_with_everything(store: &dyn Store) {
    store.close().await.expect("it closes");
    write(store, vec![put(record("one", "x"))]).await;
    store.close().await.expect("it closes");
    store.close().await.expect("it is closed");
    assert_eq!(all(store, Table::Messages).await, [record("one", "x")]);
    store.close().await.expect("it closes");
    write(store, vec![put(record("two", "x"))]).await;
    assert_eq!(all(store, Table::Messages).await.len(), 2);
    store.close().await.expect("it closes");
    store.clear().await.expect("it clears");
    assert_eq!(all(store, Table::Messages).await, []);
}

/// A record of text.
pub(super) fn record(key: &str, text: &str) -> Record {
    Record {
        key: key.to_owned(),
        value: Value::Text(text.to_owned()),
    }
}

fn put(record: Record) -> Change {
    Change::Put(Table::Messages, record)
}

async fn write(store: &dyn Store, changes: Vec<Change>) {
    store.write(changes).await.expect("it writes");
}

async fn all(store: &dyn Store, table: Table) -> Vec<Record> {
    let found = store.read(table, Keys::all()).await;
    found.expect("it reads")
}
