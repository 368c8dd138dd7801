//! The goals and laws that the figures are held against.
//!
//! Goals are ratios to floors and peers of the same run; laws compare RelayChat with itself at
//! another size, so they hold on any machine. A figure that was not measured is shown as such: it
//! is never reached by being absent.

use super::Results;
use crate::peers::Name::{
    self, Ejabberd, Floor, Redis, RelayMemory, RelayNodes, RelayPostgres, RelaySqlite, Seed,
    SeedTuned, Sio, SioNodes,
};

/// One line of a table.
pub(crate) struct Goal {
    pub(crate) id: &'static str,
    pub(crate) what: String,
    pub(crate) figure: Option<f64>,
    pub(crate) bound: f64,
    /// Whether the figure must stay below the bound (or else above it).
    pub(crate) is_most: bool,
}

impl Goal {
    /// Whether it is reached; `None` when it was not measured.
    pub(crate) fn is_reached(&self) -> Option<bool> {
        let figure = self.figure?;
        Some(if self.is_most {
            figure <= self.bound
        } else {
            figure >= self.bound
        })
    }
}

/// A ratio of ours to theirs that is to stay below a bound, or above it.
struct Ratio(&'static str, &'static str, Name, Name, Bound);

enum Bound {
    Most(f64),
    Least(f64),
}
use Bound::{Least, Most};

/// Goal, scenario, figure and who is compared.
const RATIOS: &[(&str, Ratio)] = &[
    (
        "P1",
        Ratio("pair-http", "cpu_us", RelaySqlite, Seed, Most(1.0 / 18.0)),
    ),
    (
        "P1",
        Ratio("pair-http", "cpu_us", RelaySqlite, SeedTuned, Most(0.2)),
    ),
    (
        "P1",
        Ratio("pair-http", "cpu_us", RelayPostgres, Seed, Most(1.0 / 18.0)),
    ),
    (
        "P1",
        Ratio("pair-http", "cpu_us", RelayPostgres, SeedTuned, Most(0.2)),
    ),
    (
        "P2",
        Ratio("pair-http", "per_second", RelaySqlite, Seed, Least(15.0)),
    ),
    (
        "P2",
        Ratio(
            "pair-http",
            "per_second",
            RelaySqlite,
            SeedTuned,
            Least(4.0),
        ),
    ),
    (
        "P2",
        Ratio("pair-http", "per_second", RelayPostgres, Seed, Least(15.0)),
    ),
    (
        "P2",
        Ratio(
            "pair-http",
            "per_second",
            RelayPostgres,
            SeedTuned,
            Least(4.0),
        ),
    ),
    (
        "P3",
        Ratio("pair-ws W1", "cpu_us", RelaySqlite, Sio, Most(0.65)),
    ),
    (
        "P3",
        Ratio("pair-ws W1", "cpu_us", RelaySqlite, Ejabberd, Most(0.5)),
    ),
    (
        "P3",
        Ratio("pair-ws W1", "cpu_us", RelayPostgres, Sio, Most(0.65)),
    ),
    (
        "P3",
        Ratio("pair-ws W1", "cpu_us", RelayPostgres, Ejabberd, Most(0.5)),
    ),
    (
        "P4",
        Ratio(
            "pair-http",
            "per_second",
            RelaySqlite,
            RelayMemory,
            Least(0.4),
        ),
    ),
    (
        "P4",
        Ratio(
            "pair-ws W1",
            "per_second",
            RelaySqlite,
            RelayMemory,
            Least(0.55),
        ),
    ),
    (
        "P5",
        Ratio("ephemeral", "cpu_us", RelaySqlite, Floor, Most(1.4)),
    ),
    (
        "P5",
        Ratio("ephemeral", "cpu_us", RelaySqlite, Sio, Most(1.0 / 6.0)),
    ),
    (
        "P14",
        Ratio("two-nodes", "cpu_us", RelayNodes, SioNodes, Most(0.25)),
    ),
    (
        "P6",
        Ratio("pair-rate 1000/s", "p50_us", RelaySqlite, Seed, Most(0.25)),
    ),
    (
        "P6",
        Ratio(
            "pair-rate 1000/s",
            "p50_us",
            RelaySqlite,
            SeedTuned,
            Most(0.8),
        ),
    ),
    (
        "P6",
        Ratio("pair-rate 1000/s", "p99_us", RelaySqlite, Seed, Most(0.08)),
    ),
    (
        "P6",
        Ratio(
            "pair-rate 1000/s",
            "p99_us",
            RelaySqlite,
            SeedTuned,
            Most(0.15),
        ),
    ),
    (
        "P6",
        Ratio(
            "pair-rate 1000/s",
            "p99_us",
            RelaySqlite,
            Ejabberd,
            Most(1.5),
        ),
    ),
    (
        "P7",
        Ratio("fan 100 W1", "cpu_us", RelaySqlite, Floor, Most(1.2)),
    ),
    (
        "P7",
        Ratio("fan 1000 W1", "cpu_us", RelaySqlite, Floor, Most(1.2)),
    ),
    (
        "P7",
        Ratio("fan 100 W1", "cpu_us", RelaySqlite, Sio, Most(1.0 / 3.2)),
    ),
    (
        "P7",
        Ratio("fan 1000 W1", "cpu_us", RelaySqlite, Sio, Most(1.0 / 3.2)),
    ),
    (
        "P7",
        Ratio("fan 100 W1", "cpu_us", RelaySqlite, Ejabberd, Most(0.125)),
    ),
    (
        "P8",
        Ratio("fan 100 W4", "per_second", RelaySqlite, Sio, Least(8.0)),
    ),
    (
        "P8",
        Ratio("fan 1000 W4", "per_second", RelaySqlite, Sio, Least(8.0)),
    ),
    (
        "P9",
        Ratio(
            "fan-paced 1000 10/s",
            "last_p50_us",
            RelaySqlite,
            Sio,
            Most(0.35),
        ),
    ),
    (
        "P9",
        Ratio(
            "fan-paced 1000 10/s",
            "last_p99_us",
            RelaySqlite,
            Sio,
            Most(0.6),
        ),
    ),
    (
        "P10",
        Ratio("idle", "kib_per_socket", RelaySqlite, Sio, Most(1.0 / 7.0)),
    ),
    (
        "P10",
        Ratio(
            "idle",
            "kib_per_socket",
            RelaySqlite,
            Ejabberd,
            Most(1.0 / 13.0),
        ),
    ),
];

