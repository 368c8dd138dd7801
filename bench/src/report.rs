//! How figures are printed: with the commit and the machine they belong to.

use std::fs;
use std::process::Command;
use std::time::Duration;

/// The commit, the processor and the memory.
pub(crate) fn print_machine() {
    let commit = Command::new("git")
        .args(["describe", "--always", "--dirty"])
        .output();
    let commit = commit.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    let processor = field("/proc/cpuinfo", "model name");
    let memory = field("/proc/meminfo", "MemTotal");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("commit   {}", commit.unwrap_or_default());
    println!("machine  {cores} cores, {processor}, {memory}");
}

fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(':'));
    value
        .map_or("unknown", |(_, value)| value.trim())
        .to_owned()
}

/// The time that `per_mille` of a thousand stay below.
pub(crate) fn percentile(sorted: &[Duration], per_mille: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get(last * per_mille / 1000)
        .copied()
        .unwrap_or_default()
}

/// Milliseconds with two digits, as people compare them.
pub(crate) fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_measured_times() {
        let times: Vec<Duration> = (0..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 500), Duration::from_millis(50));
        assert_eq!(percentile(&times, 990), Duration::from_millis(99));
        assert_eq!(percentile(&[], 500), Duration::ZERO);
    }
}
