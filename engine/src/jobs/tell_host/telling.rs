//! Telling one listener: a hook is called, a webhook is posted to.

use std::{sync::Arc, time::Duration};

use relaychat_protocol::rest::webhooks::HostEvent;
use tokio::time::Instant;

use crate::{
    domain::{
        notice::{Listener, Notice},
        webhook::Webhook,
    },
    hooks::AfterHook,
    services::{Presence, Services},
    webhooks::{Post, Posted, Poster},
};

/// How long a claim is made use of: an attempt that begins then still ends within the lease.
const LEASE_USE: Duration = Duration::from_secs(80);
/// How long a hook may take: it may talk to a push service.
const HOOK_TIMEOUT: Duration = Duration::from_secs(30);

/// What a task needs that tells.
#[derive(Debug)]
pub(super) struct Teller {
    services: Arc<Services>,
    presence: Arc<dyn Presence>,
    poster: Poster,
}

/// Somebody who can be told now.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Hook(AfterHook),
    Webhook(Webhook),
}

impl Target {
    pub(super) fn listener(&self) -> String {
        match self {
            Self::Hook(hook) => Listener::Hook(hook.name.clone()).to_string(),
            Self::Webhook(webhook) => Listener::Webhook(webhook.id).to_string(),
        }
    }
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A hook took it.
    TakenByHook,
    /// A webhook took it, and said this.
    Taken(u16),
    /// It was not taken.
    Failed(String),
    /// The webhook wants nothing more.
    Gone,
    /// It was not tried: the lease was too short.
    Untried,
}

impl Teller {
    pub(super) fn new(
        services: Arc<Services>,
        presence: Arc<dyn Presence>,
        poster: Poster,
    ) -> Self {
        Self {
            services,
            presence,
            poster,
        }
    }

    pub(super) fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// Tells notices one after another, for as long as the claim is good.
    pub(super) async fn tell_all(
        &self,
        target: &Target,
        notices: Vec<Notice>,
    ) -> Vec<(Notice, Outcome)> {
        let started = Instant::now();
        let mut outcomes = Vec::with_capacity(notices.len());
        for notice in notices {
            let outcome = if started.elapsed() < LEASE_USE {
                self.tell(target, &notice).await
            } else {
                Outcome::Untried
            };
            outcomes.push((notice, outcome));
        }
        outcomes
    }

    async fn tell(&self, target: &Target, notice: &Notice) -> Outcome {
        match target {
            Target::Hook(hook) => match self.tell_hook(hook, notice).await {
                Ok(()) => Outcome::TakenByHook,
                Err(why) => Outcome::Failed(why),
            },
            Target::Webhook(webhook) => self.tell_webhook(webhook, notice).await,
        }
    }

    async fn tell_hook(&self, hook: &AfterHook, notice: &Notice) -> Result<(), String> {
        let event: HostEvent =
            serde_json::from_str(&notice.body).map_err(|error| error.to_string())?;
        let recipients = self.services.recipients(&event.what, &*self.presence);
        let recipients = recipients.await.map_err(|error| error.to_string())?;
        hook.tell(event, recipients, HOOK_TIMEOUT).await
    }

    async fn tell_webhook(&self, webhook: &Webhook, notice: &Notice) -> Outcome {
        let now_ms = self.services.clock.now_ms();
        let id = notice.event_id.to_string();
        let post = Post {
            url: &webhook.url,
            id: &id,
            body: &notice.body,
            timestamp_s: now_ms.div_euclid(1_000),
        };
        match self.poster.post(post, webhook.secrets(now_ms)).await {
            Posted::Taken(status) => Outcome::Taken(status),
            Posted::Gone => Outcome::Gone,
            Posted::Failed(why) => Outcome::Failed(why),
        }
    }
}
