//! Twenty people with a client each, and what they write in a round.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use relaychat_sdk::{
    Client, ConnectionState, Lookup, MemorySessionStore, Outgoing, SessionStore,
    protocol::{ChatId, UserId},
};

use crate::{http, random::Random};

/// People, each with one device.
const PEOPLE: usize = 20;
/// Chats of a round.
const CHATS: usize = 5;
/// Members of a chat: most people are in two.
const MEMBERS: usize = 8;
/// Between two messages of one person, on average: people who type fast.
const PAUSE_MS: u64 = 700;
/// How long anything may take once everything is mended.
const DEADLINE: Duration = Duration::from_secs(120);

/// Everybody.
pub(crate) struct Crowd {
    pub(crate) url: String,
    pub(crate) people: Vec<Person>,
}

/// Somebody with a client.
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) session: Arc<MemorySessionStore>,
    pub(crate) id: UserId,
}

/// People who are writing.
pub(crate) struct Round {
    chats: Vec<Room>,
    stop: Arc<AtomicBool>,
    writers: Vec<tokio::task::JoinHandle<Vec<(ChatId, Outgoing)>>>,
}

/// A chat and its members, by their place in the crowd.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) id: ChatId,
    pub(crate) members: Vec<usize>,
}

/// What was written in a round: the place of each acknowledged message, and each writer's order.
pub(crate) struct Written {
    pub(crate) rooms: Vec<Room>,
    /// By chat: message id to `seq`.
    pub(crate) acked: BTreeMap<ChatId, BTreeMap<String, u64>>,
    /// By chat and writer: texts in the order in which they were written.
    pub(crate) orders: BTreeMap<(ChatId, usize), Vec<String>>,
}

impl Written {
    pub(crate) fn count(&self) -> usize {
        self.acked.values().map(BTreeMap::len).sum()
    }
}

impl Crowd {
    /// Logs everybody in through the proxy. A code lies in the inbox of the node that took the mail.
    pub(crate) async fn log_in(url: &str, nodes: &[String]) -> Result<Self> {
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            let email = format!("person{number}@example.com");
            people.push(Person::log_in(url, nodes, &email).await?);
        }
        Ok(Self {
            url: url.to_owned(),
            people,
        })
    }

    /// Has everybody connect anew, so that the proxy spreads them over the nodes again: whoever
    /// lost a node is on the other one until then.
    pub(crate) async fn spread(&self) -> Result<()> {
        for person in &self.people {
            person.client.set_network_online(false);
            let connection = person.client.connection();
            let is_connected = || *connection.get() == ConnectionState::Connected;
            wait("a connection ends", || !is_connected()).await?;
            person.client.set_network_online(true);
            person.client.reconnect_now();
            wait("a connection", is_connected).await?;
        }
        Ok(())
    }

    /// New chats, and everybody writes.
    pub(crate) async fn begin_round(&self) -> Result<Round> {
        self.spread().await?;
        let mut chats = Vec::new();
        for number in 0..CHATS {
            chats.push(self.room(number).await?);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = Vec::new();
        for (number, person) in self.people.iter().enumerate() {
            let own: Vec<ChatId> = chats
                .iter()
                .filter(|room| room.members.contains(&number))
                .map(|room| room.id)
                .collect();
            let writing = write(person.client.clone(), own, number, Arc::clone(&stop));
            writers.push(tokio::spawn(writing));
        }
        Ok(Round {
            chats,
            stop,
            writers,
        })
    }

    async fn room(&self, number: usize) -> Result<Room> {
        let members: Vec<usize> = (0..MEMBERS)
            .map(|place| (number * (PEOPLE / CHATS) + place) % PEOPLE)
            .collect();
        let others = members[1..].iter().map(|place| self.people[*place].id);
        let owner = &self.people[members[0]].client;
        let made = owner.chats().create_group("Room", others.collect()).await;
        let id = made.context("a group cannot be made")?;
        for member in &members {
            let client = &self.people[*member].client;
            let summary = client.chat(id).summary();
            wait("a member sees the chat", || {
                matches!(&*summary.get(), Lookup::Found(_))
            })
            .await?;
        }
        Ok(Room { id, members })
    }

    /// Clients wait longer and longer between tries, as they should; people press the button.
    pub(crate) fn press_reconnect(&self) {
        for person in &self.people {
            person.client.reconnect_now();
        }
    }
}

