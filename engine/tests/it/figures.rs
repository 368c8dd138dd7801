//! What an engine says about itself in figures.

use std::time::{Duration, Instant};

use axum::http::Method;
use relaychat_engine::{
    mailer::MailerErrorKind,
    metrics::SampleValue,
    test_support::{DEADLINE, TestCluster, TestEngine},
};
use serde_json::{Value, json};

/// The value with this name and state, if there is one.
fn figure(engine: &TestEngine, name: &str, state: &str) -> Option<f64> {
    let families = engine.engine().metrics();
    let family = families.iter().find(|family| family.name == name)?;
    let mut samples = family.samples.iter();
    let is_it = |labels: &[(&str, String)]| labels.iter().all(|(_, value)| value == state);
    match samples.find(|sample| is_it(&sample.labels))?.value {
        SampleValue::Number(number) => Some(number),
        SampleValue::Distribution { .. } => None,
    }
}

async fn becomes(engine: &TestEngine, name: &str, wanted: f64) {
    let started = Instant::now();
    while figure(engine, name, "") != Some(wanted) {
        let present = figure(engine, name, "");
        assert!(started.elapsed() < DEADLINE, "{name}: {present:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn figures_tell_how_full_the_pool_of_connections_is() {
    let engine = TestEngine::start().await;
    let of = |state| figure(&engine, "relaychat_storage_connections", state).expect("a figure");
    let max = figure(&engine, "relaychat_storage_connections_max", "");
    assert_eq!(max, Some(8.0));
    engine.log_in("ann@example.com").await;
    let open = of("busy") + of("idle");
    assert!((1.0..=8.0).contains(&open), "{open}");
    engine.stop().await;
}

#[tokio::test]
async fn figures_tell_whether_the_broker_is_heard() {
    const NAME: &str = "relaychat_is_broker_connected";
    let alone = TestEngine::builder().alone().start().await;
    assert_eq!(figure(&alone, NAME, ""), None, "there is none");
    alone.stop().await;
    let cluster = TestCluster::start(2).await;
    becomes(cluster.node(0), NAME, 1.0).await;
    cluster.broker(0).take_down(true);
    becomes(cluster.node(0), NAME, 0.0).await;
    cluster.broker(0).take_down(false);
    becomes(cluster.node(0), NAME, 1.0).await;
    cluster.stop().await;
}

#[tokio::test]
async fn figures_tell_how_many_mails_wait() {
    const NAME: &str = "relaychat_mails_waiting";
    let engine = TestEngine::builder().alone().start().await;
    becomes(&engine, NAME, 0.0).await;
    engine.mails().set_fault(Some(MailerErrorKind::Temporary));
    for email in ["ann@example.com", "bob@example.com"] {
        let body = json!({ "email": email });
        let asked = engine.call::<Value>(Method::POST, "/v1/auth/codes", None, Some(&body));
        asked.await.expect("asked");
    }
    becomes(&engine, NAME, 2.0).await;
    engine.mails().set_fault(None);
    engine.clock().advance_ms(10_000);
    becomes(&engine, NAME, 0.0).await;
    engine.stop().await;
}
