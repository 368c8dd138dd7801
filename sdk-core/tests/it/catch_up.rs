//! A month offline: everything that was missed is there or is a gap that says so, and a little that
//! was missed costs a little. The client is on a file; the wire and the store are counted.
//!
//! With `RELAYCHAT_LONG` set it is 50,000 messages in 500 chats.

mod counted_store;
mod counted_wire;

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use relaychat_engine::{auth::Identity, host::Draft, test_support::TestEngine};
use relaychat_sdk::{
    Client, RelayError, SqliteStore, Store, TimelineState,
    protocol::{ChatId, rest::messages::Message},
    store::{Keys, Table, Value},
};
use serde::Deserialize;

use counted_store::{CountedStore, StoreCounts};
use counted_wire::{CountedWire, WireCounts};

use crate::support::{DEADLINE, in_time};

/// Longer than a phone lies in a drawer over the holidays.
const DAYS_30_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Messages of each chat before the month.
const KNOWN: u64 = 3;
/// Chats of which the reader has read all but the last message; of the others they have read none.
const READ: usize = 4;
/// Newest messages of a chat that a sync answer brings: the engine's default.
const WINDOW: u64 = 100;

/// How much is missed.
#[derive(Clone, Copy, Debug)]
struct Size {
    chats: usize,
    /// Chats in which much was said, and how much.
    busy: (usize, u64),
    /// What was said in each of the others.
    quiet: u64,
    deadline: Duration,
}

impl Size {
    fn of_this_run() -> Self {
        if std::env::var_os("RELAYCHAT_LONG").is_none() {
            return Self {
                chats: 40,
                busy: (4, 250),
                quiet: 28,
                deadline: DEADLINE,
            };
        }
        Self {
            chats: 500,
            busy: (20, 600),
            quiet: 80,
            deadline: DEADLINE * 10,
        }
    }

    fn missed(&self, chat: usize) -> u64 {
        let (count, messages) = self.busy;
        if chat < count { messages } else { self.quiet }
    }

    fn missed_in_all(&self) -> u64 {
        (0..self.chats).map(|chat| self.missed(chat)).sum()
    }
}

/// An engine, somebody who reads, and many chats with somebody who writes.
struct Month {
    engine: TestEngine,
    wire: CountedWire,
    folder: tempfile::TempDir,
    chats: Vec<ChatId>,
}

/// What a message says.
fn text(chat: usize, seq: u64) -> String {
    format!("chat {chat}, message {seq}")
}

impl Month {
    async fn begin(chats: usize) -> Self {
        let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
        let host = engine.engine();
        let users = host.users();
        users.ensure(Identity::new("reader")).await.expect("made");
        let mut ids = Vec::new();
        for chat in 0..chats {
            let writer = format!("writer {chat}");
            users
                .ensure(Identity::new(writer.clone()))
                .await
                .expect("made");
            let made = host.chats().open_direct("reader", writer).await;
            ids.push(made.expect("a chat").id);
        }
        let month = Self {
            wire: CountedWire::start(engine.address()).await,
            engine,
            folder: tempfile::tempdir().expect("a folder"),
            chats: ids,
        };
        month.write(1, |_| KNOWN).await;
        month
    }

    /// Writes `count` messages into each chat, of which the first gets the number `first`. The last
    /// ones come one after the other: chats that one commit has changed share the room of a page.
    async fn write(&self, first: u64, count: impl Fn(usize) -> u64) {
        let chats = || self.chats.iter().enumerate();
        join_all(chats().map(|(chat, chat_id)| {
            let last = first + count(chat);
            async move {
                for seq in first..last.saturating_sub(1) {
                    self.send((chat, *chat_id), seq).await;
                }
            }
        }))
        .await;
        for (chat, chat_id) in chats().filter(|(chat, _)| count(*chat) > 0) {
            self.send((chat, *chat_id), first + count(chat) - 1).await;
        }
    }

    async fn send(&self, (chat, chat_id): (usize, ChatId), seq: u64) {
        let draft = Draft::text(text(chat, seq));
        let host = self.engine.engine();
        let sent = host.send_as(format!("writer {chat}"), chat_id, draft).await;
        assert_eq!(sent.expect("it is sent").seq, seq);
    }

