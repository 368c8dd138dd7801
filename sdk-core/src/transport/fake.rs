//! A transport to a simulated server in memory, with faults on demand.
//!
//! The server behind it (`world`) keeps the promises of the protocol. The network in front of it
//! does not: it cuts sockets, loses and doubles frames, refuses requests. Tests of the whole client
//! run on it deterministically, with tokio's paused time.

use std::{
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

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

pub(crate) mod chaos;
pub(crate) mod world;

use chaos::{Chaos, EventFate, FrameFate, RequestFate};
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
    number: u64,
    user_id: UserId,
    events: mpsc::Sender<SocketEvent>,
    /// Nothing is told before the first answer.
    is_greeted: bool,
    /// Events were lost on the way to it.
    owes_catch_up: bool,
}

#[derive(Debug, Default)]
struct Network {
    world: World,
    connections: Vec<Connection>,
    faults: Faults,
    is_down: bool,
    received: Vec<(UserId, ClientFrame)>,
    opened: u64,
    chaos: Option<Chaos>,
    has_late_changes: bool,
    /// Sockets that have ended without a word: their clients find out by themselves.
    silent: Vec<mpsc::Sender<SocketEvent>>,
}

/// A server in memory that many clients can reach.
#[derive(Clone, Debug, Default)]
pub(crate) struct FakeServer {
    network: Arc<Mutex<Network>>,
}

impl FakeServer {
    /// The way of one user to the server. Their token is their id.
    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        self.transport_of(Arc::default())
    }

    /// The way of a device that dies once `is_dead`: nothing leaves it any more.
    pub(crate) fn transport_of(&self, is_dead: Arc<AtomicBool>) -> Arc<dyn Transport> {
        Arc::new(FakeTransport {
            server: self.clone(),
            is_dead,
            refusals: Mutex::new(0),
        })
    }

    /// From now on as bad as this; `None` is a good network.
    pub(crate) fn set_chaos(&self, chaos: Option<Chaos>) {
        let mut network = self.lock();
        let left = std::mem::replace(&mut network.chaos, chaos);
        network.silent.clear();
        network.has_late_changes |= left.as_ref().is_some_and(|chaos| chaos.has_late_changes);
        for (user_id, frame) in left.into_iter().flat_map(|chaos| chaos.late) {
            network.world.frame(user_id, frame);
        }
        network.deliver();
        network.catch_up();
    }

    /// Whether an edit or a reaction came so late that it may have undone a later one.
    pub(crate) fn has_late_changes(&self) -> bool {
        let network = self.lock();
        let now = network.chaos.as_ref();
        network.has_late_changes || now.is_some_and(|chaos| chaos.has_late_changes)
    }

    /// Tells those who lost something, and some who did not.
    pub(crate) fn catch_up(&self, user_id: Option<UserId>) {
        let mut network = self.lock();
        for connection in &mut network.connections {
            connection.owes_catch_up |= Some(connection.user_id) == user_id;
        }
        network.catch_up();
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

    fn closed(&self, number: u64) {
        self.lock()
            .connections
            .retain(|connection| connection.number != number);
    }

    fn take(&self, number: u64, user_id: UserId, text: &str) {
        let frame: ClientFrame = serde_json::from_str(text).expect("clients speak the protocol");
        let mut network = self.lock();
        // The client may not know yet that its socket is dead.
        if !network.has(number) {
            return;
        }
        let Some(frame) = network.pass(number, user_id, frame) else {
            return;
        };
        if network.chaos.is_none() {
            network.received.push((user_id, frame.clone()));
        }
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
        for connection in &mut network.connections {
            if connection.number == number {
                connection.is_greeted = true;
                answers.iter().for_each(|answer| say(connection, answer));
            }
        }
        network.deliver();
    }
}

