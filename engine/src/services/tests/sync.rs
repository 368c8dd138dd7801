//! Sync: what a client puts together from answers equals what it would fetch afresh.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    domain::{chat_view::ChatView, member::Member, user::User},
    services::{HistoryPlace, SyncAnswer, SyncKind, SyncPages},
};

/// Pages so small that a handful of changes needs several.
const SMALL: SyncPages = SyncPages {
    messages: 5,
    window: 3,
    rows: 2,
};

/// A client that only knows what answers told it.
struct Client {
    caller: Caller,
    token: Option<String>,
    chats: BTreeMap<ChatId, ChatView>,
    messages: BTreeMap<ChatId, BTreeMap<u64, Message>>,
    users: BTreeMap<UserId, User>,
}

impl Client {
    fn new(caller: Caller) -> Self {
        Self {
            caller,
            token: None,
            chats: BTreeMap::new(),
            messages: BTreeMap::new(),
            users: BTreeMap::new(),
        }
    }

    /// One page; tells whether more is waiting.
    async fn sync_once(&mut self, services: &Services) -> bool {
        let answer = services.sync(self.caller, self.token.as_deref()).await;
        let answer = answer.expect("syncs");
        let has_more = answer.has_more;
        self.apply(services, answer).await;
        has_more
    }

    async fn catch_up(&mut self, services: &Services) {
        for _ in 0..2_000 {
            if !self.sync_once(services).await {
                return;
            }
        }
        panic!("the pages never end");
    }

    async fn apply(&mut self, services: &Services, answer: SyncAnswer) {
        if answer.kind != SyncKind::Changes {
            self.chats.clear();
            self.messages.clear();
            self.users.clear();
        }
        for user in answer.users.into_iter().chain([answer.me]) {
            self.users.insert(user.id, user);
        }
        for chat_id in answer.removed_chat_ids {
            self.chats.remove(&chat_id);
            self.messages.remove(&chat_id);
        }
        for part in answer.messages {
            if let Some((first, last)) = part.gap {
                self.fill(services, part.chat_id, first, last).await;
            }
            let known = self.messages.entry(part.chat_id).or_default();
            for message in part.changed {
                if let Some(held) = known.get_mut(&message.seq) {
                    *held = message;
                }
            }
            known.extend(
                part.messages
                    .into_iter()
                    .map(|message| (message.seq, message)),
            );
        }
        for view in answer.chats {
            let chat_id = view.chat.id;
            let is_new = self.chats.insert(chat_id, view).is_none();
            if is_new {
                self.fill(services, chat_id, 1, u64::MAX).await;
            }
        }
        for receipt in answer.receipts {
            if let Some(view) = self.chats.get_mut(&receipt.chat_id) {
                let known = view.others.iter_mut().chain([&mut view.me]);
                for member in known.filter(|member| member.user_id == receipt.user_id) {
                    *member = receipt.clone();
                }
                let read_seq = view.me.watermarks.read_seq;
                view.deleted_unread.retain(|seq| *seq > read_seq);
            }
        }
        self.token = Some(answer.token);
    }

    /// Pages through a range of the history.
    async fn fill(&mut self, services: &Services, chat_id: ChatId, first: u64, last: u64) {
        let mut after = first - 1;
        loop {
            let place = HistoryPlace::After(after);
            let page = services
                .list_messages(self.caller, chat_id, place, Some(100))
                .await;
            // The chat may have been left since the page of changes was read.
            let Ok(page) = page else { return };
            let known = self.messages.entry(chat_id).or_default();
            for message in page.messages {
                after = message.seq;
                if message.seq <= last {
                    known.insert(message.seq, message);
                }
            }
            if !page.has_after || after >= last {
                return;
            }
        }
    }

    /// Fails unless a client that starts now would know the same.
    async fn check(&self, services: &Services) {
        let mut fresh = Self::new(self.caller);
        fresh.catch_up(services).await;
        assert_eq!(self.chats, fresh.chats);
        for (chat_id, messages) in &fresh.messages {
            let known: Vec<u64> = self.messages[chat_id].keys().copied().collect();
            let all: Vec<u64> = messages.keys().copied().collect();
            assert_eq!(known, all, "a hole");
            assert_eq!(&self.messages[chat_id], messages);
        }
        for (id, user) in &fresh.users {
            assert_eq!(self.users.get(id), Some(user));
        }
        for view in self.chats.values() {
            let unread = self.messages.get(&view.chat.id).map_or(0, |messages| {
                let after = view.me.watermarks.read_seq + 1;
                let unread = messages.range(after..);
                unread
                    .filter(|(_, message)| {
                        message.deleted_at_ms.is_none() && message.event.is_none()
                    })
                    .count() as u64
            });
            assert_eq!(view.unread_count(), unread, "unread equals a recount");
        }
        let unread: u64 = self.chats.values().map(ChatView::unread_count).sum();
        let mut snapshot = services.storage.snapshot().await.expect("reads");
        let total = snapshot
            .members()
            .unread_total(self.caller.user_id, START_MS)
            .await;
        assert_eq!(total.expect("reads").message_count, unread);
    }
}

