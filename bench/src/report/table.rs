//! The tables as Markdown.

use std::fmt::Write;

use super::{Goal, Results, goals, laws, storages::storages};
use crate::peers::Name;

/// What is shown of each scenario, when it was measured: figure, heading, digits.
const COLUMNS: &[(&str, &str, usize)] = &[
    ("per_second", "per second", 0),
    ("cpu_us", "CPU us", 2),
    ("p50_us", "p50 us", 0),
    ("p99_us", "p99 us", 0),
    ("last_p50_us", "last p50 us", 0),
    ("last_p99_us", "last p99 us", 0),
    ("commits_per_message", "commits", 3),
    ("bytes", "bytes", 0),
];

/// Everything: goals, laws, scenarios.
pub(crate) fn markdown(results: &Results) -> String {
    let mut out = format!("# Measured\n\n{}\n", results.machine);
    out.push_str("\nCPU is that of the server with its database and broker, per delivery. Ratios are medians of ratios within a round. \"void\" rounds are left out.\n");
    storages(&mut out, results);
    judged(&mut out, "Goals", &goals(results));
    judged(&mut out, "Laws", &laws(results));
    out.push_str("\n## Scenarios\n");
    let mut seen: Vec<&str> = Vec::new();
    for record in &results.records {
        if !seen.contains(&record.scenario.as_str()) {
            seen.push(&record.scenario);
            scenario(&mut out, results, &record.scenario);
        }
    }
    failures(&mut out, results);
    out
}

fn judged(out: &mut String, title: &str, goals: &[Goal]) {
    let _ = writeln!(
        out,
        "\n## {title}\n\n| id | what | figure | bound | |\n|---|---|---|---|---|"
    );
    for goal in goals {
        let figure = goal.figure.map_or("–".to_owned(), short);
        let sign = if goal.is_most { "≤" } else { "≥" };
        let verdict = match goal.is_reached() {
            Some(true) => "reached",
            Some(false) => "**missed**",
            None => "not measured",
        };
        let Goal {
            id, what, bound, ..
        } = goal;
        let _ = writeln!(
            out,
            "| {id} | {what} | {figure} | {sign} {} | {verdict} |",
            short(*bound)
        );
    }
}

/// Three digits that mean something.
pub(super) fn short(value: f64) -> String {
    if value.abs() >= 100.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    }
}

fn scenario(out: &mut String, results: &Results, name: &str) {
    let of_it = || {
        results
            .records
            .iter()
            .filter(|record| record.scenario == name)
    };
    let mut peers: Vec<Name> = Vec::new();
    for record in of_it() {
        let peer = Name::all().find(|peer| peer.text() == record.peer);
        peers.extend(peer.filter(|peer| !peers.contains(peer)));
    }
    let has = |figure: &str| of_it().any(|record| record.figures.contains_key(figure));
    let columns: Vec<_> = COLUMNS.iter().filter(|(figure, ..)| has(figure)).collect();
    let is_load = has("per_second");
    let _ = writeln!(out, "\n### {name}\n");
    if is_load {
        let heads: Vec<_> = columns.iter().map(|(_, head, _)| *head).collect();
        let _ = writeln!(out, "| peer | {} | void |", heads.join(" | "));
        let _ = writeln!(out, "|---|{}---|", "---|".repeat(columns.len()));
        for peer in &peers {
            let _ = write!(out, "| {} |", peer.text());
            for (figure, _, digits) in &columns {
                match results.median(name, *peer, figure) {
                    Some(value) => write!(out, " {value:.digits$} |"),
                    None => write!(out, " – |"),
                }
                .expect("writing to a string does not fail");
            }
            let void =
                of_it().filter(|record| record.peer == peer.text() && !record.void.is_empty());
            let _ = writeln!(out, " {} |", void.count());
        }
        return;
    }
    let mut figures: Vec<&String> = of_it().flat_map(|record| record.figures.keys()).collect();
    figures.sort_unstable();
    figures.dedup();
    let heads: Vec<_> = peers.iter().map(|peer| peer.text()).collect();
    let _ = writeln!(
        out,
        "| | {} |\n|---|{}",
        heads.join(" | "),
        "---|".repeat(heads.len())
    );
    for figure in figures {
        let _ = write!(out, "| {figure} |");
        for peer in &peers {
            let value = results
                .median(name, *peer, figure)
                .map_or("–".to_owned(), short);
            let _ = write!(out, " {value} |");
        }
        out.push('\n');
    }
}

fn failures(out: &mut String, results: &Results) {
    let failed = results
        .records
        .iter()
        .filter(|record| record.failure.is_some() || record.faults > 0);
    let lines: Vec<String> = failed
        .map(|record| {
            let reason = record.failure.clone();
            let reason = reason.unwrap_or_else(|| {
                format!("{} faults: lost, doubled or out of order", record.faults)
            });
            format!(
                "- {} on {}, round {}: {reason}",
                record.scenario, record.peer, record.round
            )
        })
        .collect();
    if !lines.is_empty() {
        let _ = writeln!(out, "\n## Failed\n\n{}", lines.join("\n"));
    }
}
