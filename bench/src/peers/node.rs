//! Peers in Node: the original design re-created, and plain Socket.IO on one node and on two.
//!
//! Their sources and the exact versions of what they use are in `bench/peers/node`; `npm ci`
//! installs them there.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Peer,
    redis::Redis,
    server::{Server, run},
};
use crate::{
    http::{self, Http},
    load::{Encode, Lane},
    wire::{Connection, push_client_text},
};

/// How the original design keeps the secret of its tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Secret {
    /// As a string, as almost everybody does.
    Text,
    /// As a key object made once.
    Key,
}

fn start(script: &str, argument: &str) -> Result<(Server, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("peers/node");
    if !folder
        .join("node_modules/@socket.io/redis-adapter")
        .is_dir()
    {
        let mut install = Command::new("npm");
        install.current_dir(&folder);
        install.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
        run(&mut install).context("Node.js 20 or later with npm is needed for this peer")?;
    }
    let mut command = Command::new("node");
    command.current_dir(folder).args([script, argument]);
    command.env("NODE_ENV", "production");
    Server::with_banner(&mut command, "listening on ")
}

/// A Socket.IO connection over WebSocket, connected to the main namespace.
fn connect(address: &str, auth: &Value) -> Result<Connection> {
    let path = "/socket.io/?EIO=4&transport=websocket";
    let mut socket = Connection::upgrade(address, path, "")?;
    socket.receive_text_with("0{")?;
    socket.send_text(&format!("40{auth}"))?;
    socket.receive_text_with("40{")?;
    Ok(socket)
}

/// Plain Socket.IO: one node, or two that share rooms through Redis.
#[derive(Debug)]
pub(crate) struct SocketIo {
    nodes: Vec<(Server, String)>,
    redis: Option<Redis>,
    rooms: u64,
}

impl SocketIo {
    pub(crate) fn start() -> Result<Self> {
        Ok(Self {
            nodes: vec![start("socketio.js", "")?],
            redis: None,
            rooms: 0,
        })
    }

    pub(crate) fn two_nodes() -> Result<Self> {
        let redis = Redis::start()?;
        let node = |_| start("socketio.js", &redis.url);
        Ok(Self {
            nodes: (0..2).map(node).collect::<Result<_>>()?,
            redis: Some(redis),
            rooms: 0,
        })
    }

    /// A socket in a room: on the last node, or on the first for those who send.
    fn join(&self, room: u64, is_sender: bool) -> Result<Connection> {
        let node = if is_sender { 0 } else { self.nodes.len() - 1 };
        let mut socket = connect(&self.nodes[node].1, &json!({}))?;
        socket.send_text(&format!(r#"42["join","room{room}"]"#))?;
        socket.receive_text_with("joined")?;
        Ok(socket)
    }
}

impl Peer for SocketIo {
    fn processes(&self) -> Vec<u32> {
        let nodes = self.nodes.iter().map(|(server, _)| server.id());
        nodes.chain(self.redis.iter().map(Redis::id)).collect()
    }

    fn pairs(&mut self, count: usize) -> Result<Vec<Lane>> {
        (0..count).map(|_| self.room(1)).collect()
    }

    fn room(&mut self, members: usize) -> Result<Lane> {
        self.rooms += 1;
        let room = self.rooms;
        let receivers = (0..members).map(|_| self.join(room, false));
        let encode: Encode = Box::new(move |out, text| {
            let event = json!(["send", { "room": format!("room{room}"), "text": text }]);
            push_client_text(out, format!("42{event}").as_bytes());
        });
        let receivers = receivers.collect::<Result<_>>()?;
        Ok(Lane::new(self.join(room, true)?, encode, receivers))
    }

    fn idle(&mut self, count: usize) -> Result<Vec<Connection>> {
        self.rooms += 1;
        (0..count).map(|_| self.join(self.rooms, false)).collect()
    }
}

/// The original design.
#[derive(Debug)]
pub(crate) struct Seed {
    server: Server,
    address: String,
}

#[derive(Deserialize)]
struct LoggedIn {
    token: String,
}

impl Seed {
    pub(crate) fn start(secret: Secret) -> Result<Self> {
        let argument = match secret {
            Secret::Text => "text",
            Secret::Key => "key",
        };
        let (server, address) = start("seed.js", argument)?;
        Ok(Self { server, address })
    }

    fn log_in(&self, user: &str) -> Result<String> {
        let mut http = Http::connect(&self.address, None)?;
        let answer: LoggedIn = http.post("/api/auth/login", &json!({ "userId": user }))?;
        Ok(answer.token)
    }

    fn socket(&self, user: &str) -> Result<Connection> {
        let token = self.log_in(user)?;
        connect(&self.address, &json!({ "token": token }))
    }
}

impl Peer for Seed {
    fn processes(&self) -> Vec<u32> {
        vec![self.server.id()]
    }

    /// Its only way to send is a request.
    fn pairs(&mut self, count: usize) -> Result<Vec<Lane>> {
        let lane = |index: usize| {
            let (sender, receiver) = (format!("sender{index:018}"), format!("rcver{index:019}"));
            let token = self.log_in(&sender)?;
            let address = self.address.clone();
            let path = format!("/api/messages/send/{receiver}");
            let encode: Encode = Box::new(move |out, text| {
                let body = json!({ "text": text }).to_string();
                let request = http::request("POST", &address, &path, Some(&token), body.as_bytes());
                out.extend_from_slice(&request);
            });
            let receiver = self.socket(&receiver)?;
            let sender = Connection::open(&self.address)?;
            Ok(Lane::new(sender, encode, vec![receiver]))
        };
        (0..count).map(lane).collect()
    }

    fn http_pairs(&mut self, count: usize) -> Result<Option<Vec<Lane>>> {
        self.pairs(count).map(Some)
    }

    fn room(&mut self, _members: usize) -> Result<Lane> {
        anyhow::bail!("the original design has no rooms: its fan-out is Socket.IO's")
    }

    fn idle(&mut self, count: usize) -> Result<Vec<Connection>> {
        (0..count)
            .map(|index| self.socket(&format!("idle{index}")))
            .collect()
    }
}
