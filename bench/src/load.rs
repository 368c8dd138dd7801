//! The load generator: one thread, raw non-blocking sockets, everything counted at the receiver.
//!
//! ```text
//!   lane = one sender's connection ──send──▶ server ──▶ receivers' connections
//!     ▲                                                     │ marker found: counted, checked, timed
//!     └──────── all receivers have it: the next one ────────┘   (closed loop, `window` in flight)
//! ```
//!
//! In an open loop, sends follow a schedule whatever comes back, and latency counts from the
//! scheduled time: a server that stalls is charged for what had to wait. Each receiver must see
//! each number of its lane once and in order; anything else is counted and fails the run.

mod tally;

use std::{
    io::{ErrorKind, Read, Write},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use mio::{Events, Interest, Poll, Token, net::TcpStream};

use crate::{
    marker::{Marker, Scanner},
    process,
    wire::Connection,
};

pub(crate) use tally::Tally;

/// What is read at once: many frames, one system call.
const READ_BYTES: usize = 256 * 1024;
/// How long what is under way at the end may take before it counts as lost.
const DRAIN: Duration = Duration::from_secs(10);

/// Turns a text into the bytes of a send.
pub(crate) type Encode = Box<dyn FnMut(&mut Vec<u8>, &str) + Send>;

/// A sender and those who must receive what it sends.
pub(crate) struct Lane {
    pub(crate) sender: Connection,
    pub(crate) encode: Encode,
    pub(crate) receivers: Vec<Connection>,
    /// What a delivery begins with, when it cannot carry a marker. Then each counts as the next one.
    needle: Option<&'static [u8]>,
}

impl Lane {
    pub(crate) fn new(sender: Connection, encode: Encode, receivers: Vec<Connection>) -> Self {
        Self {
            sender,
            encode,
            receivers,
            needle: None,
        }
    }

    /// Deliveries are counted by what they begin with. For lanes with one receiver.
    pub(crate) fn counted_by(self, needle: &'static [u8]) -> Self {
        Self {
            needle: Some(needle),
            ..self
        }
    }
}

/// How sends are paced.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// So many of each lane in flight.
    Closed {
        /// How many.
        window: u64,
    },
    /// So many a second over all lanes, whatever comes back.
    Open {
        /// How many.
        per_second: f64,
    },
}

/// How a round runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) pace: Pace,
    pub(crate) warm: Duration,
    pub(crate) measured: Duration,
    /// Distinguishes rounds.
    pub(crate) run: u64,
}

struct Socket {
    stream: TcpStream,
    scanner: Scanner,
    needle: Option<&'static [u8]>,
    /// Bytes the kernel did not take yet.
    waiting: Vec<u8>,
    /// The lane it receives from, and the number it must see next.
    receives: Option<(usize, u64)>,
}

struct Sender {
    socket: usize,
    encode: Encode,
    receivers: usize,
    next: u64,
    /// How many receivers have not yet seen each message under way, the oldest first, and when it
    /// was due.
    missing: std::collections::VecDeque<(usize, u64)>,
}

/// A round under way.
pub(crate) struct Load {
    poll: Poll,
    sockets: Vec<Socket>,
    lanes: Vec<Sender>,
    plan: Plan,
    began: Instant,
    tally: Tally,
    is_counting: bool,
    is_sending: bool,
    scheduled: u64,
    buffer: Vec<u8>,
}

impl Load {
    pub(crate) fn new(lanes: Vec<Lane>, plan: Plan) -> Result<Self> {
        let mut load = Self {
            poll: Poll::new()?,
            sockets: Vec::new(),
            lanes: Vec::with_capacity(lanes.len()),
            plan,
            began: Instant::now(),
            tally: Tally::new(),
            is_counting: false,
            is_sending: true,
            scheduled: 0,
            buffer: vec![0; READ_BYTES],
        };
        for (index, lane) in lanes.into_iter().enumerate() {
            let receivers = lane.receivers.len();
            let socket = load.add(lane.sender, None)?;
            for receiver in lane.receivers {
                let receiver = load.add(receiver, Some((index, 0)))?;
                load.sockets[receiver].needle = lane.needle;
            }
            load.lanes.push(Sender {
                socket,
                encode: lane.encode,
                receivers,
                next: 0,
                missing: std::collections::VecDeque::new(),
            });
        }
        Ok(load)
    }

