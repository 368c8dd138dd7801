//! Places for uploads in flight. Each holds a whole file in memory, so there is a bound for all of
//! them and one for each user, lest a single slow user fill the former.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use relaychat_protocol::{ErrorCode, UserId};

use crate::services::ServiceError;

/// Uploads of one user at once: what a browser sends in parallel.
const SLOTS_PER_USER: usize = 6;
/// Uploads at once: with 10 MiB each, 640 MiB at the very worst.
const SLOTS: usize = 64;
/// When to try again.
const RETRY_AFTER_MS: u64 = 2_000;

/// All places.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots(Arc<Mutex<HashMap<UserId, usize>>>);

/// A place. Given back when it is dropped.
#[derive(Debug)]
pub(crate) struct UploadSlot {
    slots: Slots,
    user_id: UserId,
}

impl Slots {
    /// A place for one upload of this user.
    pub(super) fn take(&self, user_id: UserId) -> Result<UploadSlot, ServiceError> {
        let mut taken = self.lock();
        if taken.values().sum::<usize>() >= SLOTS {
            let mut error = ServiceError::new(ErrorCode::Unavailable);
            error.retry_after_ms = Some(RETRY_AFTER_MS);
            return Err(error);
        }
        let own = taken.entry(user_id).or_default();
        if *own >= SLOTS_PER_USER {
            let code = ErrorCode::RateLimited;
            return Err(ServiceError::rate_limited(code, RETRY_AFTER_MS));
        }
        *own += 1;
        Ok(UploadSlot {
            slots: self.clone(),
            user_id,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UploadSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.lock();
        if let Some(own) = taken.get_mut(&self.user_id) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.user_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn user(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    #[test]
    fn one_user_cannot_take_all_places() {
        let slots = Slots::default();
        let own: Vec<_> = (0..SLOTS_PER_USER)
            .map(|_| slots.take(user(1)).expect("free"))
            .collect();
        let error = slots.take(user(1)).expect_err("no more for this user");
        assert_eq!(error.code, ErrorCode::RateLimited);
        slots.take(user(2)).expect("free for another");
        drop(own);
        slots.take(user(1)).expect("given back");
    }

    #[test]
    fn all_together_are_bounded() {
        let slots = Slots::default();
        let all: Vec<_> = (0..SLOTS as u128)
            .map(|n| slots.take(user(n)).expect("free"))
            .collect();
        let error = slots.take(user(1_000)).expect_err("full");
        assert_eq!(error.code, ErrorCode::Unavailable);
        drop(all);
        slots.take(user(1_000)).expect("given back");
        assert!(slots.lock().is_empty(), "nobody is remembered");
    }
}
