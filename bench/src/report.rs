//! What was measured: one JSON line for each run, and the tables made from them.

mod goals;
mod storages;
mod table;

use std::{collections::BTreeMap, fs, io::Write, path::PathBuf, process::Command};

use anyhow::Result;
use serde::Serialize;

use crate::{load::Tally, peers::Name};

pub(crate) use goals::{Goal, goals, laws};
pub(crate) use table::markdown;

/// A generator that is later than this at the 99th percentile made the latency itself.
const LATE_US_MAX: u64 = 500;
/// A generator that is busier than this was the bottleneck of the throughput.
const GENERATOR_LOAD_MAX: f64 = 0.9;

/// Named figures of one run; the unit is in the name.
pub(crate) type Figures = BTreeMap<String, f64>;

/// One run of one scenario on one peer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Record {
    pub(crate) scenario: String,
    pub(crate) peer: &'static str,
    pub(crate) round: usize,
    pub(crate) figures: Figures,
    /// Which figures of this round say nothing, and why.
    pub(crate) void: Vec<&'static str>,
    /// Lost, doubled or out of order. Any fails the whole run.
    pub(crate) faults: u64,
    /// Why there are no figures.
    pub(crate) failure: Option<String>,
}

impl Record {
    pub(crate) fn new(scenario: &str, peer: Name, round: usize) -> Self {
        Self {
            scenario: scenario.to_owned(),
            peer: peer.text(),
            round,
            figures: Figures::new(),
            void: Vec::new(),
            faults: 0,
            failure: None,
        }
    }

    /// Takes over what a load counted.
    pub(crate) fn count(&mut self, tally: &Tally) {
        let deliveries = tally.deliveries.max(1) as f64;
        let mut put = |name: &str, value: f64| {
            self.figures.insert(name.to_owned(), value);
        };
        put("per_second", tally.deliveries as f64 / tally.seconds);
        put("cpu_us", tally.server_cpu_us as f64 / deliveries);
        for (name, quantile) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)] {
            let latency = tally.latency_us.value_at_quantile(quantile);
            let last = tally.last_us.value_at_quantile(quantile);
            put(&format!("{name}_us"), latency as f64);
            put(&format!("last_{name}_us"), last as f64);
        }
        put("bytes", tally.received_bytes as f64 / deliveries);
        put("generator_load", tally.generator_load);
        let late_us = tally.late_us.value_at_quantile(0.99);
        put("generator_late_p99_us", late_us as f64);
        put("lost", tally.lost as f64);
        put("duplicated", tally.duplicated as f64);
        put("out_of_order", tally.out_of_order as f64);
        if late_us > LATE_US_MAX {
            self.void.push("latency: the generator was late");
        }
        // A generator that spins for its schedule is always busy; its lateness tells.
        if tally.late_us.is_empty() && tally.generator_load > GENERATOR_LOAD_MAX {
            self.void
                .push("throughput: the generator was the bottleneck");
        }
        self.faults = tally.lost + tally.duplicated + tally.out_of_order;
    }
}

/// Everything that was measured, written as it comes.
pub(crate) struct Results {
    pub(crate) records: Vec<Record>,
    lines: fs::File,
    stem: PathBuf,
    pub(crate) machine: String,
}

impl Results {
    /// New files in `folder`, named after the commit.
    pub(crate) fn create(folder: PathBuf, label: &str) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        let commit = commit();
        let stem = folder.join(format!("{commit}{label}"));
        Ok(Self {
            records: Vec::new(),
            lines: fs::File::create(stem.with_extension("jsonl"))?,
            stem,
            machine: format!("Commit {commit}, {}.", machine()),
        })
    }

    pub(crate) fn add(&mut self, record: Record) -> Result<()> {
        writeln!(self.lines, "{}", serde_json::to_string(&record)?)?;
        self.records.push(record);
        Ok(())
    }

    /// Writes the tables beside the lines; where.
    pub(crate) fn finish(&self, tables: &str) -> Result<PathBuf> {
        let path = self.stem.with_extension("md");
        fs::write(&path, tables)?;
        Ok(path)
    }

    /// The figure of each round, for one peer; void rounds are left out.
    fn rounds(&self, scenario: &str, peer: Name, figure: &str) -> BTreeMap<usize, f64> {
        let kind = if figure.contains("cpu") || figure.contains("kib") || figure == "bytes" {
            "cpu"
        } else if figure == "per_second" {
            "throughput"
        } else {
            "latency"
        };
        let records = self.records.iter();
        records
            .filter(|record| record.scenario == scenario && record.peer == peer.text())
            .filter(|record| !record.void.iter().any(|void| void.starts_with(kind)))
            .filter_map(|record| Some((record.round, *record.figures.get(figure)?)))
            .collect()
    }

    /// The median over the rounds.
    pub(crate) fn median(&self, scenario: &str, peer: Name, figure: &str) -> Option<f64> {
        median(self.rounds(scenario, peer, figure).into_values().collect())
    }

    /// The median of the ratios within each round.
    pub(crate) fn ratio(
        &self,
        scenario: &str,
        figure: &str,
        (ours, theirs): (Name, Name),
    ) -> Option<f64> {
        let theirs = self.rounds(scenario, theirs, figure);
        let ours = self.rounds(scenario, ours, figure);
        let ratio = |(round, ours): (usize, f64)| {
            let theirs = theirs.get(&round)?;
            (*theirs > 0.0).then_some(ours / theirs)
        };
        median(ours.into_iter().filter_map(ratio).collect())
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn commit() -> String {
    let args = ["describe", "--always", "--dirty", "--exclude=*"];
    let output = Command::new("git").args(args).output();
    let commit = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    commit
        .ok()
        .filter(|commit| !commit.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

/// Cores, processor and memory.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let processor = field("/proc/cpuinfo", "model name");
    let memory = field("/proc/meminfo", "MemTotal");
    format!("{cores} cores, {processor}, {memory}")
}

fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(':'));
    value
        .map_or("unknown", |(_, value)| value.trim())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_one_of_the_measured_values() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![]), None);
    }
}
