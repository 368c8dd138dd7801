//! What an engine counts about itself: numbers for graphs and alarms, never who or which chat.
//!
//! An engine has its own counters; nothing is global, so several engines in one process do not mix
//! and a host's own recorder stays its own. [`Engine::metrics`](crate::Engine::metrics) reads them
//! as [`Family`]s, which any exporter can take over; the program `relaychat` writes them as text for
//! Prometheus. Counting is an atomic addition and never waits.

mod histogram;
mod requests;

use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use histogram::Histogram;
use requests::Requests;

/// Numbers of one kind.
#[derive(Clone, Debug)]
pub struct Family {
    /// The name, such as `relaychat_sends_seconds`.
    pub name: &'static str,
    /// What is counted, in one line.
    pub help: &'static str,
    /// How to read the values.
    pub kind: FamilyKind,
    /// The values, told apart by their labels.
    pub samples: Vec<Sample>,
}

/// How the values of a family behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FamilyKind {
    /// Only grows, until the process ends.
    Counter,
    /// Goes up and down.
    Gauge,
    /// How often how much was measured.
    Histogram,
}

/// A value with its labels.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Names and values. From a fixed set: never a person, a chat, an address.
    pub labels: Vec<(&'static str, String)>,
    /// What was counted.
    pub value: SampleValue,
}

/// What a sample holds.
#[derive(Clone, Debug, PartialEq)]
pub enum SampleValue {
    /// A number.
    Number(f64),
    /// A distribution.
    Distribution {
        /// Upper bound of each bucket and how many fell below or on it. The last has no bound and
        /// is the count of all.
        buckets: Vec<(f64, u64)>,
        /// Sum of everything measured.
        sum: f64,
    },
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: usize) {
        self.0.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number as it was last seen; none before.
#[derive(Debug)]
pub(crate) struct Seen(AtomicU64);

/// Nothing was seen yet.
const UNSEEN: u64 = u64::MAX;

impl Default for Seen {
    fn default() -> Self {
        Self(AtomicU64::new(UNSEEN))
    }
}

impl Seen {
    pub(crate) fn set(&self, count: u64) {
        self.0.store(count, Ordering::Relaxed);
    }

    fn get(&self) -> Option<u64> {
        let count = self.0.load(Ordering::Relaxed);
        (count != UNSEEN).then_some(count)
    }
}

/// The counters of one engine.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    pub(crate) sends: Histogram,
    pub(crate) sends_refused: Counter,
    pub(crate) batches: Counter,
    pub(crate) batch_writes: Counter,
    pub(crate) batches_failed: Counter,
    pub(crate) sockets_opened: Counter,
    pub(crate) frames_sent: Counter,
    pub(crate) slow_sockets: Counter,
    pub(crate) syncs: Histogram,
    pub(crate) mails_sent: Counter,
    pub(crate) mails_delayed: Counter,
    pub(crate) mails_given_up: Counter,
    pub(crate) mails_waiting: Seen,
    pub(crate) jobs_done: Counter,
    pub(crate) jobs_failed: Counter,
    pub(crate) requests: Requests,
}

impl Metrics {
    /// Everything that was counted, for reading.
    pub(crate) fn families(&self) -> Vec<Family> {
        let mut families = vec![
            histogram(
                "relaychat_sends_seconds",
                "Messages sent, from the command to its durable answer.",
                &self.sends,
            ),
            histogram(
                "relaychat_syncs_seconds",
                "Sync answers: what a client missed.",
                &self.syncs,
            ),
            family(
                "relaychat_requests_seconds",
                "REST requests by route and status.",
                FamilyKind::Histogram,
                self.requests.samples(),
            ),
        ];
        families.extend(self.counters());
        families.extend(self.background());
        families.extend(self.mails_waiting.get().map(|count| {
            let help = "Mails in the outbox, when this node last looked: each minute at least.";
            gauge("relaychat_mails_waiting", help, count as f64)
        }));
        families
    }

    fn counters(&self) -> impl Iterator<Item = Family> {
        [
            (
                "relaychat_sends_refused_total",
                "Messages refused: rate, permission, content.",
                &self.sends_refused,
            ),
            ("relaychat_batches_total", "Group commits.", &self.batches),
            (
                "relaychat_batch_writes_total",
                "Writes in group commits; divided by the commits, their size.",
                &self.batch_writes,
            ),
            (
                "relaychat_batches_failed_total",
                "Group commits that storage did not take.",
                &self.batches_failed,
            ),
            (
                "relaychat_sockets_opened_total",
                "Sockets that were authenticated.",
                &self.sockets_opened,
            ),
            (
                "relaychat_frames_sent_total",
                "Frames handed to sockets.",
                &self.frames_sent,
            ),
            (
                "relaychat_sockets_too_slow_total",
                "Sockets closed with 4508 because they read too slowly.",
                &self.slow_sockets,
            ),
        ]
        .into_iter()
        .map(|(name, help, counted)| counter(name, help, counted))
    }

    fn background(&self) -> [Family; 2] {
        let mails = [
            ("sent", &self.mails_sent),
            ("delayed", &self.mails_delayed),
            ("given_up", &self.mails_given_up),
        ];
        let jobs = [("done", &self.jobs_done), ("failed", &self.jobs_failed)];
        [
            family(
                "relaychat_mails_total",
                "Attempts to send a mail.",
                FamilyKind::Counter,
                outcomes(&mails),
            ),
            family(
                "relaychat_jobs_total",
                "Rounds of background work.",
                FamilyKind::Counter,
                outcomes(&jobs),
            ),
        ]
    }
}

/// One sample for each outcome.
fn outcomes(counters: &[(&'static str, &Counter)]) -> Vec<Sample> {
    let of = |(outcome, counter): &(&'static str, &Counter)| Sample {
        labels: vec![("outcome", (*outcome).to_owned())],
        value: SampleValue::Number(counter.get() as f64),
    };
    counters.iter().map(of).collect()
}

/// A number that goes up and down, as a family.
pub(crate) fn gauge(name: &'static str, help: &'static str, value: f64) -> Family {
    let sample = Sample {
        labels: Vec::new(),
        value: SampleValue::Number(value),
    };
    family(name, help, FamilyKind::Gauge, vec![sample])
}

/// Numbers that go up and down, told apart by the label `state`.
pub(crate) fn states(
    name: &'static str,
    help: &'static str,
    states: &[(&'static str, f64)],
) -> Family {
    let of = |(state, value): &(&'static str, f64)| Sample {
        labels: vec![("state", (*state).to_owned())],
        value: SampleValue::Number(*value),
    };
    let samples = states.iter().map(of).collect();
    family(name, help, FamilyKind::Gauge, samples)
}

fn counter(name: &'static str, help: &'static str, counter: &Counter) -> Family {
    let sample = Sample {
        labels: Vec::new(),
        value: SampleValue::Number(counter.get() as f64),
    };
    family(name, help, FamilyKind::Counter, vec![sample])
}

fn histogram(name: &'static str, help: &'static str, histogram: &Histogram) -> Family {
    let sample = Sample {
        labels: Vec::new(),
        value: histogram.value(),
    };
    family(name, help, FamilyKind::Histogram, vec![sample])
}

fn family(
    name: &'static str,
    help: &'static str,
    kind: FamilyKind,
    samples: Vec<Sample>,
) -> Family {
    Family {
        name,
        help,
        kind,
        samples,
    }
}
