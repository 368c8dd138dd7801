//! What Linux says about the server's process: memory and processor time.

use std::fs;

use anyhow::{Context, Result};

/// Clock ticks a second in `/proc`: fixed at 100 for programs on every Linux platform of ours.
const TICKS_PER_SECOND: u64 = 100;

/// Resident memory, in bytes.
pub(crate) fn resident_bytes(process_id: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process_id}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("no VmRSS: is this Linux?")?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes * 1024)
}

/// User and system time since the start, in microseconds.
pub(crate) fn cpu_us(process_id: u32) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{process_id}/stat"))?;
    // The name in parentheses may hold spaces; the fields are counted behind it.
    let fields = stat.rsplit_once(") ").context("an unreadable stat file")?.1;
    let ticks = fields
        .split(' ')
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>())
        .sum::<Result<u64, _>>()?;
    Ok(ticks * 1_000_000 / TICKS_PER_SECOND)
}
