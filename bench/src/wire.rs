//! A blocking connection for setting up, and the few bytes of WebSocket that are needed for load.
//!
//! What is measured runs in [`crate::load`] on the raw sockets; here connections are opened,
//! upgraded and logged in, one after another, without caring for speed.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// Nothing during setup takes this long on a server that works.
const SETUP_TIMEOUT: Duration = Duration::from_secs(20);
/// A key as RFC 6455 wants it; its answer is not checked, for who answers is known.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

const TEXT: u8 = 1;
const CONTINUATION: u8 = 0;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// A connection with what was read and not yet used.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Bytes that came in so far.
    pub(crate) received_bytes: u64,
}

impl Connection {
    pub(crate) fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SETUP_TIMEOUT))?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
            received_bytes: 0,
        })
    }

    /// Opens and upgrades to a WebSocket.
    pub(crate) fn upgrade(address: &str, path: &str, headers: &str) -> Result<Self> {
        let mut connection = Self::open(address)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n{headers}\r\n"
        );
        connection.write(request.as_bytes())?;
        let head = connection.read_until(b"\r\n\r\n")?;
        if !head.starts_with(b"HTTP/1.1 101") {
            bail!("no WebSocket: {}", String::from_utf8_lossy(&head));
        }
        Ok(connection)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(bytes)?)
    }

    /// Sends a text frame.
    pub(crate) fn send_text(&mut self, text: &str) -> Result<()> {
        let mut frame = Vec::new();
        push_client_text(&mut frame, text.as_bytes());
        self.write(&frame)
    }

    /// The next text, whole; pings are answered on the way.
    pub(crate) fn receive_text(&mut self) -> Result<String> {
        let mut text = Vec::new();
        loop {
            let Some((frame, length)) = parse(&self.buffer) else {
                self.fill()?;
                continue;
            };
            let (opcode, is_last) = (frame.opcode, frame.is_last);
            let payload = self.buffer[frame.start..length].to_vec();
            self.buffer.drain(..length);
            match opcode {
                PING => {
                    let mut pong = Vec::new();
                    push_client(&mut pong, PONG, &payload);
                    self.write(&pong)?;
                }
                TEXT | CONTINUATION => {
                    text.extend_from_slice(&payload);
                    if is_last {
                        return Ok(String::from_utf8(text)?);
                    }
                }
                CLOSE => bail!("closed: {}", String::from_utf8_lossy(&payload)),
                _ => {}
            }
        }
    }

    /// Reads texts until one holds `needle`.
    pub(crate) fn receive_text_with(&mut self, needle: &str) -> Result<String> {
        loop {
            let text = self.receive_text()?;
            if text.contains(needle) {
                return Ok(text);
            }
        }
    }

    /// Reads up to and with `end`.
    pub(crate) fn read_until(&mut self, end: &[u8]) -> Result<Vec<u8>> {
        loop {
            if let Some(at) = memchr::memmem::find(&self.buffer, end) {
                return Ok(self.buffer.drain(..at + end.len()).collect());
            }
            self.fill()?;
        }
    }

    /// Reads so many bytes.
    pub(crate) fn read_exact(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.fill()?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    fn fill(&mut self) -> Result<()> {
        let mut piece = [0; 64 * 1024];
        let length = self
            .stream
            .read(&mut piece)
            .context("waiting for an answer")?;
        if length == 0 {
            bail!("the connection was closed");
        }
        self.received_bytes += length as u64;
        self.buffer.extend_from_slice(&piece[..length]);
        Ok(())
    }

    /// The raw socket, with what it had sent already.
    pub(crate) fn into_stream(self) -> (TcpStream, Vec<u8>) {
        (self.stream, self.buffer)
    }
}

/// Where a frame's payload starts and what it is.
pub(crate) struct Head {
    pub(crate) opcode: u8,
    pub(crate) is_last: bool,
    pub(crate) start: usize,
    /// The mask of a client's frame.
    pub(crate) mask: Option<[u8; 4]>,
}

/// The first frame of `bytes`, if it is all there: its head, and where it ends.
pub(crate) fn parse(bytes: &[u8]) -> Option<(Head, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (length, mut start) = match second & 0x7f {
        126 => (
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
            4,
        ),
        127 => {
            let length = u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?);
            (usize::try_from(length).ok()?, 10)
        }
        short => (usize::from(short), 2),
    };
    let mut mask = None;
    if second & 0x80 != 0 {
        mask = Some(bytes.get(start..start + 4)?.try_into().ok()?);
        start += 4;
    }
    let end = start + length;
    let head = Head {
        opcode: first & 0x0f,
        is_last: first & 0x80 != 0,
        start,
        mask,
    };
    (bytes.len() >= end).then_some((head, end))
}

/// A text frame of a client. The mask is zero, which every server has to take and costs it the
/// same as any other.
pub(crate) fn push_client_text(out: &mut Vec<u8>, text: &[u8]) {
    push_client(out, TEXT, text);
}

fn push_client(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    push_head(out, opcode, payload.len(), 0x80);
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
}

/// A text frame of a server.
pub(crate) fn server_text(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 10);
    push_head(&mut out, TEXT, text.len(), 0);
    out.extend_from_slice(text);
    out
}

fn push_head(out: &mut Vec<u8>, opcode: u8, length: usize, mask_bit: u8) {
    out.push(0x80 | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => out.push(mask_bit | short),
        (_, Ok(long)) => {
            out.push(mask_bit | 126);
            out.extend_from_slice(&long.to_be_bytes());
        }
        _ => {
            out.push(mask_bit | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}
