//! Token buckets per user, in memory, and in the broker for all nodes together.
//!
//! This node's own bucket is asked first: what it refuses costs nobody anything. A bucket that is
//! full again is as good as none, so the map forgets full buckets when it grows. The broker's
//! bucket holds for all nodes; while the broker is away each node grants the rate, for a message
//! that is let through once too often does less harm than one that is refused for no reason. What
//! must hold without it, the limits on logging in, is counted in storage.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use relaychat_protocol::{ErrorCode, UserId};

use super::{RateSettings, ServiceError};
use crate::{
    broker::{Allowance, Broker},
    clock::Clock,
};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Rate {
    /// Sending a message.
    Send,
    /// Any REST request of a session.
    Request,
    /// Searching people.
    Search,
    /// Uploading a file.
    Upload,
}

/// Buckets before full ones are forgotten: some 3 MiB.
const BUCKETS: usize = 50_000;

/// The buckets of all users.
#[derive(Debug)]
pub(super) struct Rates {
    settings: RateSettings,
    clock: Arc<dyn Clock>,
    buckets: Mutex<HashMap<(Rate, UserId), Bucket>>,
    shared: Option<Shared>,
}

/// The buckets of all nodes.
#[derive(Debug)]
struct Shared {
    broker: Arc<dyn Broker>,
    /// What their names begin with.
    scope: String,
}

/// Allowance in thousandths of a request, so that no fraction is lost.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    thousandths: u64,
    at_ms: i64,
}

impl Rate {
    const fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Request => "request",
            Self::Search => "search",
            Self::Upload => "upload",
        }
    }
}

impl Rates {
    pub(super) fn new(settings: RateSettings, clock: Arc<dyn Clock>) -> Self {
        Self {
            settings,
            clock,
            buckets: Mutex::new(HashMap::new()),
            shared: None,
        }
    }

    /// Shares the rates with other nodes of the same scope.
    pub(super) fn share(&mut self, broker: Arc<dyn Broker>, scope: String) {
        self.shared = Some(Shared { broker, scope });
    }

    /// Whether a check may wait for the broker.
    pub(super) fn is_shared(&self) -> bool {
        self.shared.is_some() && self.settings.is_enabled
    }

    /// Takes one request out of the user's bucket.
    pub(super) async fn check(&self, rate: Rate, user_id: UserId) -> Result<(), ServiceError> {
        self.check_here(rate, user_id)?;
        let Some(shared) = self.shared.as_ref().filter(|_| self.settings.is_enabled) else {
            return Ok(());
        };
        let (per_second, burst) = self.allowance(rate);
        let key = format!(
            "{}:rate:{}:{}",
            shared.scope,
            rate.name(),
            user_id.0.simple()
        );
        let allowance = Allowance { per_second, burst };
        match shared
            .broker
            .take(&key, allowance, self.clock.now_ms())
            .await
        {
            Ok(Some(wait_ms)) => Err(ServiceError::rate_limited(ErrorCode::RateLimited, wait_ms)),
            Ok(None) => Ok(()),
            Err(error) => {
                tracing::debug!(%error, "a rate was not checked over all nodes");
                Ok(())
            }
        }
    }

    fn check_here(&self, rate: Rate, user_id: UserId) -> Result<(), ServiceError> {
        if !self.settings.is_enabled {
            return Ok(());
        }
        let (per_second, burst) = self.allowance(rate);
        let now_ms = self.clock.now_ms();
        let mut buckets = self
            .buckets
            .lock()
            .expect("nothing panics while it holds the buckets");
        if buckets.len() >= BUCKETS {
            buckets.retain(|&(rate, _), bucket| {
                let (per_second, burst) = self.allowance(rate);
                bucket.refilled(now_ms, per_second, burst).thousandths < burst * 1_000
            });
        }
        let full = Bucket {
            thousandths: burst * 1_000,
            at_ms: now_ms,
        };
        let bucket = buckets.entry((rate, user_id)).or_insert(full);
        *bucket = bucket.refilled(now_ms, per_second, burst);
        if bucket.thousandths < 1_000 {
            let missing = 1_000 - bucket.thousandths;
            return Err(ServiceError::rate_limited(
                ErrorCode::RateLimited,
                missing.div_ceil(per_second),
            ));
        }
        bucket.thousandths -= 1_000;
        Ok(())
    }

