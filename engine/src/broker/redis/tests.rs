//! Redis as it is: a real server, and several of them.

mod several;

use std::{sync::Arc, time::Duration};

use super::*;
use crate::{
    broker::conformance,
    random::{RandomExt, SystemRandom},
};

fn url() -> String {
    std::env::var("RELAYCHAT_TEST_REDIS_URL").expect(
        "RELAYCHAT_TEST_REDIS_URL: run `cargo xtask test`, or `cargo xtask servers` and export what it prints",
    )
}

async fn connected(prefix: &str) -> Redis {
    connected_to(&url(), prefix, Duration::from_secs(10)).await
}

async fn connected_to(url: &str, prefix: &str, deadline: Duration) -> Redis {
    let redis = Redis::connect(url).expect("an address").prefix(prefix);
    let answers = async {
        while redis.check().await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(deadline, answers)
        .await
        .expect("Redis answers");
    redis
}

#[tokio::test]
async fn redis_keeps_the_contract() {
    let passed = conformance::run(async || {
        let prefix = format!("test-{}", u64::from_le_bytes(SystemRandom.bytes()));
        (
            Arc::new(connected(&prefix).await) as Arc<dyn Broker>,
            Arc::new(connected(&prefix).await) as Arc<dyn Broker>,
        )
    })
    .await;
    assert_eq!(passed, conformance::NAMES);
}
