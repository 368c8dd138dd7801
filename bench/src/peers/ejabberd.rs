//! ejabberd from the system's package: XMPP over TCP, one-to-one and rooms, nothing stored.

use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::{
    Peer,
    server::{Server, free_port, is_root, run},
};
use crate::{
    load::{Encode, Lane},
    wire::Connection,
};

const SETTINGS: &str = include_str!("../../peers/ejabberd.yml");
const STREAM: &str = "<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

/// A running server; its data goes with it.
#[derive(Debug)]
pub(crate) struct Ejabberd {
    server: Server,
    address: String,
    rooms: u64,
    _folder: TempDir,
}

impl Ejabberd {
    pub(crate) fn start() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("relaychat-xmpp-")
            .tempdir()?;
        let port = free_port()?;
        let settings = SETTINGS.replace("PORT", &port.to_string());
        let path = folder.path().join("ejabberd.yml");
        std::fs::write(&path, settings)?;
        std::fs::write(folder.path().join("inetrc"), "")?;
        if is_root() {
            // It runs as a user of its own.
            run(Command::new("chown")
                .args(["-R", "ejabberd"])
                .arg(folder.path()))
            .context("ejabberd is missing: install the package `ejabberd`")?;
        }
        let mut command = Command::new("ejabberdctl");
        command.args(["--node", &format!("bench{port}@localhost")]);
        // The package's own control settings would name the package's own configuration.
        command.arg("--config-dir").arg(folder.path());
        command.arg("--spool").arg(folder.path());
        command.arg("--logs").arg(folder.path());
        command.arg("foreground");
        let server = Server::on_port(&mut command, port)
            .context("ejabberd is missing: install the package `ejabberd`")?;
        Ok(Self {
            server,
            address: format!("127.0.0.1:{port}"),
            rooms: 0,
            _folder: folder,
        })
    }

    /// An anonymous session; its full address.
    fn log_in(&self) -> Result<(Connection, String)> {
        let mut socket = Connection::open(&self.address)?;
        socket.write(STREAM.as_bytes())?;
        socket.read_until(b"</stream:features>")?;
        socket.write(b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>")?;
        socket.read_until(b"<success")?;
        socket.read_until(b">")?;
        socket.write(STREAM.as_bytes())?;
        socket.read_until(b"</stream:features>")?;
        socket.write(
            b"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
        )?;
        socket.read_until(b"<jid>")?;
        let jid = socket.read_until(b"</jid>")?;
        socket.read_until(b"</iq>")?;
        let jid = String::from_utf8(jid)?.replace("</jid>", "");
        socket.write(b"<presence/>")?;
        socket.read_until(b"<presence")?;
        Ok((socket, jid))
    }

    fn join(&self, room: u64, nick: usize) -> Result<Connection> {
        let (mut socket, _) = self.log_in()?;
        let presence = format!(
            "<presence to='room{room}@conference.localhost/n{nick}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>"
        );
        socket.write(presence.as_bytes())?;
        // The subject comes last when one enters a room.
        socket.read_until(b"<subject")?;
        socket.read_until(b"</message>")?;
        Ok(socket)
    }
}

impl Peer for Ejabberd {
    fn processes(&self) -> Vec<u32> {
        vec![self.server.id()]
    }

    fn socket_process(&self) -> u32 {
        // The control script starts the virtual machine: it is the largest of the tree.
        let tree = crate::process::tree(&[self.server.id()]);
        let resident = |id: &u32| crate::process::resident_bytes(*id).unwrap_or(0);
        tree.into_iter()
            .max_by_key(resident)
            .unwrap_or(self.server.id())
    }

    fn pairs(&mut self, count: usize) -> Result<Vec<Lane>> {
        let lane = |_| {
            let (sender, _) = self.log_in()?;
            let (receiver, jid) = self.log_in()?;
            let encode: Encode = Box::new(move |out, text| {
                let stanza =
                    format!("<message to='{jid}' type='chat'><body>{text}</body></message>");
                out.extend_from_slice(stanza.as_bytes());
            });
            Ok(Lane::new(sender, encode, vec![receiver]))
        };
        (0..count).map(lane).collect()
    }

    fn room(&mut self, members: usize) -> Result<Lane> {
        self.rooms += 1;
        let room = self.rooms;
        let sender = self.join(room, members)?;
        let receivers = (0..members).map(|nick| self.join(room, nick));
        let encode: Encode = Box::new(move |out, text| {
            let stanza = format!(
                "<message to='room{room}@conference.localhost' type='groupchat'><body>{text}</body></message>"
            );
            out.extend_from_slice(stanza.as_bytes());
        });
        Ok(Lane::new(sender, encode, receivers.collect::<Result<_>>()?))
    }

    fn idle(&mut self, count: usize) -> Result<Vec<Connection>> {
        (0..count).map(|_| Ok(self.log_in()?.0)).collect()
    }
}
