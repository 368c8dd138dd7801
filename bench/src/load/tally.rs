//! What a round counted.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Latencies are kept to three digits, from a microsecond to a minute.
const SIGNIFICANT_DIGITS: u8 = 3;
const LATENCY_US_MAX: u64 = 60_000_000;

/// What a round counted.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) deliveries: u64,
    /// Messages that were sent from the first to the last moment, warming up included.
    pub(crate) sent: u64,
    pub(crate) seconds: f64,
    pub(crate) server_cpu_us: u64,
    /// The generator's processor time as a share of one core.
    pub(crate) generator_load: f64,
    pub(crate) latency_us: Histogram<u64>,
    /// From the send to the last receiver.
    pub(crate) last_us: Histogram<u64>,
    pub(crate) late_us: Histogram<u64>,
    pub(crate) lost: u64,
    pub(crate) duplicated: u64,
    pub(crate) out_of_order: u64,
    pub(crate) received_bytes: u64,
    from: Duration,
}

impl Tally {
    pub(super) fn new() -> Self {
        let histogram = || {
            Histogram::new_with_bounds(1, LATENCY_US_MAX, SIGNIFICANT_DIGITS)
                .expect("these bounds are valid")
        };
        Self {
            deliveries: 0,
            sent: 0,
            seconds: 0.0,
            server_cpu_us: 0,
            generator_load: 0.0,
            latency_us: histogram(),
            last_us: histogram(),
            late_us: histogram(),
            lost: 0,
            duplicated: 0,
            out_of_order: 0,
            received_bytes: 0,
            from: Duration::ZERO,
        }
    }

    pub(super) fn measured_from(&mut self, at: Duration) {
        self.from = at;
        self.received_bytes = 0;
    }

    pub(super) fn measured_to(&mut self, at: Duration, (server_us, own_us): (u64, u64)) {
        self.seconds = (at - self.from).as_secs_f64();
        self.server_cpu_us = server_us;
        self.generator_load = own_us as f64 / 1e6 / self.seconds;
    }

    pub(super) fn delivered(&mut self, latency: Duration, is_last: bool) {
        self.deliveries += 1;
        self.latency_us.saturating_record(us(latency));
        if is_last {
            self.last_us.saturating_record(us(latency));
        }
    }

    pub(super) fn late(&mut self, by: Duration) {
        self.late_us.saturating_record(us(by));
    }
}

fn us(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
