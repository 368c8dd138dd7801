//! The proof of the contract, and of what only PostgreSQL promises.

use std::sync::{Arc, Mutex};

use crate::storage::{Storage, conformance, test_database::TestSchema};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_holds() {
    let schemas = Mutex::new(Vec::new());
    let make = async || {
        let schema = TestSchema::new();
        let storage = schema.open().await;
        schemas.lock().unwrap().push(schema);
        Arc::new(storage) as Arc<dyn Storage>
    };
    let passed = conformance::run(make).await;
    assert_eq!(passed, conformance::NAMES);
}
