//! The host's own backends keep the engine's contracts, and a whole engine runs on them.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::http::Method;
use custom_backend::{Counter, MapBlobs, PostOffice, Unsent};
use relaychat_engine::{
    blobs::conformance as blob_conformance,
    mailer::{
        Mail,
        conformance::{self as mail_conformance, Fault, ReceivedMail, Receiver},
    },
    test_support::{DEADLINE, TestEngine},
};
use relaychat_protocol::rest::auth::{CodeRequested, RequestCode};

/// A counter that keeps what it is given, with a switch that makes it refuse.
#[derive(Clone, Debug, Default)]
struct Shelf(Arc<Mutex<(Vec<Mail>, Option<Fault>)>>);

#[async_trait]
impl Counter for Shelf {
    async fn hand_in(&self, mail: &Mail) -> Result<(), Unsent> {
        let mut shelf = self.0.lock().expect("nobody panics with it");
        match shelf.1 {
            None => shelf.0.push(mail.clone()),
            Some(Fault::RefusesForEver) => return Err(Unsent::ForEver),
            Some(Fault::RefusesForNow | Fault::Drops) => return Err(Unsent::ForNow),
        }
        Ok(())
    }
}

#[async_trait]
impl Receiver for Shelf {
    async fn set_fault(&self, fault: Option<Fault>) {
        self.0.lock().expect("nobody panics with it").1 = fault;
    }

    async fn received(&self) -> Vec<ReceivedMail> {
        let shelf = self.0.lock().expect("nobody panics with it");
        shelf.0.iter().map(ReceivedMail::from).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailer_keeps_the_contract() {
    let shelf = Shelf::default();
    mail_conformance::run(&PostOffice(shelf.clone()), &shelf).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blob_store_keeps_the_contract() {
    blob_conformance::run(&MapBlobs::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_runs_on_both() {
    let shelf = Shelf::default();
    let office = shelf.clone();
    let engine = TestEngine::builder()
        .engine(move |builder| {
            builder
                .blobs(MapBlobs::default())
                .mailer(PostOffice(office.clone()))
        })
        .start()
        .await;
    let body = RequestCode {
        email: "ann@example.com".to_owned(),
    };
    let asked = engine.call::<CodeRequested>(Method::POST, "/v1/auth/codes", None, Some(&body));
    asked.await.expect("a code is sent");
    let deadline = std::time::Instant::now() + DEADLINE;
    while shelf.received().await.is_empty() {
        assert!(std::time::Instant::now() < deadline, "no mail in time");
        tokio::task::yield_now().await;
    }
    engine.stop().await;
}
