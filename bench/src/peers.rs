//! What is measured: servers of our own, floors below them, and other people's beside them.
//!
//! Every peer is started by this program as processes of their own, with ports and folders of
//! their own, and is ended with it. A peer that cannot be started says what is missing; nothing is
//! left out silently.

mod ejabberd;
mod floor;
mod node;
mod postgres;
mod redis;
mod relay;
mod server;

use anyhow::Result;
use clap::ValueEnum;

use crate::{load::Lane, wire::Connection};

pub(crate) use floor::Kind as FloorKind;
use postgres::Postgres;
pub(crate) use relay::{
    Relay, message as relay_message, program as relay_program, socket as relay_socket,
};
pub(crate) use server::{Server, free_port};

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub(crate) enum Name {
    /// RelayChat on SQLite on disk: durable, acknowledged after the commit.
    RelaySqlite,
    /// RelayChat on SQLite in a file system in memory: what waiting for the disk costs.
    RelayMemory,
    /// RelayChat on PostgreSQL that waits for the disk.
    RelayPostgres,
    /// Two RelayChat processes on PostgreSQL and Redis: senders on one, receivers on the other.
    RelayNodes,
    /// Redis's own publish and subscribe.
    Redis,
    /// A single-threaded epoll server that writes ready-made frames: the physical limit.
    Floor,
    /// A bare axum WebSocket broadcast, a task and a channel for each socket.
    FloorAxum,
    /// The original design: Express, JSON Web Tokens by a string secret, Socket.IO; in memory.
    Seed,
    /// The same with the secret as a key object, which spares most of the cost of a token.
    SeedTuned,
    /// Plain Socket.IO events; in memory.
    Sio,
    /// The same as two processes with the Redis adapter: senders on one, receivers on the other.
    SioNodes,
    /// ejabberd over TCP; one-to-one and rooms, nothing stored.
    Ejabberd,
}

impl Name {
    /// As it stands in tables and on the command line.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::RelaySqlite => "relay-sqlite",
            Self::RelayMemory => "relay-memory",
            Self::RelayPostgres => "relay-postgres",
            Self::RelayNodes => "relay-nodes",
            Self::Floor => "floor",
            Self::FloorAxum => "floor-axum",
            Self::Seed => "seed",
            Self::SeedTuned => "seed-tuned",
            Self::Redis => "redis",
            Self::Sio => "sio",
            Self::SioNodes => "sio-nodes",
            Self::Ejabberd => "ejabberd",
        }
    }

    /// Everybody.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::value_variants().iter().copied()
    }

    /// Starts it.
    pub(crate) fn start(self) -> Result<Box<dyn Peer>> {
        Ok(match self {
            Self::RelaySqlite => Box::new(Relay::on_disk()?),
            Self::RelayMemory => Box::new(Relay::in_memory()?),
            Self::RelayPostgres => Box::new(Relay::on_postgres()?),
            Self::RelayNodes => Box::new(Relay::two_nodes()?),
            Self::Floor => Box::new(floor::Floor::start(floor::Kind::Epoll)?),
            Self::FloorAxum => Box::new(floor::Floor::start(floor::Kind::Axum)?),
            Self::Seed => Box::new(node::Seed::start(node::Secret::Text)?),
            Self::SeedTuned => Box::new(node::Seed::start(node::Secret::Key)?),
            Self::Redis => Box::new(redis::Redis::start()?),
            Self::Sio => Box::new(node::SocketIo::start()?),
            Self::SioNodes => Box::new(node::SocketIo::two_nodes()?),
            Self::Ejabberd => Box::new(ejabberd::Ejabberd::start()?),
        })
    }
}

/// A running server.
pub(crate) trait Peer {
    /// The processes whose time and memory count, with everything they start.
    fn processes(&self) -> Vec<u32>;

    /// The process that holds the sockets.
    fn socket_process(&self) -> u32 {
        self.processes()[0]
    }

    /// One-to-one: each sender with one receiver. Connections are new, accounts are kept.
    fn pairs(&mut self, count: usize) -> Result<Vec<Lane>>;

    /// The same, with sends as HTTP requests. `None` where there is no such thing.
    fn http_pairs(&mut self, _count: usize) -> Result<Option<Vec<Lane>>> {
        Ok(None)
    }

    /// One-to-one with what is never stored: typing where there is such a thing.
    fn ephemeral_pairs(&mut self, count: usize) -> Result<Vec<Lane>> {
        self.pairs(count)
    }

    /// One sender and so many receivers in one room.
    fn room(&mut self, members: usize) -> Result<Lane>;

    /// Makes what so many idle sockets need beside themselves: accounts, chats.
    fn prepare_idle(&mut self, _count: usize) -> Result<()> {
        Ok(())
    }

    /// Authenticated sockets that do nothing.
    fn idle(&mut self, count: usize) -> Result<Vec<Connection>>;

    /// The same server as one of ours, for what only ours can be asked.
    fn as_relay(&mut self) -> Option<&mut Relay> {
        None
    }
}
