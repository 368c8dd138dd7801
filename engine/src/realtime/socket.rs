//! The seam to the wire: one WebSocket that takes frames and gives frames.
//!
//! Everything above works with [`Frame`]s and [`Incoming`]s and does not know what runs underneath:
//! our own WebSocket code, straight on the TCP stream that hyper hands over. A socket at rest holds
//! no buffer at all: what comes in is read into the stack and only what is no whole frame yet is
//! kept; what goes out is written as it is, by whoever has it, and kept only as long as the kernel
//! does not take it. A library's buffers were most of what an idle socket cost, and its flushes most
//! of what a delivery cost.
//!
//! Protocol faults of the peer end with a Close frame that names them (1002, 1003, 1007, 1009). And
//! what the peer still sends is read before the connection closes, so that the reason is not lost
//! in a reset.

mod codec;
mod frame;
mod writer;

use std::{
    future::poll_fn,
    io::{self, ErrorKind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWriteExt, ReadBuf, ReadHalf},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::outbox::Close;
use codec::{Read, Reader};
pub(crate) use frame::Frame;
pub(crate) use writer::{Backlog, Writer};

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
    Text(String),
    /// A frame that says only that the peer is alive.
    Alive,
    /// The same; to be answered with this.
    Ping(Frame),
    /// The peer broke the rules of the protocol and is told so.
    Fault(Close),
    /// The peer has closed; to be answered with this.
    Closed(Frame),
    /// The peer is gone.
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

    /// Waits for the connection, which comes after the answer has been sent. Its two ends: what
    /// comes in, and what goes out.
    pub(super) async fn socket(self) -> Option<(Socket, Writer)> {
        let upgraded = self.on_upgrade.await.ok()?;
        // A plain TCP stream is used as such; behind a host's own TLS or in memory it stays boxed.
        Some(match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) => {
                let stream = Arc::new(parts.io.into_inner());
                let writer = Writer::Tcp(Arc::clone(&stream));
                (Socket::new(Input::Tcp(stream), &parts.read_buf), writer)
            }
            Err(upgraded) => {
                let (input, output) = tokio::io::split(TokioIo::new(upgraded));
                let writer = Writer::Other(Box::new(output));
                (Socket::new(Input::Other(Box::new(input)), &[]), writer)
            }
        })
    }
}

/// Where bytes come from.
#[derive(Debug)]
enum Input {
    Tcp(Arc<TcpStream>),
    Other(Box<ReadHalf<TokioIo<Upgraded>>>),
}

/// The receiving end of an open WebSocket.
#[derive(Debug)]
pub(crate) struct Socket {
    input: Input,
    reader: Reader,
}

impl Socket {
    /// Begins with what was read before. Copied, so that the buffer it came in is freed.
    fn new(input: Input, read: &[u8]) -> Self {
        Self {
            input,
            reader: Reader::new(read.to_vec()),
        }
    }

    /// Waits for the next frame. May be dropped and called again without losing one.
    pub(super) async fn receive(&mut self) -> Incoming {
        loop {
            match self.reader.next() {
                Ok(Some(Read::Text(text))) => return Incoming::Text(text),
                Ok(Some(Read::Nothing)) => return Incoming::Alive,
                Ok(Some(Read::Answer(answer))) => return Incoming::Ping(answer),
                Ok(Some(Read::Closing(answer))) => return Incoming::Closed(answer),
                Ok(None) => {}
                Err(close) => return Incoming::Fault(close),
            }
            match poll_fn(|context| self.poll_receive(context)).await {
                Ok(true) => {}
                Ok(false) | Err(_) => return Incoming::Gone,
            }
        }
    }

    /// Reads what is there; whether there was anything.
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut bytes = [0; READ_BYTES];
        let length = ready!(self.input.poll_read(context, &mut bytes))?;
        self.reader.push(&bytes[..length]);
        Poll::Ready(Ok(length > 0))
    }

    /// Sends a Close frame and gives the peer a moment to answer, so that the reason is not lost in
    /// a reset of the connection.
    pub(super) async fn close(self, mut writer: Writer, close: Close) {
        let goodbye = async {
            if writer.send(Frame::close(close)).await.is_ok() {
                self.read_out(writer).await;
            }
        };
        // Not answering is the peer's right; it only ends the waiting.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, goodbye).await;
    }

    /// Ends the sending side, and reads what the peer still sends, whatever it is, until it ends
    /// too.
    async fn read_out(self, writer: Writer) {
        let Some(mut input) = self.input.shut_down(writer).await else {
            return;
        };
        loop {
            let mut ignored = [0; READ_BYTES];
            let read = poll_fn(|context| input.poll_read(context, &mut ignored));
            if !matches!(read.await, Ok(length) if length > 0) {
                return;
            }
        }
    }
}

impl Writer {
    /// The peer has closed: lets the answer to its Close frame out.
    pub(super) async fn leave(mut self, answer: Frame) {
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, self.send(answer)).await;
    }
}

impl Input {
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        bytes: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(stream) => loop {
                ready!(stream.poll_read_ready(context))?;
                match stream.try_read(bytes) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    read => return Poll::Ready(read),
                }
            },
            Self::Other(stream) => {
                let mut buffer = ReadBuf::new(bytes);
                ready!(Pin::new(stream).poll_read(context, &mut buffer))?;
                Poll::Ready(Ok(buffer.filled().len()))
            }
        }
    }

    /// Ends the sending side; what is left to read from, if there is anything.
    async fn shut_down(self, writer: Writer) -> Option<Self> {
        match (self, writer) {
            (Self::Other(input), Writer::Other(mut output)) => {
                output.shutdown().await.ok()?;
                Some(Self::Other(input))
            }
            (Self::Tcp(stream), writer) => {
                drop(writer);
                // Nobody else has it now.
                let mut stream = Arc::into_inner(stream)?;
                stream.shutdown().await.ok()?;
                Some(Self::Tcp(Arc::new(stream)))
            }
            (Self::Other(_), Writer::Tcp(_)) => None,
        }
    }
}

/// Whether a header is a list with this word in it, whatever the case.
fn has_word(headers: &HeaderMap, name: &header::HeaderName, word: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|found| found.trim().eq_ignore_ascii_case(word))
}