    /// The reader's program, on its file.
    async fn program(&self) -> (Client, Arc<StoreCounts>) {
        let path = self.folder.path().join("reader.db");
        let store = SqliteStore::open(path).await.expect("the file opens");
        let (store, counts) = CountedStore::new(store);
        let host = self.engine.engine().clone();
        let client = Client::builder(self.wire.url())
            .token_provider(move |_| {
                let host = host.clone();
                async move {
                    let lasts = Duration::from_secs(3_600);
                    let issued = host.users().issue_token("reader", lasts).await;
                    let issued = issued.map_err(|error| RelayError::network(error.to_string()))?;
                    Ok(issued.access_token)
                }
            })
            .store(Arc::new(store))
            .build()
            .expect("the address is fine");
        (client, counts)
    }

    /// The reader's program runs until it shows `unread` messages, and ends.
    async fn run(&self, unread: u64, deadline: Duration) -> Costs {
        let (client, store) = self.program().await;
        let began = Instant::now();
        let wire = self.wire.counts();
        client.connect().await;
        let mut list = client.chats().state().subscribe();
        let is_there = list.until(|now| now.unread_count == unread);
        let found = tokio::time::timeout(deadline, is_there).await;
        let shown = client.chats().state().get().unread_count;
        assert!(
            found.is_ok(),
            "{shown} of {unread} unread messages are shown"
        );
        in_time(client.suspend()).await;
        let wire = self.wire.counts() - wire;
        client.close();
        Costs {
            wire,
            store,
            took: began.elapsed(),
        }
    }

    fn unread_before(&self) -> u64 {
        self.chats.len() as u64 * KNOWN - READ as u64 * (KNOWN - 1)
    }

