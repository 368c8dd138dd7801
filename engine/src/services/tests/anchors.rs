//! Chats that belong to objects of the host: one per key, with the members that the host names.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use relaychat_protocol::{ChatId, ErrorCode, SessionId, UserId, rest::chats::Role};
use tokio::sync::Semaphore;

use super::{Harness, MINUTE_MS, START_MS, unknown};
use crate::{
    domain::{event::Event, host_key::HostKey, host_login::UserRef},
    membership::{HostMember, MembershipSource, READ_AGAIN_AFTER_MS, SourceError},
    services::{Anchor, Caller},
};

/// What the host knows, and how it behaves.
#[derive(Default)]
struct Host {
    members: Mutex<HashMap<String, Vec<HostMember>>>,
    is_broken: Mutex<bool>,
    asked: AtomicU64,
    /// Answers wait here when it is there; each takes its list first.
    gate: Option<Semaphore>,
}

impl Host {
    fn set(&self, key: &str, members: &[&str]) {
        let members = members.iter().map(HostMember::new).collect();
        self.set_members(key, members);
    }

    fn set_members(&self, key: &str, members: Vec<HostMember>) {
        let mut all = self.members.lock().expect("unpoisoned");
        all.insert(key.to_owned(), members);
    }

    fn set_broken(&self, is_broken: bool) {
        *self.is_broken.lock().expect("unpoisoned") = is_broken;
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl MembershipSource for Arc<Host> {
    async fn members(&self, host_key: &str) -> Result<Vec<HostMember>, SourceError> {
        let answer = {
            let members = self.members.lock().expect("unpoisoned");
            members.get(host_key).cloned().unwrap_or_default()
        };
        self.asked.fetch_add(1, Ordering::SeqCst);
        if let Some(gate) = &self.gate {
            gate.acquire().await?.forget();
        }
        match *self.is_broken.lock().expect("unpoisoned") {
            true => Err("the host is away".into()),
            false => Ok(answer),
        }
    }
}

fn key(text: &str) -> HostKey {
    HostKey::parse(text).expect("a key")
}

fn anchor(text: &str) -> Anchor {
    Anchor {
        key: key(text),
        name: None,
        members: Vec::new(),
    }
}

impl Harness {
    async fn chat_for(&self, text: &str) -> ChatId {
        let found = self.services.chat_for(anchor(text)).await;
        found.expect("a chat").0.id
    }

    /// Who is in a chat, by the host's ids, sorted.
    async fn members_of(&self, chat_id: ChatId) -> Vec<String> {
        let mut snapshot = self.services.storage.snapshot().await.expect("reads");
        let members = snapshot.members().list(chat_id, None, 1_000).await;
        let ids: Vec<_> = members.expect("lists").iter().map(|m| m.user_id).collect();
        let users = snapshot.users().find_many(&ids).await.expect("finds");
        let mut names: Vec<_> = users
            .into_iter()
            .filter_map(|user| user.external_id)
            .collect();
        names.sort();
        names
    }

    async fn user_id(&self, external_id: &str) -> UserId {
        let mut snapshot = self.services.storage.snapshot().await.expect("reads");
        let found = snapshot
            .users()
            .find_by_external_ids(&[external_id.to_owned()])
            .await;
        found.expect("finds").pop().expect("a known person").id
    }

    /// Somebody of the host, logged in however the host does it.
    async fn host_person(&self, external_id: &str) -> Caller {
        Caller {
            user_id: self.user_id(external_id).await,
            session_id: SessionId(unknown()),
            token_expires_at_ms: START_MS + 1_000 * MINUTE_MS,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_requests_at_once_get_one_chat() {
    let harness = Harness::new().await;
    let mut asking = Vec::new();
    for _ in 0..50 {
        let services = Arc::clone(&harness.services);
        asking.push(tokio::spawn(async move {
            let chat = services.chat_for(anchor("order:1")).await;
            let (chat, is_new) = chat.expect("a chat");
            (chat.id, is_new)
        }));
    }
    let mut answers = Vec::new();
    for one in asking {
        answers.push(one.await.expect("ends"));
    }
    assert!(answers.iter().all(|(id, _)| *id == answers[0].0));
    assert_eq!(answers.iter().filter(|(_, is_new)| *is_new).count(), 1);
    assert_ne!(harness.chat_for("order:2").await, answers[0].0);
}

#[tokio::test]
async fn a_chat_without_a_source_is_made_with_the_members_of_the_first_call() {
    let harness = Harness::new().await;
    let with = |members: &[&str]| Anchor {
        name: Some("Order 1".to_owned()),
        members: members.iter().map(HostMember::new).collect(),
        ..anchor("order:1")
    };
    let made = harness.services.chat_for(with(&["ann", "bob"])).await;
    let (chat, is_new) = made.expect("made");
    assert!(is_new && chat.member_count == 2 && chat.name.as_deref() == Some("Order 1"));
    let found = harness.services.chat_for(with(&["cem"])).await;
    assert_eq!(found.expect("found"), (chat.clone(), false));
    assert_eq!(harness.members_of(chat.id).await, ["ann", "bob"]);
    let twice = Anchor {
        key: key("order:2"),
        ..with(&["ann", "ann"])
    };
    let refused = harness.services.chat_for(twice).await.expect_err("refused");
    assert_eq!(refused.field, Some("members"));
}

#[tokio::test]
async fn the_difference_is_applied_as_ordinary_comings_and_goings() {
    let host = Arc::new(Host::default());
    host.set("order:1", &["ann", "bob"]);
    let harness = Harness::with_source(Arc::clone(&host)).await;
    let chat_id = harness.chat_for("order:1").await;
    assert_eq!(harness.members_of(chat_id).await, ["ann", "bob"]);
    harness.events.take();

    host.set_members(
        "order:1",
        vec![
            HostMember::new("bob").role(Role::Admin),
            HostMember::new("cem").name("Cem"),
        ],
    );
    let refreshed = harness.services.refresh_membership(&key("order:1")).await;
    assert!(refreshed.expect("refreshed"));
    let versions: Vec<_> = harness
        .events
        .take()
        .into_iter()
        .map(|event| match event {
            Event::MemberRemoved { chat, .. } => ("removed", chat.version, chat.member_count),
            Event::RoleChanged { chat, member, .. } => {
                assert_eq!(member.role, Role::Admin);
                ("role", chat.version, chat.member_count)
            }
            Event::MembersAdded { chat, users, .. } => {
                assert!(users.iter().any(|user| user.name == "Cem"));
                ("added", chat.version, chat.member_count)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        versions,
        [("removed", 4, 1), ("role", 5, 1), ("added", 6, 2)],
        "one step of the version for each"
    );
    assert_eq!(harness.members_of(chat_id).await, ["bob", "cem"]);

    let again = harness.services.refresh_membership(&key("order:1")).await;
    assert!(again.expect("refreshed") && harness.events.take().is_empty());
    let unknown = harness.services.refresh_membership(&key("order:9")).await;
    assert!(!unknown.expect("no chat"));
}

#[tokio::test]
async fn a_source_that_fails_changes_nobody_and_members_go_on() {
    let host = Arc::new(Host::default());
    host.set("order:1", &["ann", "bob"]);
    let harness = Harness::with_source(Arc::clone(&host)).await;
    let chat_id = harness.chat_for("order:1").await;
    let ann = harness.host_person("ann").await;
    host.set("order:1", &["cem"]);
    host.set_broken(true);
    let failed = harness.services.refresh_membership(&key("order:1")).await;
    assert_eq!(failed.expect_err("told").code, ErrorCode::Unavailable);
    harness.clock.advance_ms(READ_AGAIN_AFTER_MS);
    harness.say(ann, chat_id, "still here").await;
    assert_eq!(harness.members_of(chat_id).await, ["ann", "bob"]);
    let asked = host.asked();
    harness
        .say(ann, chat_id, "and the host is left alone")
        .await;
    assert_eq!(host.asked(), asked);
    // A first time is told: a chat without anybody helps nobody.
    let first = harness.services.chat_for(anchor("order:2")).await;
    assert_eq!(first.expect_err("told").code, ErrorCode::Unavailable);
    host.set_broken(false);
    host.set("order:2", &["ann"]);
    let second = harness.chat_for("order:2").await;
    assert_eq!(harness.members_of(second).await, ["ann"]);
}

#[tokio::test]
async fn a_chat_that_is_used_after_a_while_has_its_members_read_again() {
    let host = Arc::new(Host::default());
    host.set("order:1", &["ann", "bob"]);
    let harness = Harness::with_source(Arc::clone(&host)).await;
    let chat_id = harness.chat_for("order:1").await;
    let (ann, bob) = (
        harness.host_person("ann").await,
        harness.host_person("bob").await,
    );
    host.set("order:1", &["ann"]);
    harness
        .say(bob, chat_id, "nobody has said that I am gone")
        .await;
    assert_eq!(host.asked(), 1);
    harness.clock.advance_ms(READ_AGAIN_AFTER_MS);
    let late = harness.draft(bob, chat_id, "too late");
    let refused = harness.services.send_message(bob, late).await;
    assert_eq!(refused.expect_err("gone").code, ErrorCode::NotFound);
    host.set("order:1", &["ann", "bob"]);
    harness.clock.advance_ms(READ_AGAIN_AFTER_MS);
    let opened = harness.services.get_chat(ann, chat_id).await;
    assert_eq!(opened.expect("a chat").0.chat.member_count, 2);
    assert_eq!(host.asked(), 3);
    // A chat of no object asks nobody.
    let people = [harness.person("x").await, harness.person("y").await];
    let direct = harness.direct_chat(people[0], people[1]).await;
    harness.say(people[0], direct, "hi").await;
    assert_eq!(host.asked(), 3);
}

#[tokio::test]
async fn users_cannot_change_who_is_in_the_chat_of_an_object() {
    let host = Arc::new(Host::default());
    host.set_members(
        "order:1",
        vec![
            HostMember::new("ann").role(Role::Owner),
            HostMember::new("bob"),
        ],
    );
    host.set("order:2", &["cem"]);
    let harness = Harness::with_source(Arc::clone(&host)).await;
    let chat_id = harness.chat_for("order:1").await;
    harness.chat_for("order:2").await;
    let (ann, bob, cem) = (
        harness.host_person("ann").await,
        harness.host_person("bob").await,
        harness.host_person("cem").await,
    );
    let added = harness
        .services
        .add_members(ann, chat_id, &[cem.user_id])
        .await;
    let removed = harness
        .services
        .remove_member(ann, chat_id, bob.user_id)
        .await;
    let left = harness
        .services
        .remove_member(bob, chat_id, bob.user_id)
        .await;
    for refused in [added.map(|_| ()), removed, left] {
        let code = refused.expect_err("managed").code;
        assert_eq!(code, ErrorCode::MembershipManaged);
    }
    // To others the chat does not exist.
    let stranger = harness
        .services
        .add_members(cem, chat_id, &[cem.user_id])
        .await;
    assert_eq!(stranger.expect_err("a stranger").code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_person_is_taken_out_of_all_their_chats_at_once() {
    let host = Arc::new(Host::default());
    for order in ["order:1", "order:2", "order:3"] {
        host.set(order, &["ann", "bob"]);
    }
    let harness = Harness::with_source(Arc::clone(&host)).await;
    let mut chats = Vec::new();
    for order in ["order:1", "order:2", "order:3"] {
        chats.push(harness.chat_for(order).await);
        host.set(order, &["ann"]);
    }
    let bob = harness.user_id("bob").await;
    let refreshed = harness.services.refresh_memberships_of(bob).await;
    assert_eq!(refreshed.expect("refreshed"), 3);
    for chat_id in chats {
        assert_eq!(harness.members_of(chat_id).await, ["ann"]);
    }
}

#[tokio::test]
async fn an_old_answer_never_overwrites_a_newer_one() {
    let host = Arc::new(Host {
        gate: Some(Semaphore::new(1)),
        ..Host::default()
    });
    host.set("order:1", &["ann", "bob"]);
    let harness = Harness::with_source(Arc::clone(&host)).await;
    let chat_id = harness.chat_for("order:1").await;
    // Two nodes on one storage: the first has its answer, and is held up on the way.
    let other = harness.another_node().await;
    let slow = tokio::spawn({
        let services = Arc::clone(&harness.services);
        async move { services.refresh_membership(&key("order:1")).await }
    });
    while host.asked() < 2 {
        tokio::task::yield_now().await;
    }
    host.set("order:1", &["ann"]);
    let quick = Arc::new(Host::default());
    quick.set("order:1", &["ann"]);
    let quick = other.with_membership(Some(Arc::new(quick)));
    quick
        .refresh_membership(&key("order:1"))
        .await
        .expect("applied");
    assert_eq!(harness.members_of(chat_id).await, ["ann"]);
    let gate = host.gate.as_ref().expect("a gate");
    gate.add_permits(10);
    assert!(slow.await.expect("ends").expect("applied"));
    assert_eq!(harness.members_of(chat_id).await, ["ann"]);
    assert_eq!(host.asked(), 3, "the late one has asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_invalidations_and_sends_at_once_end_as_the_host_says() {
    let host = Arc::new(Host::default());
    host.set("order:1", &["ann", "bob"]);
    let harness = Harness::with_source(Arc::clone(&host)).await;
    let chat_id = harness.chat_for("order:1").await;
    let bob = harness.host_person("bob").await;
    let mut running = Vec::new();
    for round in 0..40 {
        host.set(
            "order:1",
            if round % 2 == 0 {
                &["ann"]
            } else {
                &["ann", "bob"]
            },
        );
        let services = Arc::clone(&harness.services);
        running.push(tokio::spawn(async move {
            let refreshed = services.refresh_membership(&key("order:1")).await;
            refreshed.map(|_| ())
        }));
        let services = Arc::clone(&harness.services);
        let draft = harness.draft(bob, chat_id, "now or never");
        running.push(tokio::spawn(async move {
            match services.send_message(bob, draft).await {
                Err(error) if error.code == ErrorCode::NotFound => Ok(()),
                sent => sent.map(|_| ()),
            }
        }));
    }
    host.set("order:1", &["ann"]);
    let last = harness.services.refresh_membership(&key("order:1")).await;
    last.expect("refreshed");
    for one in running {
        one.await.expect("ends").expect("works or finds nothing");
    }
    assert_eq!(harness.members_of(chat_id).await, ["ann"]);
    // Every change took one step of the version, and each message came while bob was a member.
    let mut is_member = false;
    let mut version = 0;
    for event in harness.events.take() {
        let (now, steps) = match &event {
            Event::MembersAdded { chat, added, .. } => {
                is_member |= added
                    .iter()
                    .any(|(member, ..)| member.user_id == bob.user_id);
                (chat.version, added.len() as u64)
            }
            Event::MemberRemoved { chat, user_id } => {
                is_member &= *user_id != bob.user_id;
                (chat.version, 1)
            }
            Event::MessageSent { message, .. } => {
                assert!(is_member, "a message of somebody who was removed");
                (message.version, 1)
            }
            other => panic!("{other:?}"),
        };
        assert!(
            version == 0 || now == version + steps,
            "{version} + {steps} = {now}"
        );
        version = now;
    }
    assert!(host.asked() <= 42, "callers share reads: {}", host.asked());
}

#[tokio::test]
async fn where_a_source_decides_who_is_in_a_chat_the_host_adds_and_removes_nobody() {
    let host = Arc::new(Host::default());
    host.set("order:1", &["ann", "bob"]);
    host.set("order:2", &["cem"]);
    let harness = Harness::with_source(Arc::clone(&host)).await;
    let chat_id = harness.chat_for("order:1").await;
    harness.chat_for("order:2").await;
    let (bob, cem) = (UserRef::from("bob"), UserRef::from("cem"));
    let added = harness.services.add_to_group(chat_id, &[cem]).await;
    let removed = harness.services.remove_from_group(chat_id, &bob).await;
    for refused in [added.map(|_| ()), removed] {
        assert_eq!(
            refused.expect_err("managed").code,
            ErrorCode::MembershipManaged
        );
    }
    assert_eq!(harness.members_of(chat_id).await, ["ann", "bob"]);
    // Whoever is deleted leaves all the same.
    harness.services.delete_user(&bob).await.expect("deleted");
    assert_eq!(harness.members_of(chat_id).await, ["ann"]);
}

#[tokio::test]
async fn where_no_source_decides_the_host_adds_and_removes() {
    let harness = Harness::new().await;
    let with = |key, members: &[&str]| Anchor {
        members: members.iter().map(HostMember::new).collect(),
        ..anchor(key)
    };
    let made = harness.services.chat_for(with("order:1", &["ann"])).await;
    let chat_id = made.expect("made").0.id;
    let other = harness.services.chat_for(with("order:2", &["bob"])).await;
    other.expect("made");
    let (ann, bob) = (UserRef::from("ann"), UserRef::from("bob"));
    let added = harness.services.add_to_group(chat_id, &[bob]).await;
    assert_eq!(added.expect("added").member_count, 2);
    let removed = harness.services.remove_from_group(chat_id, &ann).await;
    removed.expect("removed");
    assert_eq!(harness.members_of(chat_id).await, ["bob"]);
}
