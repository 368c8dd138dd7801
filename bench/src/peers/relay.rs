//! RelayChat: the `relaychat` program of the same profile, on new data, spoken to like by anybody.

mod people;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use relaychat_protocol::{
    ChatId, MessageId, ProtocolRange,
    frames::client::{ClientFrame, Hello},
    rest::messages::SendMessage,
};
use tempfile::TempDir;

use super::{Peer, Postgres, Server, redis::Redis};
use crate::{
    http,
    load::{Encode, Lane},
    wire::{Connection, push_client_text},
};

use people::Person;

/// Everything that protects a server from one busy address, lifted: one address is all we have.
const LIFTED: [&str; 4] = ["--rate-limits", "off", "--sockets-per-ip", "1000000"];
/// How many sockets a person may hold: the protocol's default limit.
const SOCKETS_PER_PERSON: usize = 20;
/// After which pause typing is said to have begun again: more than the throttle of 3 s, less than
/// the 6 s after which it is over by itself.
const TYPING_AGAIN: Duration = Duration::from_millis(4_000);
/// Chats that everybody with an idle socket is in, and how many people share them.
const IDLE_CHATS: usize = 20;
const IDLE_CIRCLE: usize = 10;

/// One or two running servers on one store.
#[derive(Debug)]
pub(crate) struct Relay {
    nodes: Vec<Node>,
    people: Vec<Person>,
    chats: std::collections::HashMap<(usize, usize), ChatId>,
    postgres: Option<Postgres>,
    redis: Option<Redis>,
    folder: TempDir,
}

#[derive(Debug)]
struct Node {
    server: Server,
    address: String,
}

impl Relay {
    /// On SQLite on the disk of the temporary files.
    pub(crate) fn on_disk() -> Result<Self> {
        Self::start(tempfile::tempdir()?, None, None)
    }

    /// On SQLite in the system's memory file system, where nothing is waited for.
    pub(crate) fn in_memory() -> Result<Self> {
        let folder = tempfile::tempdir_in("/dev/shm").context("no file system in memory")?;
        Self::start(folder, None, None)
    }

    pub(crate) fn on_postgres() -> Result<Self> {
        Self::start(tempfile::tempdir()?, Some(Postgres::start()?), None)
    }

    pub(crate) fn two_nodes() -> Result<Self> {
        let (postgres, redis) = (Postgres::start()?, Redis::start()?);
        Self::start(tempfile::tempdir()?, Some(postgres), Some(redis))
    }

    fn start(folder: TempDir, postgres: Option<Postgres>, redis: Option<Redis>) -> Result<Self> {
        let mut relay = Self {
            nodes: Vec::new(),
            people: Vec::new(),
            chats: std::collections::HashMap::new(),
            postgres,
            redis,
            folder,
        };
        let nodes = if relay.redis.is_some() { 2 } else { 1 };
        for _ in 0..nodes {
            let node = relay.start_node()?;
            relay.nodes.push(node);
        }
        Ok(relay)
    }