impl Network {
    /// What the network leaves of a frame.
    fn pass(&mut self, number: u64, user_id: UserId, frame: ClientFrame) -> Option<ClientFrame> {
        let Some(chaos) = &mut self.chaos else {
            return Some(frame);
        };
        let late = match frame {
            ClientFrame::Hello(_) => std::mem::take(&mut chaos.late),
            _ => Vec::new(),
        };
        let fate = chaos.frame(&frame);
        // Before the answer to this `hello` is made, or after: both happen.
        if !late.is_empty() && chaos.random.is(500) {
            chaos.late = late;
        } else {
            for (user_id, frame) in late {
                self.world.frame(user_id, frame);
            }
        }
        match fate {
            FrameFate::Taken => return Some(frame),
            FrameFate::AnsweredTwice => {
                let answers = self.world.frame(user_id, frame.clone());
                self.answer(number, &answers);
                return Some(frame);
            }
            FrameFate::Late => {
                if let Some(chaos) = &mut self.chaos {
                    chaos.late.push((user_id, frame));
                }
            }
            FrameFate::Lost => {}
            FrameFate::Unanswered => {
                self.world.frame(user_id, frame);
            }
            FrameFate::Refused(code) => {
                let (ClientFrame::SendMessage { id, .. }
                | ClientFrame::Mark { id, .. }
                | ClientFrame::EditMessage { id, .. }
                | ClientFrame::DeleteMessage { id, .. }
                | ClientFrame::PinMessage { id, .. }
                | ClientFrame::React { id, .. }) = frame
                else {
                    return Some(frame);
                };
                let mut error = Problem::new(code, "", "");
                if code == ErrorCode::RateLimited {
                    error.retry_after_ms = Some(400);
                }
                let id = Some(id);
                self.answer(number, &[ServerFrame::Error { id, error }]);
                return None;
            }
        }
        self.end(number);
        self.deliver();
        None
    }

    fn has(&self, number: u64) -> bool {
        let mut numbers = self.connections.iter().map(|connection| connection.number);
        numbers.any(|other| other == number)
    }

    /// Ends a socket, perhaps without telling.
    fn end(&mut self, number: u64) {
        let place = self.connections.iter();
        let place = place.map(|connection| connection.number);
        let Some(place) = place.into_iter().position(|other| other == number) else {
            return;
        };
        let ended = self.connections.remove(place);
        if self
            .chaos
            .as_mut()
            .is_some_and(|chaos| chaos.random.is(150))
        {
            self.silent.push(ended.events);
        }
    }

    fn answer(&self, number: u64, answers: &[ServerFrame]) {
        let theirs = self.connections.iter();
        for connection in theirs.filter(|connection| connection.number == number) {
            answers.iter().for_each(|answer| say(connection, answer));
        }
    }

    /// Hands out what has happened.
    fn deliver(&mut self) {
        for (user_id, frame) in self.world.take_events() {
            let is_message = matches!(frame, ServerFrame::Message { .. });
            if is_message && self.faults.loses_messages {
                continue;
            }
            let times = 1 + usize::from(self.faults.doubles_events);
            let mut cut = Vec::new();
            for connection in &mut self.connections {
                if connection.user_id != user_id || !connection.is_greeted {
                    continue;
                }
                let is_token = matches!(frame, ServerFrame::Token { .. });
                if is_token && connection.owes_catch_up {
                    continue;
                }
                let fate = self.chaos.as_mut().map(Chaos::event);
                match fate.unwrap_or(EventFate::Delivered) {
                    EventFate::Delivered => (0..times).for_each(|_| say(connection, &frame)),
                    EventFate::Doubled => (0..2).for_each(|_| say(connection, &frame)),
                    EventFate::Cut => cut.push(connection.number),
                    EventFate::Missed => connection.owes_catch_up |= !is_token,
                }
            }
            cut.into_iter().for_each(|number| self.end(number));
        }
    }

    fn catch_up(&mut self) {
        for connection in &mut self.connections {
            if std::mem::take(&mut connection.owes_catch_up) && connection.is_greeted {
                say(connection, &ServerFrame::CatchUp);
            }
        }
    }
}

fn refused(code: ErrorCode) -> HttpResponse {
    let mut problem = Problem::new(code, "", "");
    if code == ErrorCode::RateLimited {
        problem.retry_after_ms = Some(700);
    }
    let body = serde_json::to_vec(&problem).expect("problems serialise");
    HttpResponse {
        status: code.status(),
        body: body.into(),
    }
}

fn say(connection: &Connection, frame: &ServerFrame) {
    let text = serde_json::to_string(frame).expect("frames serialise");
    let _ = connection.events.try_send(SocketEvent::Text(text));
}

#[derive(Debug)]
struct FakeTransport {
    server: FakeServer,
    is_dead: Arc<AtomicBool>,
    /// Tokens refused in a row: after three a client signs the person out, as it should.
    refusals: Mutex<u32>,
}

