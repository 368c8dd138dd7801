//! Redis from the system's package, without persistence: what nodes speak through, and its own
//! publish and subscribe as the floor below that.

use std::process::Command;

use anyhow::{Context, Result};

use super::{
    Peer,
    server::{Server, free_port},
};
use crate::{
    load::{Encode, Lane},
    wire::Connection,
};

/// A running server.
#[derive(Debug)]
pub(crate) struct Redis {
    server: Server,
    pub(crate) url: String,
    address: String,
    channels: u64,
}

impl Redis {
    pub(crate) fn start() -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("redis-server");
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1"]);
        command.args(["--save", "", "--appendonly", "no"]);
        let server = Server::on_port(&mut command, port)
            .context("Redis is missing: install the package `redis-server`")?;
        Ok(Self {
            server,
            url: format!("redis://127.0.0.1:{port}"),
            address: format!("127.0.0.1:{port}"),
            channels: 0,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.server.id()
    }
}

impl Peer for Redis {
    fn processes(&self) -> Vec<u32> {
        vec![self.server.id()]
    }

    fn pairs(&mut self, count: usize) -> Result<Vec<Lane>> {
        (0..count).map(|_| self.room(1)).collect()
    }

    fn room(&mut self, members: usize) -> Result<Lane> {
        self.channels += 1;
        let channel = format!("channel{}", self.channels);
        let subscribe = |_| {
            let mut socket = Connection::open(&self.address)?;
            socket.write(&command(&["SUBSCRIBE", &channel]))?;
            socket.read_until(b":1\r\n")?;
            Ok(socket)
        };
        let receivers = (0..members).map(subscribe).collect::<Result<_>>()?;
        let encode: Encode = Box::new(move |out, text| {
            out.extend_from_slice(&command(&["PUBLISH", &channel, text]));
        });
        Ok(Lane::new(
            Connection::open(&self.address)?,
            encode,
            receivers,
        ))
    }

    fn idle(&mut self, count: usize) -> Result<Vec<Connection>> {
        (0..count)
            .map(|_| Connection::open(&self.address))
            .collect()
    }
}

/// A command as Redis reads it.
fn command(words: &[&str]) -> Vec<u8> {
    let words = words
        .iter()
        .map(|word| format!("${}\r\n{word}\r\n", word.len()));
    format!("*{}\r\n{}", words.len(), words.collect::<String>()).into_bytes()
}
