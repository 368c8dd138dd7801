//! Webhooks.

use relaychat_protocol::rest::webhooks as wire;

use crate::{
    domain::{
        notice::{Notice, NoticeState},
        webhook::Webhook,
    },
    webhooks::readable_secret,
};

/// A webhook, without its secrets.
pub(crate) fn webhook(webhook: &Webhook) -> wire::Webhook {
    let Webhook {
        id,
        url,
        secret: _,
        former: _,
        kinds,
        created_at_ms,
        failing_since_ms,
        disabled,
    } = webhook;
    wire::Webhook {
        id: *id,
        url: url.clone(),
        kinds: kinds.clone(),
        is_enabled: disabled.is_none(),
        disabled_because: disabled.as_ref().map(|(_, why)| why.clone()),
        failing_since_ms: *failing_since_ms,
        created_at_ms: *created_at_ms,
    }
}

/// A webhook that was made or got a new secret just now.
pub(crate) fn webhook_with_secret(made: &Webhook) -> wire::WebhookWithSecret {
    wire::WebhookWithSecret {
        webhook: webhook(made),
        secret: readable_secret(&made.secret),
    }
}

/// An event on its way to a webhook.
pub(crate) fn delivery(notice: &Notice) -> wire::WebhookDelivery {
    let Notice {
        number,
        event_id,
        listener: _,
        kind,
        chat_id: _,
        state,
        attempts,
        due_at_ms,
        claimed_until_ms: _,
        created_at_ms,
        outcome,
        tried_at_ms,
        body: _,
    } = notice;
    let state_name = match state {
        NoticeState::Waiting => "waiting",
        NoticeState::Told => "delivered",
        NoticeState::GivenUp => "given_up",
        NoticeState::Held => "held",
    };
    let is_waiting_again = *state == NoticeState::Waiting && *due_at_ms > 0;
    wire::WebhookDelivery {
        number: *number,
        event_id: *event_id,
        kind: kind.clone(),
        state: state_name.to_owned(),
        attempts: *attempts,
        created_at_ms: *created_at_ms,
        next_attempt_at_ms: is_waiting_again.then_some(*due_at_ms),
        tried_at_ms: *tried_at_ms,
        outcome: outcome.clone(),
    }
}
