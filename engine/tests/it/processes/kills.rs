//! A process that is killed between a commit and what follows from it.

use serde_json::json;

use super::installation::Installation;
use crate::receiver::Receiver;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_had_not_told_is_told_after_it_under_the_same_id() {
    let at = Installation::start().await;
    // It writes down what is to be told, and leaves the telling to others.
    let killed = at.node("one", &["--roles", "api,realtime"]).await;
    let receiver = Receiver::start().await;
    let kinds = ["message.sent", "chat.created", "attachment.uploaded"];
    let new = json!({ "url": receiver.url(), "kinds": kinds });
    let (_, made) = at
        .ask(&killed.url, "POST", "/v1/server/webhooks", new)
        .await;
    let id = made["webhook"]["id"].as_str().expect("an id").to_owned();
    let [ann, bob, _] = at.people(&killed.url).await;
    let chat = at.group(&killed.url, &ann, &[&bob]).await;
    let file = at.upload(&killed.url, &ann).await;
    at.send(&killed.url, &ann, &chat, "committed", Some(&file))
        .await;
    let path = format!("/v1/server/webhooks/{id}/deliveries");
    let (_, waiting) = at.ask(&killed.url, "GET", &path, json!(null)).await;
    let mut expected: Vec<_> = waiting["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["event_id"].clone(), one["kind"].clone()))
        .collect();
    assert_eq!(expected.len(), 3);
    killed.signal("-KILL").await;
    assert_eq!(killed.ended().await, None);
    assert_eq!(receiver.received().len(), 0);

    let next = at.node("one", &[]).await;
    let received = receiver.wait_for(3).await;
    at.until_delivered(&next.url, &id, 3).await;
    let mut told: Vec<_> = received
        .iter()
        .map(|one| (json!(one.id), json!(one.event().what.name())))
        .collect();
    told.sort_by_key(|(id, _)| id.to_string());
    expected.sort_by_key(|(id, _)| id.to_string());
    assert_eq!(told, expected);
    assert_eq!(next.terminate().await, Some(0));
    assert_eq!(receiver.received().len(), 3, "once");
    at.close().await;
}