    fn add(&mut self, connection: Connection, receives: Option<(usize, u64)>) -> Result<usize> {
        let (stream, _) = connection.into_stream();
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        let index = self.sockets.len();
        let both = Interest::READABLE | Interest::WRITABLE;
        self.poll
            .registry()
            .register(&mut stream, Token(index), both)?;
        self.sockets.push(Socket {
            stream,
            scanner: Scanner::default(),
            needle: None,
            waiting: Vec::new(),
            receives,
        });
        Ok(index)
    }

    /// Runs the round; `server` are the processes whose time is measured.
    pub(crate) fn run(mut self, server: &[u32]) -> Result<Tally> {
        let server = process::tree(server);
        let own = [std::process::id()];
        self.began = Instant::now();
        let from = self.plan.warm;
        let to = from + self.plan.measured;
        let mut events = Events::with_capacity(4096);
        let mut before = (0, 0);
        self.start()?;
        loop {
            let elapsed = self.began.elapsed();
            if !self.is_counting && self.is_sending && elapsed >= from {
                before = (process::cpu_us(&server), process::cpu_us(&own));
                self.is_counting = true;
                self.tally.measured_from(self.began.elapsed());
            }
            if self.is_sending && elapsed >= to {
                let after = (process::cpu_us(&server), process::cpu_us(&own));
                self.tally.measured_to(
                    self.began.elapsed(),
                    (after.0 - before.0, after.1 - before.1),
                );
                self.is_counting = false;
                self.is_sending = false;
            }
            if !self.is_sending && (self.is_done() || elapsed >= to + DRAIN) {
                break;
            }
            self.step(&mut events)?;
        }
        self.tally.lost = self
            .lanes
            .iter()
            .flat_map(|lane| &lane.missing)
            .map(|(missing, _)| missing)
            .sum::<usize>() as u64;
        Ok(self.tally)
    }

    fn start(&mut self) -> Result<()> {
        if let Pace::Closed { window } = self.plan.pace {
            for lane in 0..self.lanes.len() {
                for _ in 0..window {
                    let now = self.began.elapsed();
                    self.send(lane, now)?;
                }
            }
        }
        Ok(())
    }

    fn step(&mut self, events: &mut Events) -> Result<()> {
        // The open loop spins: a timer's resolution would be part of every latency.
        let wait = match self.plan.pace {
            Pace::Open { .. } if self.is_sending => Duration::ZERO,
            _ => Duration::from_millis(5),
        };
        if let Err(error) = self.poll.poll(events, Some(wait))
            && error.kind() != ErrorKind::Interrupted
        {
            return Err(error.into());
        }
        for event in events.iter() {
            let index = event.token().0;
            if event.is_writable() {
                self.flush(index)?;
            }
            if event.is_readable() {
                self.receive(index)?;
            }
        }
        if let Pace::Open { per_second } = self.plan.pace {
            self.send_due(per_second)?;
        }
        Ok(())
    }

    /// Sends what the schedule has by now.
    fn send_due(&mut self, per_second: f64) -> Result<()> {
        while self.is_sending {
            let due = Duration::from_secs_f64(self.scheduled as f64 / per_second);
            let now = self.began.elapsed();
            if due > now {
                break;
            }
            if self.is_counting {
                self.tally.late(now - due);
            }
            let lane = usize::try_from(self.scheduled).unwrap_or(0) % self.lanes.len();
            self.scheduled += 1;
            self.send(lane, due)?;
        }
        Ok(())
    }