    /// Requests a second and in a burst.
    fn allowance(&self, rate: Rate) -> (u64, u64) {
        let settings = &self.settings;
        let (per_second, burst) = match rate {
            Rate::Send => (settings.sends_per_second, settings.send_burst),
            Rate::Request => (settings.requests_per_second, settings.request_burst),
            Rate::Search => (settings.searches_per_second, settings.search_burst),
            Rate::Upload => (settings.uploads_per_second, settings.upload_burst),
        };
        (u64::from(per_second.max(1)), u64::from(burst.max(1)))
    }
}

impl Bucket {
    /// The bucket as it is now. A thousandth of a request comes in per millisecond and unit of
    /// `per_second`; a clock that went backwards gives nothing.
    fn refilled(self, now_ms: i64, per_second: u64, burst: u64) -> Self {
        let elapsed_ms = u64::try_from(now_ms - self.at_ms).unwrap_or(0);
        let thousandths = self
            .thousandths
            .saturating_add(elapsed_ms.saturating_mul(per_second))
            .min(burst * 1_000);
        Self {
            thousandths,
            at_ms: now_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{broker::MemoryBroker, clock::ManualClock};

    fn rates() -> (Arc<ManualClock>, Rates) {
        let clock = Arc::new(ManualClock::new(1_000_000));
        let rates = Rates::new(
            RateSettings::default(),
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        (clock, rates)
    }

    fn user(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    #[test]
    fn a_burst_passes_and_the_next_one_is_told_how_long_to_wait() {
        let (clock, rates) = rates();
        for _ in 0..20 {
            rates
                .check_here(Rate::Send, user(1))
                .expect("within the burst");
        }
        let error = rates.check_here(Rate::Send, user(1)).expect_err("over it");
        assert_eq!(error.code, ErrorCode::RateLimited);
        let wait_ms = error.retry_after_ms.expect("says how long");
        clock.advance_ms(i64::try_from(wait_ms).expect("small") - 1);
        assert!(rates.check_here(Rate::Send, user(1)).is_err());
        clock.advance_ms(1);
        rates.check_here(Rate::Send, user(1)).expect("waited");
    }

    #[test]
    fn five_sends_a_second_are_sustained() {
        let (clock, rates) = rates();
        for _ in 0..20 {
            rates
                .check_here(Rate::Send, user(1))
                .expect("within the burst");
        }
        for _ in 0..100 {
            clock.advance_ms(200);
            rates
                .check_here(Rate::Send, user(1))
                .expect("within the rate");
        }
        assert!(rates.check_here(Rate::Send, user(1)).is_err());
    }

    #[test]
    fn one_user_does_not_use_up_another_ones_allowance() {
        let (_clock, rates) = rates();
        while rates.check_here(Rate::Search, user(1)).is_ok() {}
        rates.check_here(Rate::Search, user(2)).expect("untouched");
        rates
            .check_here(Rate::Send, user(1))
            .expect("another bucket");
    }

    #[tokio::test]
    async fn two_nodes_together_give_no_more_than_one() {
        let broker = MemoryBroker::new();
        let (clock, mut first) = rates();
        let mut second = Rates::new(
            RateSettings::default(),
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        first.share(Arc::new(broker.join()), "scope".to_owned());
        second.share(Arc::new(broker.join()), "scope".to_owned());
        let mut given = 0;
        for _ in 0..20 {
            for node in [&first, &second] {
                given += u32::from(node.check(Rate::Send, user(1)).await.is_ok());
            }
        }
        assert_eq!(given, 20);
        broker.take_down(true);
        clock.advance_ms(200);
        for node in [&first, &second] {
            let checked = node.check(Rate::Send, user(1)).await;
            checked.expect("messages go on without the broker");
        }
    }
}
