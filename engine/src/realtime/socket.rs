//! The seam to the wire: one WebSocket that takes frames and gives frames.
//!
//! Everything above works with [`Frame`]s and [`Incoming`]s and does not know whose WebSocket code
//! runs underneath. Today it is tungstenite's, directly on the connection that hyper hands over:
//! axum's own upgrade hides the stream and with it three things that are needed here. Long frames
//! leave in fragments, so that the write buffer of an idle socket stays small (`ready` of a busy
//! person is 20 KiB, and tungstenite keeps the largest buffer it ever needed). Protocol faults of
//! the peer end with a Close frame that names them (1002, 1007, 1009). And what the peer still
//! sends is read before the connection closes, so that the reason is not lost in a reset.
//!
//! A writer that owns the TCP stream can take its place by giving the same methods.

use std::{collections::VecDeque, time::Duration};

use axum::http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        error::ProtocolError,
        handshake::derive_accept_key,
        protocol::{
            CloseFrame, Role, WebSocketConfig,
            frame::{
                Frame as WireFrame,
                coding::{Data, OpCode},
            },
        },
    },
};

use super::outbox::Close;
use crate::limits::FRAME_BYTES;

/// A frame as it travels: bytes of JSON text, shared by every socket that gets it.
pub(crate) type Frame = Utf8Bytes;

/// Read buffer of a socket: most frames of clients are below 300 bytes; larger ones grow it for the
/// time being.
const READ_BUFFER_BYTES: usize = 512;
/// Frames of a batch are collected up to this before they are written, and longer ones leave in
/// fragments of it: a page of memory, and a write that costs little more than its bytes.
const WRITE_BUFFER_BYTES: usize = 4 * 1024;
/// The most that is ever collected: two pieces and their heads. More is a defect.
const WRITE_BUFFER_BYTES_MAX: usize = 4 * WRITE_BUFFER_BYTES;
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
        let stream = TokioIo::new(self.on_upgrade.await.ok()?);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
            .max_frame_size(Some(FRAME_BYTES))
            .max_message_size(Some(FRAME_BYTES));
        let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        Some(Socket(socket))
    }
}

/// One open WebSocket.
#[derive(Debug)]
pub(crate) struct Socket(WebSocketStream<TokioIo<Upgraded>>);

impl Socket {
    /// Waits for the next frame. May be dropped and called again without losing one.
    pub(super) async fn receive(&mut self) -> Incoming {
        match self.0.next().await {
            Some(Ok(Message::Text(text))) => Incoming::Text(text),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Incoming::Alive,
            Some(Ok(Message::Binary(_))) => Incoming::Fault(Close {
                code: 1003,
                reason: "binary frames are not used",
            }),
            Some(Ok(Message::Close(_))) | None => Incoming::Gone,
            Some(Err(error)) => fault(&error).map_or(Incoming::Gone, Incoming::Fault),
        }
    }

    /// Writes frames in order and flushes once. An error means that the peer is gone.
    pub(super) async fn send(&mut self, frames: VecDeque<Frame>) -> Result<(), Gone> {
        for frame in frames {
            self.feed(frame).await.map_err(|_| Gone)?;
        }
        self.0.flush().await.map_err(|_| Gone)
    }

    /// Asks the peer for a sign of life.
    pub(super) async fn ping(&mut self) -> Result<(), Gone> {
        let ping = Message::Ping(Bytes::new());
        self.0.send(ping).await.map_err(|_| Gone)
    }

    /// Sends a Close frame and gives the peer a moment to answer, so that the reason is not lost in
    /// a reset of the connection.
    pub(super) async fn close(mut self, close: Close) {
        let frame = Message::Close(Some(CloseFrame {
            code: close.code.into(),
            reason: Utf8Bytes::from_static(close.reason),
        }));
        let goodbye = async {
            if self.0.send(frame).await.is_ok() {
                self.read_out().await;
            }
        };
        // Not answering is the peer's right; it only ends the waiting.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, goodbye).await;
    }

    /// The peer has closed: lets the answer to its Close frame out.
    pub(super) async fn leave(mut self) {
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, self.0.flush()).await;
    }

    /// Feeds a frame, a long one in fragments.
    async fn feed(&mut self, frame: Frame) -> Result<(), Error> {
        if frame.len() <= WRITE_BUFFER_BYTES {
            return self.0.feed(Message::Text(frame)).await;
        }
        let text = frame.as_str();
        let bytes: Bytes = frame.clone().into();
        let mut start = 0;
        while start < text.len() {
            let end = text.floor_char_boundary(start + WRITE_BUFFER_BYTES);
            let data = if start == 0 {
                Data::Text
            } else {
                Data::Continue
            };
            let piece = bytes.slice(start..end);
            let piece = WireFrame::message(piece, OpCode::Data(data), end == text.len());
            self.0.feed(Message::Frame(piece)).await?;
            start = end;
        }
        Ok(())
    }

    /// Ends the sending side, and reads what the peer still sends, whatever it is, until it ends
    /// too.
    async fn read_out(&mut self) {
        let stream = self.0.get_mut();
        if stream.shutdown().await.is_err() {
            return;
        }
        let mut ignored = [0; READ_BUFFER_BYTES];
        while matches!(stream.read(&mut ignored).await, Ok(length) if length > 0) {}
    }
}

/// The peer cannot be reached any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

/// What the peer did wrong; `None` when the connection itself failed.
fn fault(error: &Error) -> Option<Close> {
    let (code, reason) = match error {
        Error::Capacity(_) => (1009, "frame too large"),
        Error::Utf8(_) => (1007, "text is not UTF-8"),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => return None,
        Error::Protocol(_) => (1002, "not a valid WebSocket frame"),
        _ => return None,
    };
    Some(Close { code, reason })
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
