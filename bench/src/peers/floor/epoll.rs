//! One thread, one epoll, one write of ready-made bytes for each delivery.

use std::{
    collections::HashMap,
    io::{ErrorKind, Read, Write},
};

use anyhow::Result;
use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener, TcpStream},
};

use super::Request;
use crate::wire::{parse, server_text};

const LISTENER: Token = Token(usize::MAX);
const READ_BYTES: usize = 64 * 1024;
/// The key of every client of ours, answered.
const ACCEPTED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

struct Socket {
    stream: TcpStream,
    /// What came in and is no whole frame yet. Without memory while there is nothing.
    partial: Vec<u8>,
    /// What the kernel did not take yet. The same.
    waiting: Vec<u8>,
    is_upgraded: bool,
    room: Option<u64>,
}

struct State {
    poll: Poll,
    sockets: HashMap<usize, Socket>,
    rooms: HashMap<u64, Vec<usize>>,
    next: usize,
}

/// Serves until the process ends; `announce` gets the address.
pub(super) fn serve(announce: impl FnOnce(String)) -> Result<()> {
    let mut listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
    let poll = Poll::new()?;
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    announce(listener.local_addr()?.to_string());
    let mut state = State {
        poll,
        sockets: HashMap::new(),
        rooms: HashMap::new(),
        next: 0,
    };
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match state.poll.poll(&mut events, None) {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error.into()),
            _ => {}
        }
        for event in &events {
            if event.token() == LISTENER {
                state.accept(&listener)?;
                continue;
            }
            let id = event.token().0;
            if event.is_writable() {
                state.flush(id);
            }
            if event.is_readable() {
                state.read(id, &mut buffer);
            }
        }
    }
}

impl State {
    fn accept(&mut self, listener: &TcpListener) -> Result<()> {
        while let Ok((mut stream, _)) = listener.accept() {
            stream.set_nodelay(true)?;
            let both = Interest::READABLE | Interest::WRITABLE;
            self.poll
                .registry()
                .register(&mut stream, Token(self.next), both)?;
            let socket = Socket {
                stream,
                partial: Vec::new(),
                waiting: Vec::new(),
                is_upgraded: false,
                room: None,
            };
            self.sockets.insert(self.next, socket);
            self.next += 1;
        }
        Ok(())
    }

    fn read(&mut self, id: usize, buffer: &mut [u8]) {
        loop {
            let Some(socket) = self.sockets.get_mut(&id) else {
                return;
            };
            match socket.stream.read(buffer) {
                Ok(0) => return self.close(id),
                Ok(length) => {
                    let mut bytes = std::mem::take(&mut socket.partial);
                    bytes.extend_from_slice(&buffer[..length]);
                    let read = self.requests(id, &mut bytes);
                    if let Some(socket) = self.sockets.get_mut(&id)
                        && read < bytes.len()
                    {
                        socket.partial = bytes.split_off(read);
                    }
                    if length < buffer.len() {
                        return;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return self.close(id),
            }
        }
    }

    /// Does what is asked; returns how many bytes that was. Several sends to one room that came at
    /// once leave in one write.
    fn requests(&mut self, id: usize, bytes: &mut [u8]) -> usize {
        let mut read = 0;
        if !self.sockets[&id].is_upgraded {
            let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else {
                return 0;
            };
            read = end + 4;
            self.write(id, ACCEPTED);
            if let Some(socket) = self.sockets.get_mut(&id) {
                socket.is_upgraded = true;
            }
        }
        let mut out: Vec<(u64, Vec<u8>)> = Vec::new();
        while let Some((head, length)) = parse(&bytes[read..]) {
            let payload = &mut bytes[read + head.start..read + length];
            if let Some(mask) = head.mask {
                let masks = mask.iter().cycle();
                payload
                    .iter_mut()
                    .zip(masks)
                    .for_each(|(byte, m)| *byte ^= m);
            }
            match std::str::from_utf8(payload).ok().and_then(Request::parse) {
                Some(Request::Join(room)) => self.join(id, room),
                Some(Request::Send(room, text)) => {
                    let frame = server_text(text.as_bytes());
                    match out.last_mut() {
                        Some((last, frames)) if *last == room => frames.extend(frame),
                        _ => out.push((room, frame)),
                    }
                }
                None => {}
            }
            read += length;
        }
        for (room, frames) in out {
            let members = self.rooms.remove(&room).unwrap_or_default();
            for member in &members {
                self.write(*member, &frames);
            }
            self.rooms.insert(room, members);
        }
        read
    }

    fn join(&mut self, id: usize, room: u64) {
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.room = Some(room);
        }
        self.rooms.entry(room).or_default().push(id);
        self.write(id, &server_text(b"joined"));
    }

    fn write(&mut self, id: usize, bytes: &[u8]) {
        let Some(socket) = self.sockets.get_mut(&id) else {
            return;
        };
        let written = if socket.waiting.is_empty() {
            socket.stream.write(bytes).unwrap_or(0)
        } else {
            0
        };
        socket.waiting.extend_from_slice(&bytes[written..]);
    }

    fn flush(&mut self, id: usize) {
        let Some(socket) = self.sockets.get_mut(&id) else {
            return;
        };
        while !socket.waiting.is_empty() {
            let Ok(length) = socket.stream.write(&socket.waiting) else {
                return;
            };
            socket.waiting.drain(..length);
        }
        socket.waiting = Vec::new();
    }

    fn close(&mut self, id: usize) {
        let Some(socket) = self.sockets.remove(&id) else {
            return;
        };
        if let Some(room) = socket.room
            && let Some(members) = self.rooms.get_mut(&room)
        {
            members.retain(|member| *member != id);
            if members.is_empty() {
                self.rooms.remove(&room);
            }
        }
    }
}
