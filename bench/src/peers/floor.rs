//! The floors: what the machine itself takes to move ready-made frames.
//!
//! Both speak the smallest protocol that can be measured by the same rule: `J` and a room to join
//! it, `S`, a room, `:` and a text to send. A send becomes one frame as long as RelayChat's own
//! event, made once, and goes to everybody in the room but the sender. No accounts, no storage.

mod axum;
mod epoll;

use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use super::{Peer, server::Server};
use crate::{
    load::{Encode, Lane},
    wire::{Connection, push_client_text},
};

/// Which floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// One thread, one epoll, one write for each delivery.
    Epoll,
    /// axum's WebSocket with a task and a broadcast channel for each socket.
    Axum,
}

impl Kind {
    /// Serves until the process ends; `announce` gets the address.
    pub(crate) fn serve(self, announce: impl FnOnce(String)) -> Result<()> {
        match self {
            Self::Epoll => epoll::serve(announce),
            Self::Axum => axum::serve(announce),
        }
    }
}

/// What stands before and behind the text in an event of RelayChat.
const BEFORE: &str = r#"{"type":"message","version":10000,"message":{"id":"01900000-0000-7000-8000-000000000000","chat_id":"01900000-0000-7000-8000-000000000000","seq":10000,"version":10000,"count":10000,"sender_id":"01900000-0000-7000-8000-000000000000","sent_at_ms":1700000000000,"text":""#;
const BEHIND: &str = r#""}}"#;

/// A command of the small protocol.
#[derive(Debug, PartialEq, Eq)]
enum Request {
    Join(u64),
    Send(u64, String),
}

impl Request {
    fn parse(text: &str) -> Option<Self> {
        if let Some(room) = text.strip_prefix('J') {
            return Some(Self::Join(room.parse().ok()?));
        }
        let (room, text) = text.strip_prefix('S')?.split_once(':')?;
        let room = room.parse().ok()?;
        Some(Self::Send(room, format!("{BEFORE}{text}{BEHIND}")))
    }
}

/// A running floor.
#[derive(Debug)]
pub(crate) struct Floor {
    server: Server,
    address: String,
    rooms: u64,
}

impl Floor {
    pub(crate) fn start(kind: Kind) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve-floor").arg(match kind {
            Kind::Epoll => "epoll",
            Kind::Axum => "axum",
        });
        let (server, address) = Server::with_banner(&mut command, "listening on ")?;
        Ok(Self {
            server,
            address,
            rooms: 0,
        })
    }

    /// A socket in a room. Joining is answered.
    fn join(&self, room: u64) -> Result<Connection> {
        let mut socket = Connection::upgrade(&self.address, "/ws", "")?;
        socket.send_text(&format!("J{room}"))?;
        socket.receive_text_with("joined")?;
        Ok(socket)
    }
}

impl Peer for Floor {
    fn processes(&self) -> Vec<u32> {
        vec![self.server.id()]
    }

    fn pairs(&mut self, count: usize) -> Result<Vec<Lane>> {
        (0..count).map(|_| self.room(1)).collect()
    }

    fn room(&mut self, members: usize) -> Result<Lane> {
        self.rooms += 1;
        let room = self.rooms;
        let receivers = (0..members).map(|_| self.join(room));
        let receivers = receivers.collect::<Result<_>>()?;
        let sender = Connection::upgrade(&self.address, "/ws", "")?;
        Ok(Lane::new(sender, send(room), receivers))
    }

    fn idle(&mut self, count: usize) -> Result<Vec<Connection>> {
        self.rooms += 1;
        (0..count).map(|_| self.join(self.rooms)).collect()
    }
}

fn send(room: u64) -> Encode {
    Box::new(move |out, text| {
        push_client_text(out, format!("S{room}:{text}").as_bytes());
    })
}
