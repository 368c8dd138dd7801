//! The life of a socket: token, opening, `hello`, reading.

use std::sync::{Arc, Weak};

use relaychat_protocol::{
    ProtocolRange,
    frames::{ClientFrame, client::Hello},
};
use tokio::sync::mpsc;

use super::{Inner, Runtime};
use crate::{
    TokenReason,
    connection::machine::{Action, Input},
    decode, encode,
    platform::MaybeSend,
    transport::{Socket, SocketEvent, SocketRefused, SocketRequest},
};

/// Frames applied in one step when many wait: what is shown is computed once for all of them, and
/// a user interface still gets its turn.
const FRAMES_A_STEP: usize = 128;

impl Runtime {
    /// Starts a task that belongs to this client.
    pub(super) fn start_task<F>(&self, task: impl FnOnce(Arc<Self>) -> F)
    where
        F: Future<Output = ()> + MaybeSend + 'static,
    {
        if let Some(this) = self.this.upgrade() {
            self.spawn(task(this));
        }
    }

    pub(super) fn perform_connection(&self, inner: &mut Inner, action: Action) {
        match action {
            Action::FetchToken { epoch, reason } => {
                self.start_task(async move |runtime| runtime.fetch_token(epoch, reason).await);
            }
            Action::OpenSocket { epoch } => {
                let bearer = inner.token.clone();
                self.start_task(async move |runtime| runtime.open_socket(epoch, bearer).await);
            }
            Action::SendHello => {
                let hello = self.hello(inner);
                self.try_send(inner, &hello);
            }
            Action::SendPing => {
                let id = "ping".to_owned();
                self.try_send(inner, &ClientFrame::Ping { id });
            }
            Action::DropSocket => inner.socket = None,
        }
    }

    /// What a dead socket does not take, the silence afterwards tells.
    fn try_send(&self, inner: &Inner, frame: &ClientFrame) {
        let text = encode::json(frame);
        if let Some(socket) = &inner.socket {
            let _ = socket.try_send(text);
        }
    }

    fn hello(&self, inner: &Inner) -> ClientFrame {
        let is_told = self.transport.sends_authorization();
        ClientFrame::Hello(Hello {
            protocol: ProtocolRange::SUPPORTED,
            token: inner.token.clone().filter(|_| !is_told),
            since: inner.state.sync_token().map(str::to_owned),
        })
    }

    async fn fetch_token(self: Arc<Self>, epoch: u64, reason: TokenReason) {
        // `hello` says how far the client is.
        if let Some(keeper) = &self.keeper {
            keeper.load(&self).await;
        }
        let refused = match reason {
            TokenReason::Rejected => self.lock().token.clone(),
            TokenReason::Connect | TokenReason::Expired => {
                self.credentials.drop_provided();
                None
            }
        };
        let answer = self.token(reason, refused.as_deref()).await;
        self.update_inner(|inner, now_ms, unit| {
            if !inner.state.machine.is_current(epoch) {
                return;
            }
            let input = match answer {
                Ok(token) => {
                    inner.token = Some(token);
                    Input::Token
                }
                Err(error) => Input::TokenFailed(error),
            };
            inner.state.connection(input, now_ms, unit);
        });
    }

    async fn open_socket(self: Arc<Self>, epoch: u64, bearer: Option<String>) {
        // `http` becomes `ws`, `https` becomes `wss`.
        let base_url = &self.settings.base_url;
        let base_url = base_url.strip_prefix("http").unwrap_or(base_url);
        let request = SocketRequest {
            url: format!("ws{base_url}/v1/ws"),
            bearer: bearer.filter(|_| self.transport.sends_authorization()),
        };
        let opened = self.transport.open_socket(request).await;
        let events = self.update_inner(|inner, now_ms, unit| {
            if !inner.state.machine.is_current(epoch) {
                return None;
            }
            let (input, events) = match opened {
                Ok(Socket { sender, events }) => {
                    inner.socket = Some(sender);
                    (Input::Opened, Some(events))
                }
                Err(SocketRefused { status, detail }) => {
                    tracing::debug!(?status, detail, "the socket was not opened");
                    (Input::Refused(status), None)
                }
            };
            inner.state.connection(input, now_ms, unit);
            events
        });
        let this = Arc::downgrade(&self);
        drop(self);
        if let Some(events) = events {
            read(this, epoch, events).await;
        }
    }

    /// Applies what arrived; false when the socket is of no use any more.
    fn take_events(&self, epoch: u64, events: Vec<SocketEvent>) -> bool {
        self.update_inner(|inner, now_ms, unit| {
            for event in events {
                if !inner.state.machine.is_current(epoch) {
                    return false;
                }
                match event {
                    SocketEvent::Text(text) => {
                        match decode::frame(text.as_bytes()) {
                            Ok(frame) => inner.state.frame(frame, now_ms, unit),
                            // A change that cannot be read leaves a hole, and a sync closes it.
                            Err(error) => tracing::debug!(%error, "a frame cannot be read"),
                        }
                    }
                    SocketEvent::Closed(code) => {
                        tracing::debug!(?code, "the socket was closed");
                        inner.state.connection(Input::Closed(code), now_ms, unit);
                    }
                }
            }
            inner.state.machine.is_current(epoch)
        })
    }
}

/// Reads a socket until it ends, is given up, or the client is gone.
async fn read(runtime: Weak<Runtime>, epoch: u64, mut events: mpsc::Receiver<SocketEvent>) {
    loop {
        let mut batch = Vec::new();
        if events.recv_many(&mut batch, FRAMES_A_STEP).await == 0 {
            batch.push(SocketEvent::Closed(None));
        }
        let Some(runtime) = runtime.upgrade() else {
            return;
        };
        if !runtime.take_events(epoch, batch) {
            return;
        }
    }
}