    fn start_node(&self) -> Result<Node> {
        let mut command = Command::new(program()?);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.data())
            .args(LIFTED)
            .args(["--log", "warn"]);
        if let Some(postgres) = &self.postgres {
            command.args(["--database-url", &postgres.url]);
        }
        if let Some(redis) = &self.redis {
            command.args(["--redis-url", &redis.url]);
            // All nodes derive the same keys; these protect nothing but a load test.
            command.args(["--secret-key", &"42".repeat(32)]);
        }
        if !self.nodes.is_empty() {
            // Mail must come to the development inbox that is asked: that of the first node.
            command.args(["--roles", "api,realtime"]);
        }
        let (server, address) = Server::with_banner(&mut command, "http://")?;
        Ok(Node { server, address })
    }

    /// The folder of the database and the uploads.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where its database is, when it is PostgreSQL.
    pub(crate) fn database_url(&self) -> Option<&str> {
        self.postgres.as_ref().map(|postgres| postgres.url.as_str())
    }

    /// Where it answers.
    pub(crate) fn address(&self) -> &str {
        &self.nodes[0].address
    }

    /// So many people, the same ones each time; logged in again when their tokens are old.
    pub(crate) fn people(&mut self, count: usize) -> Result<&[Person]> {
        let address = self.nodes[0].address.clone();
        people::ensure(&address, &mut self.people, count)?;
        Ok(&self.people[..count])
    }

    /// The one-to-one chat of two people.
    pub(crate) fn direct(&mut self, one: usize, other: usize) -> Result<ChatId> {
        let count = one.max(other) + 1;
        let people = self.people(count)?;
        let (first, second) = (people[one].clone(), people[other].clone());
        if let Some(chat_id) = self.chats.get(&(one, other)) {
            return Ok(*chat_id);
        }
        let chat_id = people::open_direct(self.address(), &first, &second)?;
        self.chats.insert((one, other), chat_id);
        Ok(chat_id)
    }

    /// A new group of the first `count` people.
    pub(crate) fn group(&mut self, count: usize) -> Result<ChatId> {
        let people = self.people(count)?.to_vec();
        people::create_group(self.address(), &people)
    }

    /// A live socket on the node `node` (or the only one).
    pub(crate) fn socket(&self, node: usize, person: &Person) -> Result<Connection> {
        let node = self.nodes.get(node).unwrap_or(&self.nodes[0]);
        socket(&node.address, &person.token, None).map(|(socket, _)| socket)
    }

    fn pairs_over(&mut self, count: usize, is_http: bool) -> Result<Vec<Lane>> {
        let mut lanes = Vec::with_capacity(count);
        for index in 0..count {
            let chat_id = self.direct(2 * index, 2 * index + 1)?;
            let (sender, receiver) = {
                let people = self.people(2 * index + 2)?;
                (people[2 * index].clone(), people[2 * index + 1].clone())
            };
            let receiver = self.socket(1, &receiver)?;
            let (sender, encode) = if is_http {
                let address = self.address().to_owned();
                let connection = Connection::open(&address)?;
                (connection, http_send(address, sender.token, chat_id))
            } else {
                (self.socket(0, &sender)?, socket_send(chat_id))
            };
            lanes.push(Lane::new(sender, encode, vec![receiver]));
        }
        Ok(lanes)
    }
}

impl Peer for Relay {
    fn processes(&self) -> Vec<u32> {
        let nodes = self.nodes.iter().map(|node| node.server.id());
        let stores = self.postgres.iter().map(Postgres::id);
        nodes
            .chain(stores)
            .chain(self.redis.iter().map(Redis::id))
            .collect()
    }

    fn pairs(&mut self, count: usize) -> Result<Vec<Lane>> {
        self.pairs_over(count, false)
    }

    fn http_pairs(&mut self, count: usize) -> Result<Option<Vec<Lane>>> {
        self.pairs_over(count, true).map(Some)
    }

