//! How long things took: a count in each of a few fixed buckets.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::SampleValue;

/// Upper bounds in microseconds: from a cached read to what a client gives up on, about two and a
/// half times each, which is what Prometheus's own clients use.
const BOUNDS_US: [u64; 13] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000, 10_000_000,
];
/// Microseconds in a second.
const SECOND_US: f64 = 1_000_000.0;

/// A distribution of times.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    /// How many fell into each bucket; the last is for what is above all bounds.
    counts: [AtomicU64; BOUNDS_US.len() + 1],
    sum_us: AtomicU64,
}

impl Histogram {
    pub(crate) fn record(&self, elapsed: Duration) {
        let elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS_US.partition_point(|bound| *bound < elapsed_us);
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(elapsed_us, Ordering::Relaxed);
    }

    pub(super) fn value(&self) -> SampleValue {
        let bounds = BOUNDS_US.iter().map(|bound| *bound as f64 / SECOND_US);
        let mut below = 0;
        let buckets = bounds
            .chain([f64::INFINITY])
            .zip(&self.counts)
            .map(|(bound, count)| {
                below += count.load(Ordering::Relaxed);
                (bound, below)
            })
            .collect();
        SampleValue::Distribution {
            buckets,
            sum: self.sum_us.load(Ordering::Relaxed) as f64 / SECOND_US,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_is_counted_in_its_bucket_and_all_larger_ones() {
        let histogram = Histogram::default();
        for elapsed_ms in [0, 1, 2, 60_000] {
            histogram.record(Duration::from_millis(elapsed_ms));
        }
        let SampleValue::Distribution { buckets, sum } = histogram.value() else {
            panic!("a distribution");
        };
        assert_eq!(buckets[0], (0.001, 2));
        assert_eq!(buckets[1], (0.0025, 3));
        assert_eq!(buckets[12], (10.0, 3));
        assert_eq!(buckets[13], (f64::INFINITY, 4));
        assert!((sum - 60.003).abs() < 1e-9, "{sum}");
    }
}
