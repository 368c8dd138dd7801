//! Deliveries in the order of their change numbers, whatever order they come in.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::Delivery;
use crate::realtime::hub::{Healed, Hub};

/// Deliveries that may wait for an earlier one: more than come while storage is asked. What is
/// beyond is found in storage too.
const WAITING_MAX: usize = 4_096;

/// How far this node is.
#[derive(Debug)]
pub(super) struct Applier {
    applied: u64,
    waiting: BTreeMap<u64, Delivery>,
    /// Since when something waits for a change that has not come.
    gap_since: Option<Instant>,
}

impl Applier {
    /// Everything up to `applied` needs no telling.
    pub(super) fn new(applied: u64) -> Self {
        Self {
            applied,
            waiting: BTreeMap::new(),
            gap_since: None,
        }
    }

    /// Everything up to here has been told.
    pub(super) fn applied(&self) -> u64 {
        self.applied
    }

    /// Since when a change is missing.
    pub(super) fn gap_since(&self) -> Option<Instant> {
        self.gap_since
    }

    /// Takes a delivery; applies it and what waited for it. Tells whether something is missing now
    /// that was not before.
    pub(super) fn offer(&mut self, delivery: Delivery, hub: &Hub) -> bool {
        if delivery.change == self.applied + 1 {
            self.apply(&delivery, hub);
        } else if delivery.change > self.applied && self.waiting.len() < WAITING_MAX {
            self.waiting.insert(delivery.change, delivery);
        }
        self.apply_waiting(hub)
    }

    /// What was missed up to a number is known from storage: has the hub set right by `healed`, and
    /// goes on from there. Nothing when everything has come meanwhile.
    pub(super) fn heal(&mut self, healed: &Healed, hub: &Hub) -> bool {
        if healed.change() <= self.applied {
            return false;
        }
        hub.heal(healed);
        self.applied = healed.change();
        self.waiting = self.waiting.split_off(&(self.applied + 1));
        self.gap_since = None;
        self.apply_waiting(hub);
        true
    }

    fn apply_waiting(&mut self, hub: &Hub) -> bool {
        while let Some(delivery) = self.waiting.remove(&(self.applied + 1)) {
            self.apply(&delivery, hub);
        }
        let had_gap = self.gap_since.is_some();
        if self.waiting.is_empty() {
            self.gap_since = None;
        } else if !had_gap {
            self.gap_since = Some(Instant::now());
        }
        !had_gap && self.gap_since.is_some()
    }

    fn apply(&mut self, delivery: &Delivery, hub: &Hub) {
        hub.deliver(delivery);
        self.applied = delivery.change;
        // Whatever is missing now is missing since now.
        self.gap_since = None;
    }
}