    fn send(&mut self, lane: usize, due: Duration) -> Result<()> {
        let sender = &mut self.lanes[lane];
        let marker = Marker {
            run: self.plan.run,
            lane: lane as u64,
            number: sender.next,
            due_ns: u64::try_from(due.as_nanos())?,
        };
        sender.next += 1;
        self.tally.sent += 1;
        sender.missing.push_back((sender.receivers, marker.due_ns));
        let socket = &mut self.sockets[sender.socket];
        (sender.encode)(&mut socket.waiting, &marker.text());
        let index = sender.socket;
        self.flush(index)
    }

    fn flush(&mut self, index: usize) -> Result<()> {
        let socket = &mut self.sockets[index];
        while !socket.waiting.is_empty() {
            match socket.stream.write(&socket.waiting) {
                Ok(length) => {
                    socket.waiting.drain(..length);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn receive(&mut self, index: usize) -> Result<()> {
        loop {
            let socket = &mut self.sockets[index];
            let length = match socket.stream.read(&mut self.buffer) {
                Ok(0) => bail!("the server closed a connection"),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            if let Some((lane, expected)) = socket.receives {
                self.tally.received_bytes += length as u64;
                let piece = &self.buffer[..length];
                let mut found = Vec::new();
                match socket.needle {
                    Some(needle) => {
                        let count = socket.scanner.count(piece, needle);
                        found = self.oldest(lane, count);
                    }
                    None => socket.scanner.scan(piece, |marker| found.push(marker)),
                }
                let mut next = expected;
                for marker in found {
                    self.count(marker, lane, &mut next)?;
                }
                self.sockets[index].receives = Some((lane, next));
            }
            if length < self.buffer.len() {
                return Ok(());
            }
        }
    }

    /// The oldest messages under way, as their markers would say.
    fn oldest(&self, lane: usize, count: usize) -> Vec<Marker> {
        let sender = &self.lanes[lane];
        let first = sender.next - sender.missing.len() as u64;
        let numbered = (first..).zip(&sender.missing).take(count);
        numbered
            .map(|(number, (_, due_ns))| Marker {
                run: self.plan.run,
                lane: lane as u64,
                number,
                due_ns: *due_ns,
            })
            .collect()
    }

    /// One marker at one receiver.
    fn count(&mut self, marker: Marker, lane: usize, next: &mut u64) -> Result<()> {
        if marker.run != self.plan.run || marker.lane != lane as u64 {
            return Ok(());
        }
        if marker.number < *next {
            self.tally.duplicated += 1;
            return Ok(());
        }
        if marker.number > *next {
            self.tally.out_of_order += 1;
        }
        *next = marker.number + 1;
        let now = self.began.elapsed();
        let latency = now.saturating_sub(Duration::from_nanos(marker.due_ns));
        let is_last = self.arrived(lane, marker.number);
        if self.is_counting {
            self.tally.delivered(latency, is_last);
        }
        if is_last && self.is_sending && matches!(self.plan.pace, Pace::Closed { .. }) {
            self.send(lane, now)?;
        }
        Ok(())
    }

    /// Whether everybody has it now.
    fn arrived(&mut self, lane: usize, number: u64) -> bool {
        let sender = &mut self.lanes[lane];
        let oldest = sender.next - sender.missing.len() as u64;
        let Some(place) = number
            .checked_sub(oldest)
            .and_then(|place| usize::try_from(place).ok())
        else {
            return false;
        };
        let Some((missing, _)) = sender.missing.get_mut(place) else {
            return false;
        };
        *missing = missing.saturating_sub(1);
        let is_last = *missing == 0;
        while matches!(sender.missing.front(), Some((0, _))) {
            sender.missing.pop_front();
        }
        is_last
    }

    fn is_done(&self) -> bool {
        self.lanes.iter().all(|lane| lane.missing.is_empty())
    }
}
