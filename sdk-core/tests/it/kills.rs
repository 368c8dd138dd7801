//! The server is killed with -9 again and again while two people write to each other.
//!
//! Afterwards every message that was sent is there once, in order, on both sides and in a fresh
//! fetch; those that were acknowledged before a kill still have the place they were given. The
//! program under test is the real binary on a real file; only its limits are off.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use relaychat_sdk::{
    Client, ConnectionState, MemorySessionStore, Outgoing, SessionStore, protocol::ChatId,
};

use crate::{
    support::{client, in_time, until},
    two_people_chat::reqwest_client,
};

/// Kills of one run.
const KILLS: usize = 55;
/// Fewer messages than this would prove little.
const MESSAGES_AT_LEAST: usize = 500;
/// Fewer kills than this in the middle of sending would prove little.
const BUSY_KILLS_AT_LEAST: usize = 30;
/// The moments of the kills are the same in every run.
const SEED: u64 = 0x5eed_0002;

/// The `relaychat` program: the one that `RELAYCHAT` names, else built as cargo would build it.
fn program() -> PathBuf {
    if let Some(built) = std::env::var_os("RELAYCHAT") {
        return built.into();
    }
    let output = Command::new(env!("CARGO"))
        .args([
            "build",
            "-q",
            "-p",
            "relaychat-engine",
            "--bin",
            "relaychat",
        ])
        .args(["--message-format", "json"])
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the program does not build");
    let text = String::from_utf8(output.stdout).expect("cargo writes JSON");
    let lines = text.lines();
    let artifacts = lines.filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut programs = artifacts.filter_map(|found| Some(found["executable"].as_str()?.to_owned()));
    programs.next().expect("cargo names the program").into()
}

/// A server that is killed and started again on the same data and port.
struct Server {
    program: PathBuf,
    folder: tempfile::TempDir,
    address: String,
    child: Option<Child>,
}