/// The goals P1 to P10, and what else of the list is measured.
pub(crate) fn goals(results: &Results) -> Vec<Goal> {
    let mut goals: Vec<Goal> = RATIOS
        .iter()
        .map(|(id, Ratio(scenario, figure, ours, theirs, bound))| {
            let (bound, is_most) = match *bound {
                Most(bound) => (bound, true),
                Least(bound) => (bound, false),
            };
            Goal {
                id,
                what: format!("{scenario}: {figure}, {} / {}", ours.text(), theirs.text()),
                figure: results.ratio(scenario, figure, (*ours, *theirs)),
                bound,
                is_most,
            }
        })
        .collect();
    let absolute = |id, scenario: &str, figure: &str, bound| Goal {
        id,
        what: format!("{scenario}: {figure}, relay-sqlite"),
        figure: results.median(scenario, RelaySqlite, figure),
        bound,
        is_most: true,
    };
    goals.push(absolute("P10", "idle", "kib_per_socket", 3.0));
    goals.push(absolute(
        "P12",
        "reconnect-storm",
        "cpu_seconds_per_10k",
        2.0,
    ));
    goals.push(absolute("P13", "cold", "start_ms", 150.0));
    goals.push(absolute("P13", "cold", "resident_mib", 30.0));
    let wire = results.ratio("pair-http", "bytes", (RelaySqlite, Seed));
    goals.push(Goal {
        id: "P15",
        what: "pair-http: bytes received, relay-sqlite / seed".to_owned(),
        figure: wire,
        bound: 0.65,
        is_most: true,
    });
    let p50_us = |peer| results.median("two-nodes", peer, "p50_us");
    let added = p50_us(RelayNodes).zip(p50_us(RelayPostgres));
    let added = added.map(|(two, one)| two - one).zip(p50_us(Redis));
    goals.push(Goal {
        id: "P14",
        what: "two-nodes: p50 that the second node adds, relay-nodes / Redis's own".to_owned(),
        figure: added.map(|(added, own)| added / own),
        bound: 2.5,
        is_most: true,
    });
    goals
}

/// One law: RelayChat against itself at another size.
pub(crate) fn laws(results: &Results) -> Vec<Goal> {
    let mut laws = Vec::new();
    for peer in [RelaySqlite, RelayPostgres] {
        let ratio = |scenario: &str, large: &str, small: &str| {
            let large = results.median(scenario, peer, large)?;
            let small = results.median(scenario, peer, small)?;
            (small > 0.0).then_some(large / small)
        };
        let mut law = |id, what: &str, figure, bound| {
            laws.push(Goal {
                id,
                what: format!("{what}, {}", peer.text()),
                figure,
                bound,
                is_most: true,
            });
        };
        let missed = ratio("catchup", "missed_100_large_us", "missed_100_small_us");
        law("L1", "catch-up of 100, long history / short", missed, 2.0);
        let bytes = ratio("catchup", "missed_100_bytes", "missed_100_payload_bytes");
        law(
            "L1",
            "catch-up of 100, bytes / bytes of the messages",
            bytes,
            1.3,
        );
        let unread = ratio("inbox", "unread_large_us", "unread_small_us");
        law("L2", "unread total, long history / short", unread, 1.5);
        let list = ratio("inbox", "chats_large_us", "chats_small_us");
        law("L2", "list of chats, long history / short", list, 1.5);
        let fan = results
            .median("fan 1000 W1", peer, "cpu_us")
            .zip(results.median("fan 100 W1", peer, "cpu_us"))
            .map(|(large, small)| large / small);
        law("L3", "CPU per delivery, 1000 members / 100", fan, 1.3);
        let idle = ratio("idle", "kib_per_socket", "kib_per_socket_tenth");
        law(
            "L4",
            "memory of an idle socket, all / the first tenth",
            idle,
            1.1,
        );
        let again = ratio("idle", "resident_again_mib", "resident_mib");
        law(
            "L4",
            "memory after five cycles / the first peak",
            again,
            1.2,
        );
        let syncs = results.median("pair-ws W1", peer, "commits_per_message");
        law(
            "L7",
            "commits (waits for the disk) per message, 50 senders",
            syncs,
            0.125,
        );
        let page = ratio("history-page", "page_1000_us", "page_1_us");
        law("L9", "page 1000 of a history / page 1", page, 1.5);
        let repeat = results.median("repeat", peer, "commits_per_message");
        law("L10", "commits (writes) per repeated send", repeat, 0.0);
    }
    laws
}
