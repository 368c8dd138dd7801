//! How the client reaches the engine: HTTP requests and sockets, without any meaning.
//!
//! A transport moves bytes. It does not retry, does not know tokens and reads no answer; that is
//! what makes the three of them (native, browser, simulated) exchangeable.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::{
    Content, RelayError,
    platform::{BoxFuture, MaybeSend, MaybeSync},
};

#[cfg(test)]
pub(crate) mod fake;
#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(not(target_family = "wasm"))]
use native as chosen;
#[cfg(target_family = "wasm")]
use web as chosen;

/// The transport of the platform this is compiled for.
pub(crate) fn of_platform() -> Result<Arc<dyn Transport>, RelayError> {
    Ok(Arc::new(chosen::PlatformTransport::new()?))
}

/// What an HTTP request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// As it is written in a request.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The one that is written so; of anything else that which changes nothing.
    pub(crate) fn parse(text: &str) -> Self {
        [Self::Post, Self::Put, Self::Patch, Self::Delete]
            .into_iter()
            .find(|method| method.as_str() == text)
            .unwrap_or(Self::Get)
    }
}

/// The body of a request.
#[derive(Clone, Debug)]
pub struct Body {
    /// Its bytes.
    pub content: Content,
    /// Its type.
    pub content_type: String,
}

/// An HTTP request.
#[derive(Clone)]
pub struct HttpRequest {
    /// What it does.
    pub method: Method,
    /// The absolute address.
    pub url: String,
    /// Goes into `Authorization: Bearer`.
    pub bearer: Option<String>,
    /// What is sent along.
    pub body: Option<Body>,
}

impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// An answer of any status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Bytes,
}

/// Told how many bytes of the body are on their way: `(loaded, total)`.
pub trait OnProgress: Fn(u64, u64) + MaybeSend + MaybeSync {}
impl<F: Fn(u64, u64) + MaybeSend + MaybeSync> OnProgress for F {}

/// Where a socket goes.
#[derive(Clone)]
pub struct SocketRequest {
    /// The absolute address, `ws://` or `wss://`.
    pub url: String,
    /// For transports that can send `Authorization`.
    pub bearer: Option<String>,
}

impl std::fmt::Debug for SocketRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SocketRequest").finish_non_exhaustive()
    }
}

/// What comes out of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// A text frame.
    Text(String),
    /// The end, with the close code, or without one when the connection broke. Nothing follows.
    Closed(Option<u16>),
}

/// An open socket. Dropping `sender` closes it.
#[derive(Debug)]
pub struct Socket {
    /// Frames to send.
    pub sender: mpsc::Sender<String>,
    /// What arrives.
    pub events: mpsc::Receiver<SocketEvent>,
}

/// Frames that may wait on each side of a socket. Enough for a burst of 500 messages of a sync and
/// what follows it; a socket whose other side falls further behind than this is closed.
pub const SOCKET_QUEUE: usize = 1024;

/// Why a socket was not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketRefused {
    /// The HTTP status, where the transport can see it.
    pub status: Option<u16>,
    /// For a person.
    pub detail: String,
}

/// Moves bytes between this device and the engine.
pub trait Transport: std::fmt::Debug + MaybeSend + MaybeSync + 'static {
    /// Sends a request and waits for the whole answer. Dropping the future gives the request up.
    ///
    /// # Errors
    /// `network` when no answer came. An answer of any status is not an error.
    fn http<'a>(
        &'a self,
        request: HttpRequest,
        on_progress: Option<Box<dyn OnProgress + 'a>>,
    ) -> BoxFuture<'a, Result<HttpResponse, RelayError>>;

    /// Opens a socket.
    ///
    /// # Errors
    /// When it was refused or could not be reached.
    fn open_socket(&self, request: SocketRequest) -> BoxFuture<'_, Result<Socket, SocketRefused>>;

    /// Whether `open_socket` sends `Authorization`. Where it cannot, the token goes into `hello`.
    fn sends_authorization(&self) -> bool;
}
