//! What Linux says about a server's processes: memory and processor time, children included.

use std::{collections::HashMap, fs};

use anyhow::{Context, Result};

/// Clock ticks a second in `/proc`: fixed at 100 for programs on every Linux platform of ours.
const TICKS_PER_SECOND: u64 = 100;

/// Resident memory of one process, in bytes.
pub(crate) fn resident_bytes(process_id: u32) -> Result<u64> {
    status_bytes(process_id, "VmRSS:")
}

/// The most resident memory it has ever had, in bytes.
pub(crate) fn peak_bytes(process_id: u32) -> Result<u64> {
    status_bytes(process_id, "VmHWM:")
}

fn status_bytes(process_id: u32, name: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process_id}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .with_context(|| format!("no {name} is this Linux?"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes * 1024)
}

/// These processes and everything they have started.
pub(crate) fn tree(roots: &[u32]) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    for id in entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
        if let Some(parent) = fields(id).and_then(|fields| fields.get(1)?.parse().ok()) {
            children.entry(parent).or_default().push(id);
        }
    }
    let mut found = roots.to_vec();
    let mut next = 0;
    while let Some(id) = found.get(next) {
        found.extend(children.remove(id).unwrap_or_default());
        next += 1;
    }
    found
}

/// User and system time of these processes and of their ended children, in microseconds.
pub(crate) fn cpu_us(process_ids: &[u32]) -> u64 {
    let ticks = process_ids
        .iter()
        .filter_map(|id| fields(*id))
        // utime, stime and the same of children that were waited for.
        .flat_map(|fields| fields.into_iter().skip(11).take(4).collect::<Vec<_>>())
        .filter_map(|field| field.parse::<u64>().ok())
        .sum::<u64>();
    ticks * 1_000_000 / TICKS_PER_SECOND
}

/// The fields of `/proc/ID/stat` behind the name, which may hold spaces.
fn fields(process_id: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{process_id}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.split(' ').map(str::to_owned).collect())
}