    /// The first run: all chats are known, and some are read.
    async fn know_all(&self) {
        let (client, _) = self.program().await;
        in_time(client.connect()).await;
        let total = in_time(client.chats().unread_total()).await;
        let all = self.chats.len() as u64 * KNOWN;
        let counted = total.expect("a total").unread_count;
        assert_eq!(counted, all, "also of chats that are not loaded");
        while client.chats().state().get().has_more {
            in_time(client.chats().load_more()).await.expect("a page");
        }
        assert_eq!(client.chats().state().get().items.len(), self.chats.len());
        for chat_id in &self.chats {
            let timeline = client.chat(*chat_id).timeline();
            let state = timeline.state();
            let is_there = |now: &TimelineState| seqs(now).len() as u64 == KNOWN;
            crate::support::until(&state, is_there).await;
        }
        for chat_id in &self.chats[..READ] {
            client.chat(*chat_id).mark_read(KNOWN - 1);
        }
        let unread = self.unread_before();
        let all_marked = async {
            let users = self.engine.engine().users();
            while users
                .unread_total("reader")
                .await
                .expect("a total")
                .unread_count
                > unread
            {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        in_time(all_marked).await;
        in_time(client.suspend()).await;
        client.close();
    }

    /// What the reader's file holds.
    async fn file(&self) -> SqliteStore {
        let path = self.folder.path().join("reader.db");
        SqliteStore::open(path).await.expect("the file opens")
    }
}

/// What a run of the program cost.
struct Costs {
    wire: WireCounts,
    store: Arc<StoreCounts>,
    took: Duration,
}

impl Costs {
    /// For who reads the output of a long run.
    fn told(&self, missed: u64, size: &Size) -> String {
        let Self { wire, store, took } = self;
        let records = Table::ALL.map(|table| store.written(table).len());
        let (records, chats) = (records.iter().sum::<usize>(), size.chats);
        format!("{missed} missed in {chats} chats: {took:?}, {wire:?}, {records} records")
    }
}

/// A record of the table of timelines.
#[derive(Deserialize)]
struct Kept {
    ranges: Vec<(u64, u64)>,
}

fn seqs(now: &TimelineState) -> Vec<u64> {
    let messages = now.items.iter().filter_map(|item| item.message());
    messages.filter_map(|message| message.seq).collect()
}

async fn json<T: for<'a> Deserialize<'a>>(store: &SqliteStore, table: Table, keys: Keys) -> Vec<T> {
    let records = store.read(table, keys).await.expect("it reads");
    let texts = records.into_iter().map(|record| match record.value {
        Value::Text(text) => serde_json::from_str(&text).expect("it is JSON"),
        Value::Content(_) => panic!("a file"),
    });
    texts.collect()
}

/// Every message that the file claims to have is there, as it was written; the newest window is
/// among them, and what is missing lies between two ranges.
async fn check_file(month: &Month, last_seq: impl Fn(usize) -> u64) {
    let file = month.file().await;
    for (chat, chat_id) in month.chats.iter().enumerate() {
        let last = last_seq(chat);
        let kept = json::<Kept>(&file, Table::Timelines, Keys::one(chat_id.to_string())).await;
        let claimed = kept[0]
            .ranges
            .iter()
            .flat_map(|(first, last)| *first..=*last);
        let claimed: BTreeSet<u64> = claimed.collect();
        let under = Keys::under(format!("{chat_id}/"));
        let messages = json::<Message>(&file, Table::Messages, under).await;
        let texts = messages
            .iter()
            .map(|message| (message.seq, message.text.clone()));
        let expected = claimed.iter().map(|seq| (*seq, text(chat, *seq)));
        assert!(texts.eq(expected), "chat {chat}: {:?}", kept[0].ranges);
        let newest = last.saturating_sub(WINDOW - 1).max(KNOWN + 1);
        let promised = (1..=KNOWN).chain(newest..=last);
        assert!(
            promised.clone().all(|seq| claimed.contains(&seq)),
            "chat {chat}"
        );
        assert_eq!(claimed.len(), promised.collect::<BTreeSet<_>>().len());
    }
    file.close().await.expect("it closes");
}

/// Reads a chat from its end to its beginning; no view has a hole.
async fn read_whole(client: &Client, (chat, chat_id): (usize, ChatId), last: u64) {
    let timeline = client.chat(chat_id).timeline();
    let state = timeline.state();
    let is_at_end = |now: &TimelineState| seqs(now).last() == Some(&last);
    crate::support::until(&state, is_at_end).await;
    while state.get().has_before {
        in_time(timeline.load_before()).await.expect("it loads");
        let seqs = seqs(&state.get());
        assert!(
            seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]),
            "{seqs:?}"
        );
    }
    let texts: Vec<_> = (1..=last).map(|seq| text(chat, seq)).collect();
    assert_eq!(crate::support::texts(&state.get()), texts);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_month_offline_everything_is_there_or_is_a_gap_and_five_messages_cost_little() {
    let size = Size::of_this_run();
    let month = Month::begin(size.chats).await;
    month.know_all().await;
    month.engine.clock().advance_ms(DAYS_30_MS);
    month.write(KNOWN + 1, |chat| size.missed(chat)).await;

    let mut unread = month.unread_before() + size.missed_in_all();
    let all = month.run(unread, size.deadline).await;
    println!("{}", all.told(size.missed_in_all(), &size));
    let last_seq = |chat| KNOWN + size.missed(chat);
    check_file(&month, last_seq).await;
    let brought = (0..size.chats)
        .map(|chat| size.missed(chat).min(WINDOW))
        .sum::<u64>();
    assert_eq!(all.store.written(Table::Messages).len() as u64, brought);
    assert_eq!(all.store.read(Table::Messages), 0, "nothing old is read");

    month.engine.clock().advance_ms(DAYS_30_MS);
    for chat in 0..5 {
        month
            .write(last_seq(chat) + 1, |other| u64::from(other == chat))
            .await;
    }
    unread += 5;
    let few = month.run(unread, size.deadline).await;
    println!("{}", few.told(5, &size));
    let five: BTreeSet<String> = month.chats[..5].iter().map(ToString::to_string).collect();
    assert_eq!(few.store.written(Table::Chats), five);
    assert_eq!(few.store.written(Table::Timelines), five);
    assert_eq!(few.store.written(Table::Messages).len(), 5);
    assert_eq!(few.store.written(Table::Members).len(), 5);
    assert_eq!(few.store.read(Table::Messages), 0);

    let (client, _) = month.program().await;
    in_time(client.connect()).await;
    for chat in [0, 5, size.chats - 1] {
        let last = last_seq(chat) + u64::from(chat < 5);
        read_whole(&client, (chat, month.chats[chat]), last).await;
    }
    client.close();
    month.engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_five_missed_messages_cost_does_not_depend_on_the_quiet_chats() {
    let mut costs = Vec::new();
    for chats in [8, 48] {
        let month = Month::begin(chats).await;
        month.know_all().await;
        month.engine.clock().advance_ms(DAYS_30_MS);
        month.write(KNOWN + 1, |chat| u64::from(chat < 5)).await;
        let few = month.run(month.unread_before() + 5, DEADLINE).await;
        let tables = Table::ALL.map(|table| few.store.written(table).len());
        costs.push((few.wire.down_bytes, tables));
        month.engine.stop().await;
    }
    let [(few_bytes, few_records), (many_bytes, many_records)] = costs[..] else {
        panic!("{costs:?}");
    };
    assert_eq!(few_records, many_records);
    // What is told of the marks that go up meanwhile is not the same in every run.
    assert!(many_bytes < few_bytes + 1_500, "{costs:?}");
}
