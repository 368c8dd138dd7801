//! Writing down what became of an attempt.

use super::{
    health::{Health, note_health},
    telling::Outcome,
};
use crate::{
    domain::notice::{Notice, NoticeState},
    services::ServiceError,
    storage::Transaction,
};

/// How long to wait after each failed attempt. A receiver that restarts is back in seconds; one that
/// is down for a weekend is told when it is back. All together some three days.
const BACK_OFF_MS: [i64; 18] = [
    5_000,
    30_000,
    2 * MINUTE_MS,
    10 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    6 * HOUR_MS,
    7 * HOUR_MS,
];
const MINUTE_MS: i64 = 60 * 1_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Writes down what became of a notice. Tells whether its webhook was switched off by it.
pub(super) async fn settle(
    transaction: &mut dyn Transaction,
    notice: &Notice,
    outcome: &Outcome,
    now_ms: i64,
) -> Result<bool, ServiceError> {
    let tried = |state, said: &str| Notice {
        state,
        attempts: notice.attempts.saturating_add(1),
        claimed_until_ms: 0,
        outcome: Some(said.to_owned()),
        tried_at_ms: Some(now_ms),
        ..notice.clone()
    };
    let is_hook = notice.listener.starts_with("hook:");
    match outcome {
        Outcome::TakenByHook => {
            transaction.notices().remove(notice.number).await?;
            Ok(false)
        }
        Outcome::Taken(status) => {
            let told = tried(NoticeState::Told, &status.to_string());
            transaction.notices().update(&told).await?;
            note_health(transaction, &notice.listener, &Health::Well, now_ms).await
        }
        // As it was before the claim.
        Outcome::Untried => {
            transaction.notices().update(notice).await?;
            Ok(false)
        }
        Outcome::Gone => {
            let held = tried(NoticeState::Held, "410");
            transaction.notices().update(&held).await?;
            note_health(transaction, &notice.listener, &Health::Gone, now_ms).await
        }
        Outcome::Failed(why) => {
            let attempt = usize::try_from(notice.attempts).unwrap_or(usize::MAX);
            let Some(wait_ms) = BACK_OFF_MS.get(attempt) else {
                log_given_up(notice, why);
                if is_hook {
                    transaction.notices().remove(notice.number).await?;
                    return Ok(false);
                }
                let given_up = tried(NoticeState::GivenUp, why);
                transaction.notices().update(&given_up).await?;
                let health = Health::GaveUp;
                return note_health(transaction, &notice.listener, &health, now_ms).await;
            };
            log_delayed(notice, why, *wait_ms);
            let delayed = Notice {
                due_at_ms: now_ms + wait_ms,
                ..tried(NoticeState::Waiting, why)
            };
            transaction.notices().update(&delayed).await?;
            note_health(transaction, &notice.listener, &Health::Failing, now_ms).await
        }
    }
}

fn log_delayed(notice: &Notice, reason: &str, wait_ms: i64) {
    tracing::warn!(
        listener = notice.listener,
        event_id = %notice.event_id,
        attempts = notice.attempts + 1,
        retry_in_ms = wait_ms,
        reason,
        "the host did not take what it was told, and will be told again"
    );
}

fn log_given_up(notice: &Notice, reason: &str) {
    tracing::error!(
        listener = notice.listener,
        event_id = %notice.event_id,
        attempts = notice.attempts + 1,
        reason,
        "the host did not take what it was told, and will not be told again"
    );
}
