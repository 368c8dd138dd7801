//! What the system says about this process, under the names that Prometheus's own clients use.

use std::fs;

use relaychat_engine::metrics::{Family, FamilyKind, Sample, SampleValue};

/// Ticks a second in `/proc/self/stat`: 100 on every Linux that user programs can see.
const TICKS_PER_SECOND: f64 = 100.0;
/// `VmRSS` is given in these.
const KIB: f64 = 1_024.0;

/// Memory, processor time, open files, and which build this is. What the system does not tell is
/// left out.
pub(super) fn families() -> Vec<Family> {
    let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
    let mut families = vec![family(
        "relaychat_build_info",
        "The version that runs.",
        FamilyKind::Gauge,
        version,
        1.0,
    )];
    let figures = [
        (
            "process_cpu_seconds_total",
            "Processor time used.",
            FamilyKind::Counter,
            cpu_seconds(),
        ),
        (
            "process_resident_memory_bytes",
            "Memory in use.",
            FamilyKind::Gauge,
            resident_bytes(),
        ),
        (
            "process_open_fds",
            "Open file descriptors.",
            FamilyKind::Gauge,
            open_files(),
        ),
        (
            "process_max_fds",
            "File descriptors that may be open.",
            FamilyKind::Gauge,
            open_files_max().map(|count| count as f64),
        ),
    ];
    for (name, help, kind, value) in figures {
        families.extend(value.map(|value| family(name, help, kind, Vec::new(), value)));
    }
    families
}

/// How many files this process may have open.
pub(crate) fn open_files_max() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in parentheses, may hold spaces; what follows does not.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    Some(ticks / TICKS_PER_SECOND)
}

fn resident_bytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * KIB)
}

fn open_files() -> Option<f64> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count() as f64)
}

fn family(
    name: &'static str,
    help: &'static str,
    kind: FamilyKind,
    labels: Vec<(&'static str, String)>,
    value: f64,
) -> Family {
    let value = SampleValue::Number(value);
    Family {
        name,
        help,
        kind,
        samples: vec![Sample { labels, value }],
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_all_of_it() {
        assert_eq!(families().len(), 5);
        assert!(resident_bytes().expect("memory") > 1_000_000.0);
        assert!(open_files().expect("files") > 2.0);
    }
}
