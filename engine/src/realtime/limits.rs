//! What one socket and one network address may do.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Frames of one socket: a bucket that fills with time. Integers only: tokens are counted in
/// thousandths, so that a rate a second is a rate of thousandths a millisecond.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameRate {
    thousandths: u64,
    per_second: u64,
    burst: u64,
    updated_ms: u64,
}

impl FrameRate {
    pub(super) fn new(per_second: u32, burst: u32, now_ms: u64) -> Self {
        Self {
            thousandths: u64::from(burst) * 1_000,
            per_second: per_second.into(),
            burst: burst.into(),
            updated_ms: now_ms,
        }
    }

    /// Takes one frame out; `false` when there is none left.
    pub(super) fn allow(&mut self, now_ms: u64) -> bool {
        let passed_ms = now_ms.saturating_sub(self.updated_ms);
        self.updated_ms = now_ms;
        let filled = self
            .thousandths
            .saturating_add(passed_ms.saturating_mul(self.per_second));
        let filled = filled.min(self.burst * 1_000);
        let is_allowed = filled >= 1_000;
        self.thousandths = if is_allowed { filled - 1_000 } else { filled };
        is_allowed
    }
}

/// How many sockets each network address holds.
#[derive(Clone, Debug)]
pub(super) struct IpSlots {
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    max: usize,
}

/// A socket's place among those of its network address; given back when dropped.
#[derive(Debug)]
pub(super) struct IpSlot {
    slots: IpSlots,
    network: IpAddr,
}

impl IpSlots {
    pub(super) fn new(max: usize) -> Self {
        Self {
            taken: Arc::default(),
            max,
        }
    }

    /// A place for a socket from `ip`, if there is one.
    pub(super) fn take(&self, ip: IpAddr) -> Option<IpSlot> {
        let network = network_of(ip);
        let mut taken = self.lock();
        let count = taken.entry(network).or_default();
        if *count >= self.max {
            return None;
        }
        *count += 1;
        Some(IpSlot {
            slots: self.clone(),
            network,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for IpSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.lock();
        if let Some(count) = taken.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.network);
            }
        }
    }
}

/// An IPv4 address counts for itself; of an IPv6 address the /64, which is what one customer gets.
fn network_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(ip),
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let mut rate = FrameRate::new(50, 3, 0);
        let allowed = |rate: &mut FrameRate, now_ms| (0..10).filter(|_| rate.allow(now_ms)).count();
        assert_eq!(allowed(&mut rate, 0), 3);
        assert_eq!(allowed(&mut rate, 19), 0);
        assert_eq!(allowed(&mut rate, 40), 2);
        assert_eq!(
            allowed(&mut rate, 1_000_000),
            3,
            "never more than the burst"
        );
    }

    #[test]
    fn places_of_a_network_are_counted_and_given_back() {
        let slots = IpSlots::new(2);
        let ip = |text: &str| text.parse().expect("an address");
        let first = slots.take(ip("2001:db8::1")).expect("the first");
        let _second = slots.take(ip("2001:db8::2")).expect("the second");
        assert!(slots.take(ip("2001:db8::3")).is_none(), "the same /64");
        assert!(slots.take(ip("2001:db8:0:1::1")).is_some(), "another /64");
        drop(first);
        assert!(slots.take(ip("2001:db8::3")).is_some());
    }
}
