//! The proof of the contract, and of what only SQLite promises.

mod durability;
mod failures;
mod laws;
mod migrations;
mod plans;
mod traces;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use crate::storage::{Storage, conformance, sqlite::Sqlite};

fn shared(storage: Sqlite) -> Arc<dyn Storage> {
    Arc::new(storage)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_holds_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let number = AtomicU32::new(0);
    let make = async || {
        let number = number.fetch_add(1, Ordering::SeqCst);
        let path = folder.path().join(format!("{number}.db"));
        shared(Sqlite::open(path).await.unwrap())
    };
    let passed = conformance::run(make).await;
    assert_eq!(passed, conformance::NAMES);
}

#[tokio::test]
async fn the_contract_holds_in_memory_on_one_thread() {
    let make = async || shared(Sqlite::in_memory().await.unwrap());
    let passed = conformance::run(make).await;
    assert_eq!(passed, conformance::NAMES);
    assert!(passed.len() > 70, "no check was lost: {}", passed.len());
}
