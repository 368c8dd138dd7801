//! Processes with a part of the roles: what each refuses, and jobs that two of them share.

use std::collections::BTreeMap;

use relaychat_engine::{
    Engine, Roles, StagedDraft, blobs::MemoryBlobs, mailer::MemoryMailer,
    storage::postgres::Postgres,
};
use relaychat_protocol::ChatId;
use serde_json::json;
use sqlx::Executor;

use super::installation::{Installation, Person};
use crate::{client::Client, program::Program, receiver::Receiver};

/// Mails, messages and staged messages: more than one round of either job.
const COUNT: usize = 40;

/// What a process answers to a request that others serve.
async fn refusal(at: &Installation, node: &Program, path: &str, ann: &Person) -> String {
    let (status, problem) = at.get(&node.url, path, &ann.token).await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
    assert_eq!(at.get(&node.url, "/livez", "").await.0, 200);
    problem["detail"].as_str().expect("a detail").to_owned()
}

/// Messages that a transaction of the host has written.
async fn stage(at: &Installation, ann: &Person, chat: &str) {
    let pool = at.pool.clone();
    let storage = Postgres::from_pool(pool).schema(&at.schema).await;
    let engine = Engine::builder()
        .storage(storage.expect("a schema"))
        .blobs(MemoryBlobs::new())
        .mailer(MemoryMailer::new())
        .roles(Roles::NONE)
        .secret([7; 32])
        .build()
        .await
        .expect("an engine");
    let chat_id: ChatId = chat.parse().expect("an id");
    let mut tx = at.pool.begin().await.expect("begins");
    tx.execute("SELECT 1").await.expect("the host's own rows");
    for number in 0..COUNT {
        let mut staging = engine.in_transaction(&mut tx);
        let draft = StagedDraft::text(format!("staged {number}"));
        staging
            .send_as(ann.name.as_str(), chat_id, draft)
            .await
            .expect("staged");
    }
    tx.commit().await.expect("commits");
    engine.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_is_a_process_of_its_own_and_two_workers_do_nothing_twice() {
    let at = Installation::start().await;
    let api = at.node("api", &["--roles", "api"]).await;
    let realtime = at.node("realtime", &["--roles", "realtime"]).await;
    let workers = [
        at.node("jobs 1", &["--roles", "jobs"]).await,
        at.node("jobs 2", &["--roles", "jobs"]).await,
    ];
    let [ann, bob, _] = at.people(&api.url).await;
    for (node, path, role) in [
        (&api, "/v1/ws", "realtime"),
        (&realtime, "/v1/me", "api"),
        (&workers[0], "/v1/ws", "realtime"),
        (&workers[0], "/v1/me", "api"),
    ] {
        let detail = refusal(&at, node, path, &ann).await;
        assert!(
            detail.ends_with(&format!("without the role {role}.")),
            "{detail}"
        );
    }
    let receiver = Receiver::start().await;
    let new = json!({ "url": receiver.url(), "kinds": ["message.sent"] });
    let (_, hook) = at.ask(&api.url, "POST", "/v1/server/webhooks", new).await;
    let hook = hook["webhook"]["id"].as_str().expect("an id").to_owned();
    let chat = at.group(&api.url, &ann, &[&bob]).await;
    let mut socket = Client::connect_to(&at.socket(&realtime.url)).await;
    socket.hello(Some(bob.token.clone()), None).await;
    socket.ready().await;
    for number in 0..COUNT {
        let body = json!({ "email": format!("{number}@example.com") });
        let asked = at.call(&api.url, "POST", "/v1/auth/codes", "", body).await;
        assert_eq!(asked.0, 202, "{}", asked.1);
        at.send(&api.url, &ann, &chat, &format!("sent {number}"), None)
            .await;
        assert_eq!(socket.text().await, format!("sent {number}"));
    }
    stage(&at, &ann, &chat).await;
    for number in 0..COUNT {
        assert_eq!(socket.text().await, format!("staged {number}"));
    }
    at.until_delivered(&api.url, &hook, 2 * COUNT).await;
    at.until_empty("relay_mails").await;
    at.until_empty("relay_staged_messages").await;
    check_once(&receiver);
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for worker in workers {
        worker.signal("-TERM").await;
        for line in worker
            .rest()
            .await
            .lines()
            .filter(|line| line.contains(" otp "))
        {
            let to = line.split_whitespace().nth(2).expect("an address");
            *codes.entry(to.to_owned()).or_default() += 1;
        }
    }
    assert_eq!(codes.len(), COUNT, "{codes:?}");
    assert!(codes.values().all(|count| *count == 1), "{codes:?}");
    assert_eq!(api.terminate().await, Some(0));
    assert_eq!(realtime.terminate().await, Some(0));
    at.close().await;
}

/// Each event came once, sent ones and staged ones in their order.
fn check_once(receiver: &Receiver) {
    let expected = |kind: &'static str| (0..COUNT).map(move |number| format!("{kind} {number}"));
    let all: Vec<String> = expected("sent").chain(expected("staged")).collect();
    assert_eq!(receiver.texts(), all);
}
