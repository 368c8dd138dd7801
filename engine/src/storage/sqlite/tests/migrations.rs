//! Programs that start together or die halfway.

use std::{path::Path, process::Stdio};

use super::shared;
use crate::storage::{
    Storage,
    conformance::samples::{id, populate},
    sqlite::Sqlite,
    test_database::{child, child_place},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_that_start_together_wait_for_each_other() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.db");
        let opened: Vec<_> = (0..3)
            .map(|_| tokio::spawn(Sqlite::open(path.clone())))
            .collect();
        for storage in opened {
            let storage = storage.await.unwrap().unwrap();
            let mut reading = storage.snapshot().await.unwrap();
            assert_eq!(reading.changes().current().await.unwrap(), 0);
        }
    }
}

fn size_bytes(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[tokio::test]
async fn a_program_that_is_killed_in_a_step_leaves_a_file_that_the_next_one_finishes() {
    const NAME: &str = "storage::sqlite::tests::migrations::\
        a_program_that_is_killed_in_a_step_leaves_a_file_that_the_next_one_finishes";
    if let Some(path) = child_place() {
        Sqlite::open(path).await.unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // Killed as soon as the log has grown to so many bytes: from nothing to all steps.
    for round in 0..12 {
        let path = folder.path().join(format!("{round}.db"));
        let log = folder.path().join(format!("{round}.db-wal"));
        let place = path.to_string_lossy();
        let mut program = child(NAME, &place).stdout(Stdio::null()).spawn().unwrap();
        while size_bytes(&log) < round * 20_000 && program.try_wait().unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        program.kill().unwrap();
        program.wait().unwrap();
        let storage = Sqlite::open(&path).await.unwrap();
        populate(&shared(storage.clone()), 1, &[(1, &[1])]).await;
        let mut reading = storage.snapshot().await.unwrap();
        assert_eq!(reading.chats().find_many(&[id(1)]).await.unwrap().len(), 1);
    }
}
