//! One table for each storage: ours beside the floors and the peers of the same run, and beside
//! the goals.

use std::fmt::Write;

use super::{Results, table::short};
use crate::peers::Name::{
    self, Ejabberd, Floor, FloorAxum, Redis, RelayNodes, RelayPostgres, RelaySqlite, Seed,
    SeedTuned, Sio, SioNodes,
};

/// A line: scenario, figure, what it is, and the goals it is held against.
type Line = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, Against, f64)],
);

/// What a goal compares with.
#[derive(Clone, Copy)]
enum Against {
    /// At most so many times this peer's figure.
    Most(Name),
    /// At least so many times this peer's figure.
    Least(Name),
    /// At most this.
    Fixed,
}
use Against::{Fixed, Least, Most};

/// Everybody beside ours.
const PEERS: [Name; 8] = [
    Floor, FloorAxum, Sio, SioNodes, Seed, SeedTuned, Ejabberd, Redis,
];

const LINES: &[Line] = &[
    (
        "pair-http",
        "cpu_us",
        "1:1 by HTTP, CPU us",
        &[("P1", Most(Seed), 1.0 / 18.0), ("P1", Most(SeedTuned), 0.2)],
    ),
    (
        "pair-http",
        "per_second",
        "1:1 by HTTP, a second",
        &[("P2", Least(Seed), 15.0), ("P2", Least(SeedTuned), 4.0)],
    ),
    (
        "pair-ws W1",
        "cpu_us",
        "1:1 by socket, CPU us",
        &[("P3", Most(Sio), 0.65), ("P3", Most(Ejabberd), 0.5)],
    ),
    ("pair-ws W1", "per_second", "1:1 by socket, a second", &[]),
    (
        "ephemeral",
        "cpu_us",
        "typing, CPU us",
        &[("P5", Most(Floor), 1.4), ("P5", Most(Sio), 1.0 / 6.0)],
    ),
    (
        "pair-rate 1000/s",
        "p50_us",
        "1000/s, p50 us",
        &[("P6", Most(Seed), 0.25), ("P6", Most(SeedTuned), 0.8)],
    ),
    (
        "pair-rate 1000/s",
        "p99_us",
        "1000/s, p99 us",
        &[
            ("P6", Most(Seed), 0.08),
            ("P6", Most(SeedTuned), 0.15),
            ("P6", Most(Ejabberd), 1.5),
        ],
    ),
    (
        "fan 10 W1",
        "cpu_us",
        "room of 10, CPU us per delivery",
        &[],
    ),
    (
        "fan 100 W1",
        "cpu_us",
        "room of 100, CPU us per delivery",
        &[
            ("P7", Most(Floor), 1.2),
            ("P7", Most(Sio), 1.0 / 3.2),
            ("P7", Most(Ejabberd), 0.125),
        ],
    ),
    (
        "fan 1000 W1",
        "cpu_us",
        "room of 1000, CPU us per delivery",
        &[("P7", Most(Floor), 1.2), ("P7", Most(Sio), 1.0 / 3.2)],
    ),
    (
        "fan 100 W4",
        "per_second",
        "room of 100, 4 under way, deliveries a second",
        &[("P8", Least(Sio), 8.0)],
    ),
    (
        "fan 1000 W4",
        "per_second",
        "room of 1000, 4 under way, deliveries a second",
        &[("P8", Least(Sio), 8.0)],
    ),
    (
        "fan-paced 1000 10/s",
        "last_p50_us",
        "the last of 1000, p50 us",
        &[("P9", Most(Sio), 0.35)],
    ),
    (
        "fan-paced 1000 10/s",
        "last_p99_us",
        "the last of 1000, p99 us",
        &[("P9", Most(Sio), 0.6)],
    ),
    (
        "idle",
        "kib_per_socket",
        "idle socket, KiB",
        &[
            ("P10", Fixed, 3.0),
            ("P10", Most(Sio), 1.0 / 7.0),
            ("P10", Most(Ejabberd), 1.0 / 13.0),
        ],
    ),
    (
        "reconnect-storm",
        "cpu_seconds_per_10k",
        "10k reconnect, CPU s",
        &[("P12", Fixed, 2.0)],
    ),
    (
        "two-nodes",
        "cpu_us",
        "1:1 from node to node at 1000/s, CPU us",
        &[("P14", Most(SioNodes), 0.25)],
    ),
    (
        "two-nodes",
        "p50_us",
        "1:1 from node to node at 1000/s, p50 us",
        &[],
    ),
    (
        "two-nodes",
        "p99_us",
        "1:1 from node to node at 1000/s, p99 us",
        &[],
    ),
];

/// The tables.
pub(super) fn storages(out: &mut String, results: &Results) {
    for (title, ours) in [
        ("SQLite", RelaySqlite),
        ("PostgreSQL", RelayPostgres),
        ("Two nodes on PostgreSQL and Redis", RelayNodes),
    ] {
        let heads: Vec<_> = PEERS.iter().map(|peer| peer.text()).collect();
        let _ = writeln!(
            out,
            "\n## {title}\n\n| | {} | {} | goals |",
            ours.text(),
            heads.join(" | ")
        );
        let _ = writeln!(out, "|---|{}", "---|".repeat(PEERS.len() + 2));
        for line in LINES {
            storage_line(out, results, ours, line);
        }
    }
}

fn storage_line(out: &mut String, results: &Results, ours: Name, line: &Line) {
    let (scenario, figure, what, goals) = *line;
    let Some(own) = results.median(scenario, ours, figure) else {
        return;
    };
    let _ = write!(out, "| {what} | **{}** |", short(own));
    for peer in PEERS {
        let value = results.median(scenario, peer, figure);
        let _ = write!(out, " {} |", value.map_or("–".to_owned(), short));
    }
    let judged = |(id, against, bound): &(&str, Against, f64)| {
        let ratio = |peer| results.ratio(scenario, figure, (ours, peer));
        let (figure, sign, of) = match *against {
            Most(peer) => (ratio(peer), "≤", peer.text()),
            Least(peer) => (ratio(peer), "≥", peer.text()),
            Fixed => (Some(own), "≤", ""),
        };
        let is_reached = figure.map(|figure| {
            if matches!(against, Least(_)) {
                figure >= *bound
            } else {
                figure <= *bound
            }
        });
        let verdict = match is_reached {
            Some(true) => "reached",
            Some(false) => "**missed**",
            None => "not measured",
        };
        let figure = figure.map_or("–".to_owned(), short);
        let times = if of.is_empty() {
            String::new()
        } else {
            format!(" × {of}")
        };
        format!("{id}: {figure} {sign} {}{times} {verdict}", short(*bound))
    };
    let judged: Vec<String> = goals.iter().map(judged).collect();
    let _ = writeln!(out, " {} |", judged.join("; "));
}
