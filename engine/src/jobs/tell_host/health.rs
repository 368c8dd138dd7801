//! How a webhook does, and when it is switched off for good.

use crate::{domain::notice::NoticeState, services::ServiceError, storage::Transaction};

/// A webhook that took nothing for so long, and gave up on something, is switched off.
const DEAD_AFTER_MS: i64 = 72 * 60 * 60 * 1_000;

/// What an attempt says about a webhook.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Health {
    Well,
    Failing,
    GaveUp,
    Gone,
}

/// Notes how a webhook does, and switches it off when it is dead.
pub(super) async fn note_health(
    transaction: &mut dyn Transaction,
    listener: &str,
    health: &Health,
    now_ms: i64,
) -> Result<bool, ServiceError> {
    let Some(id) = listener.strip_prefix("webhook:") else {
        return Ok(false);
    };
    let webhooks = transaction.webhooks().list().await?;
    let found = webhooks.into_iter().find(|one| one.id.to_string() == id);
    let Some(mut webhook) = found.filter(|webhook| webhook.disabled.is_none()) else {
        return Ok(false);
    };
    let before = webhook.clone();
    webhook.failing_since_ms = match health {
        Health::Well => None,
        _ => webhook.failing_since_ms.or(Some(now_ms)),
    };
    let is_dead = *health == Health::GaveUp
        && webhook
            .failing_since_ms
            .is_some_and(|since_ms| now_ms - since_ms >= DEAD_AFTER_MS);
    if is_dead || *health == Health::Gone {
        let why = if is_dead {
            "nothing was taken for three days"
        } else {
            "it answered 410"
        };
        tracing::warn!(webhook_id = %webhook.id, why, "a webhook was switched off");
        webhook.disabled = Some((now_ms, why.to_owned()));
        let (from, to) = (NoticeState::Waiting, NoticeState::Held);
        transaction.notices().move_all(listener, from, to).await?;
    }
    if webhook != before {
        transaction.webhooks().update(&webhook).await?;
    }
    Ok(webhook.disabled.is_some())
}