/// Something a person does. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Send(usize, usize),
    Burst(usize),
    Mark(usize, usize, u64),
    Edit(usize, usize, u64),
    Delete(usize, usize, u64),
    React(usize, usize, u64, bool),
    Open(usize, usize),
    Make(usize, usize),
    Add(usize, usize, usize),
    Remove(usize, usize, usize),
    Rename(usize),
    SyncOnce(usize),
    CatchUp(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let n = 0..64_usize;
    let step = prop_oneof![
        6 => (n.clone(), n.clone()).prop_map(|(a, b)| Step::Send(a, b)),
        2 => n.clone().prop_map(Step::Burst),
        3 => (n.clone(), n.clone(), 0..20_u64).prop_map(|(a, b, seq)| Step::Mark(a, b, seq)),
        2 => (n.clone(), n.clone(), 0..20_u64).prop_map(|(a, b, seq)| Step::Edit(a, b, seq)),
        3 => (n.clone(), n.clone(), 0..20_u64).prop_map(|(a, b, seq)| Step::Delete(a, b, seq)),
        3 => (n.clone(), n.clone(), 0..20_u64, any::<bool>())
            .prop_map(|(a, b, seq, is_set)| Step::React(a, b, seq, is_set)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Step::Open(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Step::Make(a, b)),
        2 => (n.clone(), n.clone(), n.clone()).prop_map(|(a, b, c)| Step::Add(a, b, c)),
        2 => (n.clone(), n.clone(), n.clone()).prop_map(|(a, b, c)| Step::Remove(a, b, c)),
        1 => n.clone().prop_map(Step::Rename),
        3 => n.clone().prop_map(Step::SyncOnce),
        1 => n.prop_map(Step::CatchUp),
    ];
    prop::collection::vec(step, 1..70)
}

/// Takes one step. Steps that are not allowed fail, and change nothing.
async fn take(harness: &Harness, clients: &mut [Client], chats: &mut Vec<ChatId>, step: Step) {
    let services = &harness.services;
    let count = clients.len();
    let who = |number: usize| clients[number % count].caller;
    let which = |number: usize| chats.get(number % chats.len().max(1)).copied();
    harness.clock.advance_ms(7);
    match step {
        Step::Send(a, chat) => {
            if let Some(chat) = which(chat) {
                let draft = harness.draft(who(a), chat, "text");
                let _ = services.send_message(who(a), draft).await;
            }
        }
        Step::Burst(a) => {
            let sends = chats.iter().flat_map(|chat| {
                (0..3).map(|_| services.send_message(who(a), harness.draft(who(a), *chat, "burst")))
            });
            futures_util::future::join_all(sends).await;
        }
        Step::Mark(a, chat, seq) => {
            if let Some(chat) = which(chat) {
                let _ = services.mark(who(a), chat, Some(seq + 1), Some(seq)).await;
            }
        }
        Step::Edit(a, chat, seq) => {
            if let Some(place) = message_at(services, who(a), which(chat), seq).await {
                let text = format!("text {}", harness.clock.now_ms());
                let _ = services.edit_message(who(a), place, worded(&text)).await;
            }
        }
        Step::Delete(a, chat, seq) => {
            if let Some(place) = message_at(services, who(a), which(chat), seq).await {
                let _ = services.delete_message(who(a), place).await;
            }
        }
        Step::React(a, chat, seq, is_set) => {
            if let Some(place) = message_at(services, who(a), which(chat), seq).await {
                let emoji = ["👍", "🎉"][chat % 2].to_owned();
                let _ = services.react(who(a), place, emoji, is_set).await;
            }
        }
        Step::Open(a, b) => {
            let opened = services.open_direct_chat(who(a), who(b).user_id).await;
            if let Ok((view, _, true)) = opened {
                chats.push(view.chat.id);
            }
        }
        Step::Make(a, b) => chats.push(harness.group(who(a), &[who(b)]).await),
        Step::Add(a, chat, b) => {
            if let Some(chat) = which(chat) {
                let _ = services.add_members(who(a), chat, &[who(b).user_id]).await;
            }
        }
        Step::Remove(a, chat, b) => {
            if let Some(chat) = which(chat) {
                let _ = services.remove_member(who(a), chat, who(b).user_id).await;
            }
        }
        Step::Rename(a) => {
            let name = format!("name {}", harness.clock.now_ms());
            let renamed = services.update_me(who(a), Some(name)).await;
            renamed.expect("renamed");
        }
        Step::SyncOnce(a) => {
            clients[a % count].sync_once(services).await;
        }
        Step::CatchUp(a) => clients[a % count].catch_up(services).await,
    }
}

/// The message that a person sees there.
async fn message_at(
    services: &Services,
    caller: Caller,
    chat: Option<ChatId>,
    seq: u64,
) -> Option<(ChatId, MessageId)> {
    let around = HistoryPlace::Around(seq);
    let page = services.list_messages(caller, chat?, around, Some(1)).await;
    page.ok()?
        .messages
        .pop()
        .map(|message| (message.chat_id, message.id))
}

async fn run(sizes: SyncPages, steps: Vec<Step>) {
    let harness = Harness::with(|settings| settings.sync = sizes).await;
    let mut clients = Vec::new();
    for name in ["a", "b", "c", "d"] {
        clients.push(Client::new(harness.person(name).await));
    }
    let mut chats = vec![harness.group(clients[0].caller, &[clients[1].caller]).await];
    for step in steps {
        take(&harness, &mut clients, &mut chats, step).await;
    }
    for client in &mut clients {
        client.catch_up(&harness.services).await;
        client.check(&harness.services).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_a_client_that_syncs_knows_what_a_fresh_one_does(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(run(SMALL, steps));
    }
}

#[tokio::test]
async fn a_long_absence_gives_the_newest_window_and_a_gap() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    harness.say(a, chat, "1").await;
    let first = harness.services.sync(b, None).await.expect("syncs");
    assert_eq!(first.kind, SyncKind::Snapshot);
    for _ in 0..150 {
        harness.say(a, chat, "more").await;
    }
    let answer = harness
        .services
        .sync(b, Some(&first.token))
        .await
        .expect("syncs");
    assert_eq!(answer.kind, SyncKind::Changes);
    assert!(!answer.has_more);
    let [part] = &answer.messages[..] else {
        panic!("one chat");
    };
    assert_eq!((part.messages.len(), part.gap), (100, Some((2, 51))));
    assert_eq!(part.messages[0].seq, 52);
    let quiet = harness
        .services
        .sync(b, Some(&answer.token))
        .await
        .expect("syncs");
    assert!(quiet.chats.is_empty() && quiet.messages.is_empty() && quiet.receipts.is_empty());
}

#[tokio::test]
async fn changed_messages_come_beside_the_new_ones_and_too_many_as_a_gap() {
    let harness = Harness::new().await;
    let services = &harness.services;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    let mut sent = Vec::new();
    for _ in 0..130 {
        sent.push(harness.say(a, chat, "text").await.id);
    }
    let start = services.sync(b, None).await.expect("syncs");
    let edit = async |place: usize| {
        let edited = services.edit_message(a, (chat, sent[place]), worded("other"));
        edited.await.expect("edited").version
    };
    edit(4).await;
    let version = edit(2).await;
    harness.say(a, chat, "new").await;
    let answer = services.sync(b, Some(&start.token)).await.expect("syncs");
    let part = &answer.messages[0];
    let seqs = |messages: &[Message]| messages.iter().map(|one| one.seq).collect::<Vec<_>>();
    assert_eq!((seqs(&part.changed), part.gap), (vec![3, 5], None));
    assert_eq!(seqs(&part.messages), [131]);
    assert_eq!(part.changed[0].version, version);
    for (place, id) in sent.iter().enumerate() {
        edit(place).await;
        let again = services.edit_message(a, (chat, *id), worded("again"));
        again.await.expect("edited");
    }
    let answer = services.sync(b, Some(&answer.token)).await.expect("syncs");
    let part = &answer.messages[0];
    assert_eq!((part.changed.len(), part.gap), (100, Some((1, 30))));
    assert_eq!(part.changed[0].seq, 31);
}

#[tokio::test]
async fn a_token_that_cannot_be_used_is_a_reset() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    harness.direct_chat(a, b).await;
    let theirs = harness.services.sync(b, None).await.expect("syncs").token;
    let ahead = harness.services.sync_token(a.user_id, 1_000_000, true);
    for token in ["", "nonsense", &theirs, &ahead, &"A".repeat(10_000)] {
        let answer = harness
            .services
            .sync(a, Some(token))
            .await
            .expect("no error");
        assert_eq!(
            (answer.kind, answer.chats.len()),
            (SyncKind::Reset, 1),
            "{token}"
        );
    }
}

#[tokio::test]
async fn the_hubs_token_for_the_newest_change_misses_nothing() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    let before = harness.services.sync(b, None).await.expect("syncs");
    let token = harness.services.sync_token(b.user_id, before.change, true);
    harness.say(a, chat, "hi").await;
    let answer = harness.services.sync(b, Some(&token)).await.expect("syncs");
    assert_eq!(answer.messages[0].messages[0].text, "hi");
    assert_eq!(answer.chat_ids, [chat]);
}

#[tokio::test]
async fn a_receipt_of_a_quiet_chat_comes_without_the_chat() {
    let harness = Harness::new().await;
    let (a, b) = (harness.person("a").await, harness.person("b").await);
    let chat = harness.direct_chat(a, b).await;
    harness.say(a, chat, "hi").await;
    let token = harness.services.sync(a, None).await.expect("syncs").token;
    let marked: Member = harness
        .services
        .mark(b, chat, None, Some(1))
        .await
        .expect("marked");
    let answer = harness.services.sync(a, Some(&token)).await.expect("syncs");
    assert!(answer.chats.is_empty());
    assert_eq!(answer.receipts, [marked]);
}
