//! The proof of the contract, and of what only PostgreSQL promises.

mod failures;
mod migrations;
mod plans;
mod sharing;
mod traces;

use std::sync::{Arc, Mutex};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::storage::{Storage, conformance, postgres::Postgres, test_database::TestSchema};

/// A connection beside the engine's, in the same schema.
async fn beside(schema: &TestSchema) -> PgConnection {
    let mut connection = PgConnection::connect(schema.url()).await.unwrap();
    let set = format!("SET search_path TO \"{}\"", schema.name());
    connection.execute(AssertSqlSafe(set)).await.unwrap();
    connection
}

/// Ends all connections of the engines on a schema, as a server that restarts does.
async fn terminate(schema: &TestSchema) {
    let end = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
               WHERE application_name = $1";
    let name = format!("relaychat {}", schema.name());
    let mut connection = beside(schema).await;
    let ended = sqlx::query_as(end).bind(name).fetch_all(&mut connection);
    let ended: Vec<(bool,)> = ended.await.unwrap();
    assert!(!ended.is_empty() && ended.iter().all(|(is_ended,)| *is_ended));
}

fn shared(storage: &Postgres) -> Arc<dyn Storage> {
    Arc::new(storage.clone())
}

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