    fn ephemeral_pairs(&mut self, count: usize) -> Result<Vec<Lane>> {
        let lane = |index: usize| {
            let chat_id = self.direct(2 * index, 2 * index + 1)?;
            let people = self.people(2 * index + 2)?.to_vec();
            let receiver = self.socket(1, &people[2 * index + 1])?;
            let sender = self.socket(0, &people[2 * index])?;
            let lane = Lane::new(sender, typing(chat_id), vec![receiver]);
            Ok(lane.counted_by(br#"{"type":"typing""#))
        };
        (0..count).map(lane).collect()
    }

    fn room(&mut self, members: usize) -> Result<Lane> {
        // The first person sends, everybody else listens; the group is kept like a chat of two.
        let key = (usize::MAX, members);
        let chat_id = match self.chats.get(&key) {
            Some(chat_id) => *chat_id,
            None => {
                let chat_id = self.group(members + 1)?;
                self.chats.insert(key, chat_id);
                chat_id
            }
        };
        let people = self.people(members + 1)?.to_vec();
        let receivers = people[1..].iter().map(|person| self.socket(1, person));
        let receivers = receivers.collect::<Result<_>>()?;
        let sender = self.socket(0, &people[0])?;
        Ok(Lane::new(sender, socket_send(chat_id), receivers))
    }

    fn prepare_idle(&mut self, count: usize) -> Result<()> {
        let people = self.people(count.div_ceil(SOCKETS_PER_PERSON))?.to_vec();
        for circle in people.chunks(IDLE_CIRCLE) {
            for _ in 0..IDLE_CHATS {
                people::create_group(self.address(), circle)?;
            }
        }
        Ok(())
    }

    fn idle(&mut self, count: usize) -> Result<Vec<Connection>> {
        let people = self.people(count.div_ceil(SOCKETS_PER_PERSON))?.to_vec();
        (0..count)
            .map(|index| self.socket(0, &people[index / SOCKETS_PER_PERSON]))
            .collect()
    }

    fn as_relay(&mut self) -> Option<&mut Relay> {
        Some(self)
    }
}

/// Opens a socket, says hello, waits for `ready`; the socket and the text of `ready`.
pub(crate) fn socket(
    address: &str,
    token: &str,
    since: Option<String>,
) -> Result<(Connection, String)> {
    let mut socket = Connection::upgrade(address, "/v1/ws", "")?;
    let hello = ClientFrame::Hello(Hello {
        protocol: ProtocolRange::SUPPORTED,
        token: Some(token.to_owned()),
        since,
    });
    socket.send_text(&serde_json::to_string(&hello)?)?;
    let ready = socket.receive_text()?;
    ensure!(ready.contains(r#""type":"ready""#), "not ready: {ready}");
    Ok((socket, ready))
}

/// `send_message` frames.
fn socket_send(chat_id: ChatId) -> Encode {
    Box::new(move |out, text| {
        let message = message(text);
        let frame = ClientFrame::SendMessage {
            id: message.message_id.to_string(),
            chat_id,
            message,
        };
        let text = serde_json::to_vec(&frame).expect("frames are strings and numbers");
        push_client_text(out, &text);
    })
}

/// `typing` frames. Beginnings have a throttle, ends of what has begun have none: most of these are
/// ends.
fn typing(chat_id: ChatId) -> Encode {
    let mut began: Option<Instant> = None;
    Box::new(move |out, _| {
        let is_typing = began.is_none_or(|began| began.elapsed() >= TYPING_AGAIN);
        if is_typing {
            began = Some(Instant::now());
        }
        let frame = ClientFrame::Typing { chat_id, is_typing };
        let text = serde_json::to_vec(&frame).expect("frames are strings and numbers");
        push_client_text(out, &text);
    })
}

/// `POST /v1/chats/{chat_id}/messages` on a kept-alive connection.
fn http_send(address: String, token: String, chat_id: ChatId) -> Encode {
    let path = format!("/v1/chats/{chat_id}/messages");
    Box::new(move |out, text| {
        let body = serde_json::to_vec(&message(text)).expect("bodies are strings and numbers");
        let request = http::request("POST", &address, &path, Some(&token), &body);
        out.extend_from_slice(&request);
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "a client of its own: ids are made where messages are"
)]
pub(crate) fn message(text: &str) -> SendMessage {
    SendMessage {
        message_id: MessageId(uuid::Uuid::now_v7()),
        text: text.to_owned(),
        attachment_ids: Vec::new(),
        reply_to_id: None,
        mentions: None,
    }
}

/// `relaychat` beside this program, or `RELAYCHAT`.
pub(crate) fn program() -> Result<PathBuf> {
    if let Some(program) = std::env::var_os("RELAYCHAT") {
        return Ok(program.into());
    }
    let program = std::env::current_exe()?.with_file_name("relaychat");
    ensure!(
        Path::exists(&program),
        "{} is missing: build it in the same profile with `cargo build --profile fast -p relaychat-engine`",
        program.display()
    );
    Ok(program)
}
