//! A transport to a simulated server in memory, with faults on demand.
//!
//! The server behind it (`world`) keeps the promises of the protocol. The network in front of it
//! does not: it cuts sockets, loses and doubles frames, refuses requests. Tests of the whole client
//! run on it deterministically, with tokio's paused time.

use std::sync::{Arc, Mutex, MutexGuard};

use relaychat_protocol::{
    ErrorCode, Problem, UserId,
    frames::{ClientFrame, ServerFrame},
};
use tokio::sync::mpsc;

use super::{
    HttpRequest, HttpResponse, OnProgress, SOCKET_QUEUE, Socket, SocketEvent, SocketRefused,
    SocketRequest, Transport,
};
use crate::{RelayError, platform::BoxFuture};

pub(crate) mod world;

use world::World;

/// What the network does to the frames of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Acks are lost, and the socket is cut in their place.
    pub(crate) cuts_acks: bool,
    /// Every event comes twice.
    pub(crate) doubles_events: bool,
    /// Events of messages never come.
    pub(crate) loses_messages: bool,
    /// Requests get no answer.
    pub(crate) refuses_requests: bool,
}

#[derive(Debug)]
struct Connection {
    user_id: UserId,
    events: mpsc::Sender<SocketEvent>,
}

#[derive(Debug, Default)]
struct Network {
    world: World,
    connections: Vec<Connection>,
    faults: Faults,
    is_down: bool,
    received: Vec<(UserId, ClientFrame)>,
}

/// A server in memory that many clients can reach.
#[derive(Clone, Debug, Default)]
pub(crate) struct FakeServer {
    network: Arc<Mutex<Network>>,
}

impl FakeServer {
    /// The way of one user to the server. Their token is their id.
    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(FakeTransport {
            server: self.clone(),
        })
    }

    pub(crate) fn world<R>(&self, act: impl FnOnce(&mut World) -> R) -> R {
        let mut network = self.lock();
        let result = act(&mut network.world);
        network.deliver();
        result
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        self.lock().faults = faults;
    }

    /// Ends all sockets, as a crash does; while `is_down`, none can be opened.
    pub(crate) fn cut(&self, is_down: bool) {
        let mut network = self.lock();
        network.is_down = is_down;
        network.connections.clear();
    }

    /// Ends all sockets with a close code.
    pub(crate) fn close(&self, code: u16) {
        for connection in self.lock().connections.drain(..) {
            let _ = connection.events.try_send(SocketEvent::Closed(Some(code)));
        }
    }

    /// What the clients have sent so far.
    pub(crate) fn received(&self) -> Vec<(UserId, ClientFrame)> {
        self.lock().received.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Network> {
        self.network.lock().expect("no test panics inside")
    }

    fn take(&self, user_id: UserId, text: &str) {
        let frame: ClientFrame = serde_json::from_str(text).expect("clients speak the protocol");
        let mut network = self.lock();
        network.received.push((user_id, frame.clone()));
        let answers = network.world.frame(user_id, frame);
        if answers.is_empty() {
            network.deliver();
            return;
        }
        let is_ack = |frame: &ServerFrame| {
            matches!(
                frame,
                ServerFrame::Ack {
                    message: Some(_),
                    ..
                }
            )
        };
        if network.faults.cuts_acks && answers.iter().any(is_ack) {
            network.connections.clear();
            network.deliver();
            return;
        }
        // The ack goes first: the client must do with both orders, and this is the harder one.
        for connection in &network.connections {
            if connection.user_id == user_id {
                answers.iter().for_each(|answer| say(connection, answer));
            }
        }
        network.deliver();
    }
}

impl Network {
    /// Hands out what has happened.
    fn deliver(&mut self) {
        for (user_id, frame) in self.world.take_events() {
            let is_message = matches!(frame, ServerFrame::Message { .. });
            if is_message && self.faults.loses_messages {
                continue;
            }
            let times = 1 + usize::from(self.faults.doubles_events);
            let theirs = self.connections.iter();
            for connection in theirs.filter(|connection| connection.user_id == user_id) {
                (0..times).for_each(|_| say(connection, &frame));
            }
        }
    }
}

fn say(connection: &Connection, frame: &ServerFrame) {
    let text = serde_json::to_string(frame).expect("frames serialise");
    let _ = connection.events.try_send(SocketEvent::Text(text));
}

#[derive(Debug)]
struct FakeTransport {
    server: FakeServer,
}

fn user_of(bearer: Option<&String>) -> Option<UserId> {
    bearer?.parse().ok()
}

impl Transport for FakeTransport {
    fn http<'a>(
        &'a self,
        request: HttpRequest,
        on_progress: Option<Box<dyn OnProgress + 'a>>,
    ) -> BoxFuture<'a, Result<HttpResponse, RelayError>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let mut network = self.server.lock();
            if network.is_down || network.faults.refuses_requests {
                return Err(RelayError::network("the network is down"));
            }
            if let (Some(tell), Some(body)) = (on_progress, &request.body) {
                let size_bytes = body.content.size_bytes();
                drop(network);
                tell(size_bytes / 2, size_bytes);
                tell(size_bytes, size_bytes);
                network = self.server.lock();
            }
            let answer = match user_of(request.bearer.as_ref()) {
                Some(user_id) => network.world.request(user_id, &request),
                None => Err(ErrorCode::Unauthenticated),
            };
            Ok(match answer {
                Ok(body) => HttpResponse {
                    status: 200,
                    body: body.into(),
                },
                Err(code) => HttpResponse {
                    status: code.status(),
                    body: serde_json::to_vec(&Problem::new(code, "", ""))
                        .expect("problems serialise")
                        .into(),
                },
            })
        })
    }

    fn open_socket(&self, request: SocketRequest) -> BoxFuture<'_, Result<Socket, SocketRefused>> {
        Box::pin(async move {
            let refused = |status| SocketRefused {
                status,
                detail: "refused".to_owned(),
            };
            let user_id = user_of(request.bearer.as_ref()).ok_or_else(|| refused(Some(401)))?;
            let (sender, mut outgoing) = mpsc::channel::<String>(SOCKET_QUEUE);
            let (incoming, events) = mpsc::channel(SOCKET_QUEUE);
            {
                let mut network = self.server.lock();
                if network.is_down {
                    return Err(refused(None));
                }
                network.connections.push(Connection {
                    user_id,
                    events: incoming.clone(),
                });
            }
            let server = self.server.clone();
            tokio::spawn(async move {
                let incoming = incoming.downgrade();
                while let Some(text) = outgoing.recv().await {
                    // A socket that was cut takes nothing any more.
                    if incoming.upgrade().is_none() {
                        return;
                    }
                    server.take(user_id, &text);
                }
            });
            Ok(Socket { sender, events })
        })
    }

    fn sends_authorization(&self) -> bool {
        true
    }
}
