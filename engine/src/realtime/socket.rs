//! The seam to the wire: one WebSocket that takes frames and gives frames.
//!
//! Everything above works with [`Frame`]s and [`Incoming`]s and does not know what runs underneath:
//! our own WebSocket code, straight on the TCP stream that hyper hands over. A socket at rest holds
//! no buffer at all: what comes in is read into the stack and only what is no whole frame yet is
//! kept; what goes out is put together for one write and kept only as long as the kernel does not
//! take it. A library's buffers were most of what an idle socket cost, and its flushes most of what
//! a delivery cost.
//!
//! Protocol faults of the peer end with a Close frame that names them (1002, 1003, 1007, 1009). And
//! what the peer still sends is read before the connection closes, so that the reason is not lost
//! in a reset.

mod codec;

use std::{
    collections::VecDeque,
    future::poll_fn,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::{Utf8Bytes, handshake::derive_accept_key};

use super::outbox::Close;
use codec::{Read, Reader};

/// A frame as it travels: bytes of JSON text, shared by every socket that gets it.
pub(crate) type Frame = Utf8Bytes;

/// What is read at once, on the stack: some frames of most clients.
const READ_BYTES: usize = 4 * 1024;
/// How long a peer may take to answer a Close frame before the connection is cut.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// Length of a WebSocket key: 16 bytes in base64.
const KEY_BYTES: usize = 24;

/// What came in.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A text frame.
    Text(Frame),
    /// A frame that says only that the peer is alive.
    Alive,
    /// The peer broke the rules of the protocol and is told so.
    Fault(Close),
    /// The peer has closed or is gone.
    Gone,
}

/// A request that asks for a WebSocket, as RFC 6455 (4.2.1) wants it.
pub(super) struct Upgrade {
    accept: HeaderValue,
    on_upgrade: OnUpgrade,
}

impl Upgrade {
    /// Reads a request; `None` when it asks for something else.
    pub(super) fn of(parts: &mut Parts) -> Option<Self> {
        let headers = &parts.headers;
        let key = headers.get(header::SEC_WEBSOCKET_KEY)?.as_bytes();
        let is_valid = parts.method == Method::GET
            && has_word(headers, &header::CONNECTION, "upgrade")
            && has_word(headers, &header::UPGRADE, "websocket")
            && has_word(headers, &header::SEC_WEBSOCKET_VERSION, "13")
            && key.len() == KEY_BYTES;
        let accept = HeaderValue::from_str(&derive_accept_key(key)).ok()?;
        let on_upgrade = parts.extensions.remove::<OnUpgrade>()?;
        is_valid.then_some(Self { accept, on_upgrade })
    }

    /// What the answer's `Sec-WebSocket-Accept` says.
    pub(super) fn accept(&self) -> HeaderValue {
        self.accept.clone()
    }

    /// Waits for the connection, which comes after the answer has been sent.
    pub(super) async fn socket(self) -> Option<Socket> {
        let upgraded = self.on_upgrade.await.ok()?;
        // A plain TCP stream is used as such; behind a host's own TLS or in memory it stays boxed.
        let (stream, read) = match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) => (Stream::Tcp(parts.io.into_inner()), parts.read_buf.into()),
            Err(upgraded) => (Stream::Other(Box::new(TokioIo::new(upgraded))), Vec::new()),
        };
        Some(Socket {
            stream,
            reader: Reader::new(read),
            waiting: Vec::new(),
        })
    }
}

/// The bytes below.
#[derive(Debug)]
enum Stream {
    Tcp(TcpStream),
    Other(Box<TokioIo<Upgraded>>),
}

/// One open WebSocket.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: Stream,
    reader: Reader,
    /// What the kernel has not taken yet. Whoever is interrupted in a write leaves the rest here,
    /// and the next write goes on with it.
    waiting: Vec<u8>,
}

