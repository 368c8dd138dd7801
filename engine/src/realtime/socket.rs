//! The seam to the wire: one WebSocket that takes frames and gives frames.
//!
//! Everything above works with [`Frame`]s and [`Incoming`]s and does not know whose WebSocket code
//! runs underneath. Today it is axum's (tungstenite), with small explicit buffers: its defaults
//! reserve 128 KiB a socket and let messages of 64 MiB in. A writer that owns the TCP stream can take
//! its place by giving the same methods.
//!
//! Protocol faults of the peer end with a Close frame that names them (1002, 1007, 1009), which
//! tungstenite leaves to its user.

use std::{collections::VecDeque, time::Duration};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};

use super::outbox::Close;
use crate::limits::FRAME_BYTES;

/// A frame as it travels: bytes of JSON text, shared by every socket that gets it.
pub(crate) type Frame = Utf8Bytes;

/// Read buffer of a socket: most frames of clients are below 300 bytes; larger ones grow it for the
/// time being.
const READ_BUFFER_BYTES: usize = 1024;
/// Frames of a batch are collected up to this before they are written.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;
/// Largest frame that can be written: a sync page of 500 messages of 16 KiB, each byte of which may
/// need six in JSON, with room for the rest. Reserved by nobody, only allowed.
const WRITE_BUFFER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How long a peer may take to answer a Close frame before the connection is cut.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// How much a peer may still send after it was told that the socket closes.
const FRAMES_AFTER_CLOSE_MAX: usize = 1_000;

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

/// Sets the buffers of a socket that is about to be.
pub(super) fn with_bounds(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_frame_size(FRAME_BYTES)
        .max_message_size(FRAME_BYTES)
}

/// One open WebSocket.
#[derive(Debug)]
pub(crate) struct Socket(WebSocket);

impl Socket {
    pub(super) fn new(socket: WebSocket) -> Self {
        Self(socket)
    }

    /// Waits for the next frame. May be dropped and called again without losing one.
    pub(super) async fn receive(&mut self) -> Incoming {
        match self.0.next().await {
            Some(Ok(Message::Text(text))) => Incoming::Text(text),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Incoming::Alive,
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
            self.0.feed(Message::Text(frame)).await.map_err(|_| Gone)?;
        }
        self.0.flush().await.map_err(|_| Gone)
    }

    /// Asks the peer for a sign of life.
    pub(super) async fn ping(&mut self) -> Result<(), Gone> {
        let ping = Message::Ping(Bytes::new());
        self.0.send(ping).await.map_err(|_| Gone)
    }

    /// The peer has closed: lets the answer to its Close frame out.
    pub(super) async fn leave(mut self) {
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, self.0.next()).await;
    }

    /// Sends a Close frame and gives the peer a moment to answer, so that the reason is not lost in
    /// a reset of the connection.
    pub(super) async fn close(mut self, close: Close) {
        let frame = Message::Close(Some(CloseFrame {
            code: close.code,
            reason: Utf8Bytes::from_static(close.reason),
        }));
        let goodbye = async {
            if self.0.send(frame).await.is_ok() {
                for _ in 0..FRAMES_AFTER_CLOSE_MAX {
                    if !matches!(self.0.next().await, Some(Ok(_))) {
                        break;
                    }
                }
            }
        };
        // Not answering is the peer's right; it only ends the waiting.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, goodbye).await;
    }
}

/// The peer cannot be reached any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

/// What the peer did wrong; `None` when the connection itself failed.
fn fault(error: &axum::Error) -> Option<Close> {
    use tungstenite::Error;

    let error = std::error::Error::source(error)?.downcast_ref::<Error>()?;
    let (code, reason) = match error {
        Error::Capacity(_) => (1009, "frame too large"),
        Error::Utf8(_) => (1007, "text is not UTF-8"),
        Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
            return None;
        }
        Error::Protocol(_) => (1002, "not a valid WebSocket frame"),
        _ => return None,
    };
    Some(Close { code, reason })
}
