//! Webhooks by the handle: what servers of the host may do with a server key.

use relaychat_protocol::rest::webhooks::{
    CreateWebhook, UpdateWebhook, Webhook, WebhookDelivery, WebhookWithSecret,
};
use uuid::Uuid;

use super::Engine;
use crate::{
    host_error::HostError, services::Services, services::WebhookChange, storage::Retold, wire,
};

/// The webhooks of an engine.
#[derive(Clone, Copy, Debug)]
pub struct Webhooks<'a>(&'a Services);

impl Engine {
    /// The webhooks: addresses that are told what happens.
    #[must_use]
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks(&self.0.api.services)
    }
}

impl Webhooks<'_> {
    /// A new webhook, with the secret that verifies its signatures.
    ///
    /// # Errors
    /// The address or a kind is not acceptable, or storage does not answer.
    pub async fn create(&self, new: CreateWebhook) -> Result<WebhookWithSecret, HostError> {
        let CreateWebhook { url, kinds } = new;
        let made = self.0.create_webhook(url, kinds).await?;
        Ok(wire::webhook_with_secret(&made))
    }

    /// All webhooks, oldest first.
    ///
    /// # Errors
    /// Storage does not answer.
    pub async fn list(&self) -> Result<Vec<Webhook>, HostError> {
        let webhooks = self.0.list_webhooks().await?;
        Ok(webhooks.iter().map(wire::webhook).collect())
    }

    /// Changes what is given.
    ///
    /// # Errors
    /// There is none, a value is not acceptable, or storage does not answer.
    pub async fn update(&self, id: Uuid, change: UpdateWebhook) -> Result<Webhook, HostError> {
        let UpdateWebhook {
            url,
            kinds,
            is_enabled,
        } = change;
        let change = WebhookChange {
            url,
            kinds,
            is_enabled,
        };
        let changed = self.0.update_webhook(id, change).await?;
        Ok(wire::webhook(&changed))
    }

    /// A new secret. For a day the one before signs as well.
    ///
    /// # Errors
    /// There is none, or storage does not answer.
    pub async fn rotate_secret(&self, id: Uuid) -> Result<WebhookWithSecret, HostError> {
        let changed = self.0.rotate_webhook_secret(id).await?;
        Ok(wire::webhook_with_secret(&changed))
    }

    /// Removes a webhook. What it has not been told it never is.
    ///
    /// # Errors
    /// There is none, or storage does not answer.
    pub async fn remove(&self, id: Uuid) -> Result<(), HostError> {
        Ok(self.0.remove_webhook(id).await?)
    }

    /// Deliveries of the last week, newest first, below a number: at most `limit`, 50 unless given.
    ///
    /// # Errors
    /// There is none, `limit` is above 100, or storage does not answer.
    pub async fn deliveries(
        &self,
        id: Uuid,
        before: Option<u64>,
        limit: Option<u32>,
    ) -> Result<Vec<WebhookDelivery>, HostError> {
        let notices = self.0.list_webhook_notices(id, before, limit).await?;
        Ok(notices.iter().map(wire::delivery).collect())
    }

    /// Has one event told again; returns how many deliveries that are.
    ///
    /// # Errors
    /// There is no such webhook, it is switched off, or storage does not answer.
    pub async fn replay(&self, id: Uuid, event_id: Uuid) -> Result<u64, HostError> {
        Ok(self.0.replay_webhook(id, Retold::Event(event_id)).await?)
    }

    /// Has everything told again that happened since; returns how many deliveries that are.
    ///
    /// # Errors
    /// There is no such webhook, it is switched off, or storage does not answer.
    pub async fn replay_since(&self, id: Uuid, since_ms: i64) -> Result<u64, HostError> {
        Ok(self.0.replay_webhook(id, Retold::Since(since_ms)).await?)
    }
}