impl Socket {
    /// Waits for the next frame. May be dropped and called again without losing one.
    pub(super) async fn receive(&mut self) -> Incoming {
        loop {
            match self.reader.next() {
                Ok(Some(Read::Text(text))) => return Incoming::Text(text),
                Ok(Some(Read::Nothing)) => return Incoming::Alive,
                Ok(Some(Read::Answer(answer))) => {
                    self.waiting.extend(answer);
                    return Incoming::Alive;
                }
                Ok(Some(Read::Closing(answer))) => {
                    self.waiting.extend(answer);
                    return Incoming::Gone;
                }
                Ok(None) => {}
                Err(close) => return Incoming::Fault(close),
            }
            match poll_fn(|context| self.poll_receive(context)).await {
                Ok(true) => {}
                Ok(false) | Err(_) => return Incoming::Gone,
            }
        }
    }

    /// Reads what is there; whether there was anything. Answers to pings leave first: who does not
    /// take them is not read from, so that they never pile up.
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        ready!(self.poll_drain(context))?;
        let mut bytes = [0; READ_BYTES];
        let mut buffer = ReadBuf::new(&mut bytes);
        ready!(self.stream.poll_read(context, &mut buffer))?;
        self.reader.push(buffer.filled());
        Poll::Ready(Ok(!buffer.filled().is_empty()))
    }

    /// Writes frames in order, as one. An error means that the peer is gone.
    pub(super) async fn send(&mut self, frames: VecDeque<Frame>) -> Result<(), Gone> {
        let length: usize = frames.iter().map(|frame| frame.len() + 10).sum();
        self.waiting.reserve_exact(length);
        for frame in frames {
            codec::write_text(&mut self.waiting, &frame);
        }
        self.drain().await
    }

    /// Asks the peer for a sign of life.
    pub(super) async fn ping(&mut self) -> Result<(), Gone> {
        self.waiting.extend(codec::PING_FRAME);
        self.drain().await
    }

    /// Sends a Close frame and gives the peer a moment to answer, so that the reason is not lost in
    /// a reset of the connection.
    pub(super) async fn close(mut self, close: Close) {
        codec::write_close(&mut self.waiting, close);
        let goodbye = async {
            if self.drain().await.is_ok() {
                self.read_out().await;
            }
        };
        // Not answering is the peer's right; it only ends the waiting.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, goodbye).await;
    }

    /// The peer has closed: lets the answer to its Close frame out.
    pub(super) async fn leave(mut self) {
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, self.drain()).await;
    }

    async fn drain(&mut self) -> Result<(), Gone> {
        let drained = poll_fn(|context| self.poll_drain(context)).await;
        drained.map_err(|_| Gone)
    }

    /// Writes what waits.
    fn poll_drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.waiting.is_empty() {
            return Poll::Ready(Ok(()));
        }
        while !self.waiting.is_empty() {
            let length = ready!(self.stream.poll_write(context, &self.waiting))?;
            if length == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            if length == self.waiting.len() {
                self.waiting = Vec::new();
            } else {
                self.waiting.drain(..length);
            }
        }
        self.stream.poll_flush(context)
    }

    /// Ends the sending side, and reads what the peer still sends, whatever it is, until it ends
    /// too.
    async fn read_out(&mut self) {
        if self.stream.shutdown().await.is_err() {
            return;
        }
        loop {
            let read = poll_fn(|context| {
                let mut ignored = [0; READ_BYTES];
                let mut buffer = ReadBuf::new(&mut ignored);
                ready!(self.stream.poll_read(context, &mut buffer))?;
                Poll::Ready(io::Result::Ok(buffer.filled().len()))
            });
            if !matches!(read.await, Ok(length) if length > 0) {
                return;
            }
        }
    }
}

impl Stream {
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Other(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Other(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            // TCP_NODELAY is set: there is nothing to flush.
            Self::Tcp(_) => Poll::Ready(Ok(())),
            Self::Other(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    async fn shutdown(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.shutdown().await,
            Self::Other(stream) => stream.shutdown().await,
        }
    }
}

/// The peer cannot be reached any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

/// Whether a header is a list with this word in it, whatever the case.
fn has_word(headers: &HeaderMap, name: &header::HeaderName, word: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|found| found.trim().eq_ignore_ascii_case(word))
}