impl Person {
    async fn log_in(url: &str, nodes: &[String], email: &str) -> Result<Self> {
        let session = Arc::new(MemorySessionStore::default());
        let store: Arc<dyn SessionStore> = session.clone();
        let client = Client::builder(url).session_store(store).build()?;
        let requested = client.auth().request_code(email).await?;
        let code = code(nodes, email).await?;
        let auth = client.auth();
        auth.verify_code(requested.request_id, &code).await?;
        let connection = client.connection();
        wait("a connection", || {
            *connection.get() == ConnectionState::Connected
        })
        .await?;
        let me = client.me().get();
        let id = me.as_ref().as_ref().context("logged in")?.user.id;
        Ok(Self {
            client,
            session,
            id,
        })
    }
}

/// The newest code for an address, from whichever inbox has it.
async fn code(nodes: &[String], email: &str) -> Result<String> {
    let start = Instant::now();
    while start.elapsed() < DEADLINE {
        for node in nodes {
            let path = format!("/_/inbox/latest.json?email={email}");
            if let Some(mail) = http::get_json(node, &path).await
                && let Some(code) = mail["code"].as_str()
            {
                return Ok(code.to_owned());
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("no code arrives")
}

/// Writes numbered messages until told to stop, also while there is no connection.
async fn write(
    client: Client,
    chats: Vec<ChatId>,
    number: usize,
    stop: Arc<AtomicBool>,
) -> Vec<(ChatId, Outgoing)> {
    let mut random = Random::new(number as u64 + 1);
    let mut sent = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let place = usize::try_from(random.below(chats.len() as u64)).unwrap_or(0);
        if let Some(id) = chats.get(place) {
            let text = format!("{number} {}", sent.len());
            sent.push((*id, client.chat(*id).send(text)));
        }
        // A pause between two messages, not a wait for something.
        tokio::time::sleep(Duration::from_millis(random.below(2 * PAUSE_MS))).await;
    }
    sent
}

impl Round {
    /// Ends the writing and waits until everything that was written is acknowledged.
    pub(crate) async fn end(self, crowd: &Crowd) -> Result<Written> {
        self.stop.store(true, Ordering::SeqCst);
        let mut written = Written {
            rooms: self.chats,
            acked: BTreeMap::new(),
            orders: BTreeMap::new(),
        };
        for (number, writer) in self.writers.into_iter().enumerate() {
            for (chat_id, outgoing) in writer.await? {
                let message = acknowledged(crowd, &outgoing).await?;
                let seq = message.seq.context("an acknowledged message has a place")?;
                let acked = written.acked.entry(chat_id).or_default();
                acked.insert(message.id.to_string(), seq);
                let order = written.orders.entry((chat_id, number)).or_default();
                order.push(message.text.clone());
            }
        }
        Ok(written)
    }
}

async fn acknowledged(crowd: &Crowd, outgoing: &Outgoing) -> Result<Arc<relaychat_sdk::Message>> {
    let start = Instant::now();
    loop {
        let delivered = tokio::time::timeout(Duration::from_secs(5), outgoing.delivered()).await;
        match delivered {
            Ok(result) => {
                result.context("a message failed")?;
                let state = outgoing.state().get();
                return state.message.clone().context("a sent message is known");
            }
            Err(_) if start.elapsed() > DEADLINE => bail!("a message is never acknowledged"),
            Err(_) => crowd.press_reconnect(),
        }
    }
}

/// Waits until something is true.
pub(crate) async fn wait(what: &str, is_true: impl Fn() -> bool) -> Result<()> {
    let start = Instant::now();
    while !is_true() {
        if start.elapsed() > DEADLINE {
            bail!("not within {DEADLINE:?}: {what}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
