//! What is left in the file of what was deleted: nothing, neither as a text nor as a word.

use std::path::Path;

use super::shared;
use crate::storage::{
    conformance::{
        reports::WORDS,
        traces::{DELETED, EDITED_AWAY, close_report, report, say, take_back},
    },
    sqlite::Sqlite,
};

/// How often a text is in the files of a folder.
fn count(folder: &Path, wanted: &str) -> usize {
    let of_file = |file: Result<std::fs::DirEntry, std::io::Error>| {
        // The log may go with its last reader, after it was listed.
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        let windows = bytes.windows(wanted.len());
        windows.filter(|bytes| *bytes == wanted.as_bytes()).count()
    };
    std::fs::read_dir(folder).unwrap().map(of_file).sum()
}

#[tokio::test]
async fn deleted_words_are_gone_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let storage = shared(Sqlite::open(&path).await.unwrap());
    say(&storage).await;
    storage.close().await;
    // Once in the text, and in the index what differs from the word before it.
    for wanted in [DELETED, EDITED_AWAY] {
        assert!(count(folder.path(), wanted) >= 2, "{wanted}");
    }
    let storage = shared(Sqlite::open(&path).await.unwrap());
    take_back(&storage).await;
    storage.close().await;
    for wanted in [DELETED, EDITED_AWAY] {
        assert_eq!(count(folder.path(), wanted), 0, "{wanted}");
    }
}

#[tokio::test]
async fn the_words_of_a_closed_report_are_gone_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let storage = shared(Sqlite::open(&path).await.unwrap());
    report(&storage).await;
    storage.close().await;
    for wanted in WORDS {
        assert!(count(folder.path(), wanted) >= 1, "{wanted}");
    }
    let storage = shared(Sqlite::open(&path).await.unwrap());
    close_report(&storage).await;
    storage.close().await;
    for wanted in WORDS {
        assert_eq!(count(folder.path(), wanted), 0, "{wanted}");
    }
}