impl Server {
    fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let mut server = Self {
            program: program(),
            folder: tempfile::tempdir().expect("a folder"),
            address: free.local_addr().expect("an address").to_string(),
            child: None,
        };
        drop(free);
        server.run();
        server
    }

    fn run(&mut self) {
        let child = Command::new(&self.program)
            .args(["serve", "--rate-limits", "off", "--log", "warn"])
            .args(["--listen", &self.address, "--data", "data"])
            .current_dir(self.folder.path())
            .env_clear()
            .stdout(Stdio::null())
            .spawn();
        self.child = Some(child.expect("the program starts"));
    }

    /// SIGKILL: nothing is written, nobody is told.
    fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        let ended = child.try_wait().expect("its state is known");
        assert!(ended.is_none(), "it ended by itself: {ended:?}");
        child.kill().expect("it can be killed");
        child.wait().expect("it is gone");
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    async fn wait_until_up(&self) {
        let is_up = async {
            while tokio::net::TcpStream::connect(&self.address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        in_time(is_up).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Logs in through the development inbox.
async fn log_in(server: &Server, email: &str) -> (Client, Arc<MemorySessionStore>) {
    let (client, session) = client(&server.url());
    let requested = client
        .auth()
        .request_code(email)
        .await
        .expect("a code is sent");
    let inbox = format!("{}/_/inbox/latest.json?email={email}", server.url());
    let http = reqwest_client();
    let code = in_time(async {
        loop {
            let answer = http.get(&inbox).send().await.expect("an answer");
            if answer.status().is_success() {
                let mail: serde_json::Value = answer.json().await.expect("a mail");
                return mail["code"].as_str().expect("a code").to_owned();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let verified = client.auth().verify_code(requested.request_id, &code).await;
    verified.expect("the code is right");
    until(&client.connection(), |now| {
        *now == ConnectionState::Connected
    })
    .await;
    (client, session)
}

/// A small random generator, so that a run can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Writes numbered messages until told to stop, also while there is no connection.
async fn write(
    client: Client,
    chat_id: ChatId,
    name: &'static str,
    stop: Arc<AtomicBool>,
) -> Vec<Outgoing> {
    let chat = client.chat(chat_id);
    let mut sent = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        sent.push(chat.send(format!("{name} {}", sent.len())));
        // A pause between two messages, not a wait for something.
        tokio::time::sleep(Duration::from_millis(45)).await;
    }
    sent
}

fn number_of(text: &str, name: &str) -> Option<usize> {
    text.strip_prefix(name)?.trim().parse().ok()
}

/// All messages of the chat as one client shows them: seq, id and text.
async fn whole_timeline(
    client: &Client,
    chat_id: ChatId,
    count: usize,
) -> Vec<(u64, String, String)> {
    let timeline = client.chat(chat_id).timeline();
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let now = timeline.state().get();
        let messages = now.items.iter().filter_map(|item| item.message());
        let rows: Vec<_> = messages
            .filter_map(|message| {
                Some((message.seq?, message.id.to_string(), message.text.clone()))
            })
            .collect();
        if rows.len() >= count && !now.has_before {
            return rows;
        }
        assert!(
            Instant::now() < deadline,
            "{} of {count} messages",
            rows.len()
        );
        if now.has_before && !now.is_loading {
            in_time(timeline.load_before()).await.expect("it loads");
        } else {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The places of all messages that are acknowledged by now.
fn acknowledged(sent: &[Outgoing]) -> BTreeMap<String, u64> {
    let settled = sent
        .iter()
        .filter_map(|outgoing| outgoing.state().get().message.clone());
    let places = settled.filter_map(|message| Some((message.id.to_string(), message.seq?)));
    places.collect()
}

fn check(
    rows: &[(u64, String, String)],
    acked: &BTreeMap<String, u64>,
    counts: [(&str, usize); 2],
) {
    let seqs: Vec<_> = rows.iter().map(|row| row.0).collect();
    assert_eq!(
        seqs,
        (1..=rows.len() as u64).collect::<Vec<_>>(),
        "dense and in order"
    );
    let ids: BTreeSet<_> = rows.iter().map(|row| &row.1).collect();
    assert_eq!(ids.len(), rows.len(), "each once");
    let places: BTreeMap<_, _> = rows.iter().map(|row| (row.1.clone(), row.0)).collect();
    assert_eq!(&places, acked, "each where it was acknowledged");
    for (name, count) in counts {
        let numbers: Vec<_> = rows
            .iter()
            .filter_map(|row| number_of(&row.2, name))
            .collect();
        assert_eq!(
            numbers,
            (0..count).collect::<Vec<_>>(),
            "in the order {name} wrote them"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_doubled_or_out_of_order_when_the_server_is_killed_again_and_again() {
    let mut server = Server::start();
    server.wait_until_up().await;
    let (alice, _) = log_in(&server, "alice@example.com").await;
    let (bob, his_session) = log_in(&server, "bob@example.com").await;
    let bob_id = bob.me().get().as_ref().as_ref().expect("logged in").user.id;
    let chat_id = alice.chats().open_direct(bob_id).await.expect("a chat");
    let watched = bob.chat(chat_id).timeline();

    let stop = Arc::new(AtomicBool::new(false));
    let hers = tokio::spawn(write(alice.clone(), chat_id, "alice", Arc::clone(&stop)));
    let his = tokio::spawn(write(bob.clone(), chat_id, "bob", Arc::clone(&stop)));
    let mut random = Random(SEED);
    let mut busy_kills = 0;
    for _ in 0..KILLS {
        until(&alice.connection(), |now| {
            *now == ConnectionState::Connected
        })
        .await;
        tokio::time::sleep(Duration::from_millis(random.below(500))).await;
        let is_busy = [&alice, &bob]
            .iter()
            .any(|client| *client.connection().get() == ConnectionState::Connected);
        server.kill();
        busy_kills += usize::from(is_busy);
        server.run();
        server.wait_until_up().await;
        // Connections that last for a moment only make the clients wait longer and longer, as they
        // should; people who press a button do not wait.
        alice.reconnect_now();
        bob.reconnect_now();
    }
    stop.store(true, Ordering::SeqCst);
    let (hers, his) = (hers.await.expect("she wrote"), his.await.expect("he wrote"));

    for sent in hers.iter().chain(&his) {
        in_time(sent.delivered())
            .await
            .expect("it arrives in the end");
    }
    let mut acked = acknowledged(&hers);
    acked.extend(acknowledged(&his));
    let count = hers.len() + his.len();
    let counts = [("alice", hers.len()), ("bob", his.len())];
    drop(watched);
    let seen = [
        whole_timeline(&alice, chat_id, count).await,
        whole_timeline(&bob, chat_id, count).await,
    ];
    alice.close();
    bob.close();
    let store: Arc<dyn SessionStore> = his_session;
    let fresh = Client::builder(server.url()).session_store(store);
    let fresh = in_time(fresh.connect()).await.expect("the address is fine");
    let fetched = whole_timeline(&fresh, chat_id, count).await;
    for rows in seen.iter().chain([&fetched]) {
        check(rows, &acked, counts);
    }
    eprintln!("{KILLS} kills, {busy_kills} of them while connected, {count} messages checked");
    assert!(count >= MESSAGES_AT_LEAST, "vacuous: {count} messages");
    assert!(
        busy_kills >= BUSY_KILLS_AT_LEAST,
        "vacuous: {busy_kills} busy kills"
    );
}
