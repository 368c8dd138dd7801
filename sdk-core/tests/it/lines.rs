//! Lines that tell of changes of a group: the same for who was there and for who was away, and
//! nothing that anybody has to read.

use relaychat_engine::test_support::TestEngine;
use relaychat_sdk::{
    ChatChange, ChatEventKind, Draft, TimelineItem, TimelineState,
    protocol::{ChatId, rest::chats::Role},
};

use crate::support::{Person, in_time, until};

/// Lines and texts, in order.
fn shown(now: &TimelineState) -> Vec<String> {
    let items = now.items.iter().filter_map(|item| match &**item {
        TimelineItem::Event { message, .. } => {
            let event = message.event.as_ref().expect("a line tells of something");
            assert!(message.text.is_empty() && message.state.is_none());
            let whom: Vec<_> = event.users.iter().map(|user| user.name.as_str()).collect();
            let who = message.sender.name.as_str();
            let name = event.name.as_deref().unwrap_or_default();
            let told = format!("{who} {:?} {} {name}", event.kind, whom.join(","));
            Some(told.trim_end().to_owned())
        }
        TimelineItem::Message { message, .. } => Some(message.text.clone()),
        _ => None,
    });
    items.collect()
}

async fn shows(person: &Person, group: ChatId, wanted: &[&str]) {
    let timeline = person.client.chat(group).timeline();
    until(&timeline.state(), |now| shown(now) == wanted).await;
}

async fn change(person: &Person, group: ChatId, change: ChatChange) {
    let changed = person.client.chat(group).change(change).await;
    changed.expect("it is changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_the_same_for_everybody_and_count_for_nobody() {
    let engine = TestEngine::start().await;
    let ann = Person::log_in(&engine, "ann@example.com").await;
    let bob = Person::log_in(&engine, "bob@example.com").await;
    let cem = Person::log_in(&engine, "cem@example.com").await;
    let chats = ann.client.chats();
    let made = chats.create_group("Crew", vec![bob.id()]).await;
    let group = made.expect("it is made");
    bob.summary(group).await;
    shows(&bob, group, &[]).await;
    bob.client.set_network_online(false);

    change(&ann, group, ChatChange::AddMembers(vec![cem.id()])).await;
    change(&ann, group, ChatChange::Name("Sailors".to_owned())).await;
    let sent = ann.client.chat(group).send("Ready?");
    in_time(sent.delivered()).await.expect("it is sent");
    change(&ann, group, ChatChange::Role(cem.id(), Role::Admin)).await;

    let lines = [
        "Ann MembersAdded Cem",
        "Ann Renamed  Sailors",
        "Ready?",
        "Ann RoleChanged Cem",
    ];
    shows(&ann, group, &lines).await;
    shows(&cem, group, &lines).await;
    bob.client.set_network_online(true);
    let chat = bob.client.chat(group);
    shows(&bob, group, &lines).await;
    let later = chat.timeline();
    assert_eq!(bob.summary(group).await.unread_count, 1, "one was written");
    let last = bob.summary(group).await.last_message.clone();
    let kind = last.and_then(|line| line.event.as_ref().map(|event| event.kind));
    assert_eq!(kind, Some(ChatEventKind::RoleChanged));
    chat.mark_read(4);
    until(&bob.client.chats().state(), |now| now.unread_count == 0).await;
    let total = bob.client.chats().unread_total().await.expect("a total");
    assert!(total.unread_count <= 1, "lines are in no count");
    let line = later
        .state()
        .get()
        .items
        .iter()
        .find_map(|item| match &**item {
            TimelineItem::Event { message, .. } => Some(message.id),
            _ => None,
        });
    let answer = chat.send(Draft {
        reply_to: line,
        ..Draft::text("Why?")
    });
    let refused = in_time(answer.delivered())
        .await
        .expect_err("nobody said it");
    assert_eq!(refused.code, "message_is_event");
    engine.stop().await;
}