impl FakeTransport {
    /// Waits as long as this network takes, and for ever on a dead device.
    async fn travel(&self) {
        let delay_ms = {
            let mut network = self.server.lock();
            network.chaos.as_mut().map(Chaos::delay_ms)
        };
        match delay_ms {
            Some(delay_ms) => tokio::time::sleep(Duration::from_millis(delay_ms)).await,
            None => tokio::task::yield_now().await,
        }
        if self.is_dead.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }

    /// What comes of a request that has arrived.
    fn exchange(
        &self,
        request: &HttpRequest,
        on_progress: Option<Box<dyn OnProgress + '_>>,
    ) -> Result<HttpResponse, RelayError> {
        let mut network = self.server.lock();
        if network.is_down || network.faults.refuses_requests {
            return Err(RelayError::network("the network is down"));
        }
        let fate = network.chaos.as_mut().map(Chaos::request);
        match fate.unwrap_or(RequestFate::Answered) {
            RequestFate::Lost => return Err(RelayError::network("the request was lost")),
            RequestFate::Refused(code) => return Ok(refused(code)),
            RequestFate::Answered | RequestFate::Unanswered => {}
        }
        if let (Some(tell), Some(body)) = (on_progress, &request.body) {
            let size_bytes = body.content.size_bytes();
            drop(network);
            tell(size_bytes / 2, size_bytes);
            tell(size_bytes, size_bytes);
            network = self.server.lock();
        }
        let answer = match user_of(request.bearer.as_ref()) {
            Some(user_id) => network.world.request(user_id, request),
            None => Err(ErrorCode::Unauthenticated),
        };
        if fate == Some(RequestFate::Unanswered) {
            return Err(RelayError::network("the answer was lost"));
        }
        Ok(match answer {
            Ok(body) => HttpResponse {
                status: 200,
                body: body.into(),
            },
            Err(code) => refused(code),
        })
    }

    /// Why a socket is refused, if it is.
    fn refusal(&self, network: &mut Network) -> Option<Option<u16>> {
        if network.is_down {
            return Some(None);
        }
        let chaos = network.chaos.as_mut()?;
        let mut refusals = self.refusals.lock().expect("no test panics inside");
        if !chaos.random.is(chaos.permille) {
            *refusals = 0;
            return None;
        }
        let statuses = [None, Some(503), Some(429), Some(401)];
        let status = *chaos.random.pick(&statuses).expect("there are some");
        if status == Some(401) {
            *refusals += 1;
            if *refusals > 1 {
                return Some(None);
            }
        }
        Some(status)
    }
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
            self.travel().await;
            let answer = self.exchange(&request, on_progress)?;
            self.travel().await;
            Ok(answer)
        })
    }

    fn open_socket(&self, request: SocketRequest) -> BoxFuture<'_, Result<Socket, SocketRefused>> {
        Box::pin(async move {
            let refused = |status| SocketRefused {
                status,
                detail: "refused".to_owned(),
            };
            let user_id = user_of(request.bearer.as_ref()).ok_or_else(|| refused(Some(401)))?;
            self.travel().await;
            let (sender, mut outgoing) = mpsc::channel::<String>(SOCKET_QUEUE);
            let (incoming, events) = mpsc::channel(SOCKET_QUEUE);
            let number = {
                let mut network = self.server.lock();
                if let Some(status) = self.refusal(&mut network) {
                    return Err(refused(status));
                }
                network.opened += 1;
                let number = network.opened;
                network.connections.push(Connection {
                    number,
                    user_id,
                    events: incoming.clone(),
                    is_greeted: false,
                    owes_catch_up: false,
                });
                number
            };
            let server = self.server.clone();
            let is_dead = Arc::clone(&self.is_dead);
            tokio::spawn(async move {
                let server_side = incoming.downgrade();
                drop(incoming);
                let incoming = server_side;
                while let Some(text) = outgoing.recv().await {
                    // A socket that was cut takes nothing any more.
                    if incoming.upgrade().is_none() || is_dead.load(Ordering::SeqCst) {
                        return;
                    }
                    server.take(number, user_id, &text);
                }
                server.closed(number);
            });
            Ok(Socket { sender, events })
        })
    }

    fn sends_authorization(&self) -> bool {
        true
    }
}
