//! Webhooks: making them, changing them, and having them told again. For the host only.

use relaychat_protocol::rest::webhooks::HostEventKind;
use uuid::Uuid;

use super::{ServiceError, Services, validate};
use crate::{
    domain::{
        notice::{Listener, Notice, NoticeState},
        webhook::Webhook,
    },
    random::RandomExt,
    storage::{Retold, Transaction},
};

/// Bytes of a secret: the length of what it signs with.
const SECRET_BYTES: usize = 32;
/// How long the secret before also signs: a day to change it everywhere.
const FORMER_SECRET_MS: i64 = 24 * 60 * 60 * 1_000;
/// Most webhooks: each is told of everything it listens to, and costs a row for it.
const WEBHOOKS_MAX: usize = 20;
/// Longest address, in bytes.
const URL_BYTES: usize = 2_048;

/// What to change of a webhook.
#[derive(Clone, Debug, Default)]
pub(crate) struct WebhookChange {
    pub(crate) url: Option<String>,
    pub(crate) kinds: Option<Vec<String>>,
    pub(crate) is_enabled: Option<bool>,
}

impl Services {
    /// A new webhook.
    pub(crate) async fn create_webhook(
        &self,
        url: String,
        kinds: Vec<String>,
    ) -> Result<Webhook, ServiceError> {
        self.check_webhook_url(&url)?;
        let webhook = Webhook {
            id: self.new_id(),
            url,
            secret: self.random.bytes::<SECRET_BYTES>().to_vec(),
            former: None,
            kinds: known_kinds(kinds)?,
            created_at_ms: self.now_ms(),
            failing_since_ms: None,
            disabled: None,
        };
        let mut transaction = self.storage.begin().await?;
        if transaction.webhooks().list().await?.len() >= WEBHOOKS_MAX {
            return Err(ServiceError::invalid(
                "url",
                format!("There are {WEBHOOKS_MAX} webhooks already."),
            ));
        }
        transaction.webhooks().insert(&webhook).await?;
        self.commit_webhook(transaction).await?;
        Ok(webhook)
    }

    /// All webhooks, oldest first.
    pub(crate) async fn list_webhooks(&self) -> Result<Vec<Webhook>, ServiceError> {
        Ok(self.storage.snapshot().await?.webhooks().list().await?)
    }

    /// Changes what is given. What was held back while it was off is told when it is switched on.
    pub(crate) async fn update_webhook(
        &self,
        id: Uuid,
        change: WebhookChange,
    ) -> Result<Webhook, ServiceError> {
        let WebhookChange {
            url,
            kinds,
            is_enabled,
        } = change;
        if let Some(url) = &url {
            self.check_webhook_url(url)?;
        }
        let kinds = kinds.map(known_kinds).transpose()?;
        let mut transaction = self.storage.begin().await?;
        let mut webhook = find(&mut *transaction, id).await?;
        webhook.url = url.unwrap_or(webhook.url);
        webhook.kinds = kinds.unwrap_or(webhook.kinds);
        let listener = Listener::Webhook(id).to_string();
        match (is_enabled, &webhook.disabled) {
            (Some(true), Some(_)) => {
                webhook.disabled = None;
                webhook.failing_since_ms = None;
                let (from, to) = (NoticeState::Held, NoticeState::Waiting);
                transaction.notices().move_all(&listener, from, to).await?;
            }
            (Some(false), None) => {
                webhook.disabled = Some((self.now_ms(), "switched off by the host".to_owned()));
                let (from, to) = (NoticeState::Waiting, NoticeState::Held);
                transaction.notices().move_all(&listener, from, to).await?;
            }
            _ => {}
        }
        transaction.webhooks().update(&webhook).await?;
        self.commit_webhook(transaction).await?;
        Ok(webhook)
    }

    /// A new secret. The one before also signs for a day.
    pub(crate) async fn rotate_webhook_secret(&self, id: Uuid) -> Result<Webhook, ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let mut webhook = find(&mut *transaction, id).await?;
        let secret = self.random.bytes::<SECRET_BYTES>().to_vec();
        let former = std::mem::replace(&mut webhook.secret, secret);
        webhook.former = Some((former, self.now_ms() + FORMER_SECRET_MS));
        transaction.webhooks().update(&webhook).await?;
        self.commit_webhook(transaction).await?;
        Ok(webhook)
    }

    /// Removes a webhook. What it has not been told it never is.
    pub(crate) async fn remove_webhook(&self, id: Uuid) -> Result<(), ServiceError> {
        let mut transaction = self.storage.begin().await?;
        if !transaction.webhooks().remove(id).await? {
            return Err(ServiceError::not_found());
        }
        let listener = Listener::Webhook(id).to_string();
        let (from, to) = (NoticeState::Waiting, NoticeState::GivenUp);
        transaction.notices().move_all(&listener, from, to).await?;
        self.commit_webhook(transaction).await
    }

    /// What a webhook was told and is to be told, newest first, below a number.
    pub(crate) async fn list_webhook_notices(
        &self,
        id: Uuid,
        before: Option<u64>,
        limit: Option<u32>,
    ) -> Result<Vec<Notice>, ServiceError> {
        let limit = validate::page_limit(limit)?;
        if before.is_some_and(|before| before == 0 || i64::try_from(before).is_err()) {
            let what = "Give the `number` of a delivery.";
            return Err(ServiceError::invalid("before", what));
        }
        let mut snapshot = self.storage.snapshot().await?;
        find(&mut *snapshot, id).await?;
        let listener = Listener::Webhook(id).to_string();
        let before = before.unwrap_or(u64::MAX);
        let notices = snapshot.notices().list(&listener, before, limit);
        Ok(notices.await?)
    }

    /// Has a webhook told again; returns how many notices that are.
    pub(crate) async fn replay_webhook(
        &self,
        id: Uuid,
        which: Retold,
    ) -> Result<u64, ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let webhook = find(&mut *transaction, id).await?;
        if webhook.disabled.is_some() {
            return Err(ServiceError::invalid(
                "webhook_id",
                "The webhook is switched off. Switch it on first.",
            ));
        }
        let listener = Listener::Webhook(id).to_string();
        let count = transaction.notices().retell(&listener, which).await?;
        self.commit_webhook(transaction).await?;
        Ok(count)
    }

    /// Has a webhook told again of one event, or of everything since a time: exactly one is given.
    pub(crate) async fn replay(
        &self,
        id: Uuid,
        event_id: Option<Uuid>,
        since_ms: Option<i64>,
    ) -> Result<u64, ServiceError> {
        let which = match (event_id, since_ms) {
            (Some(event_id), None) => Retold::Event(event_id),
            (None, Some(since_ms)) => Retold::Since(since_ms),
            _ => {
                return Err(ServiceError::invalid(
                    "event_id",
                    "Give exactly one of event_id and since_ms.",
                ));
            }
        };
        self.replay_webhook(id, which).await
    }

    /// Forgets what happened before `before_ms`; returns how much.
    pub(crate) async fn forget_notices(&self, before_ms: i64) -> Result<u64, ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let count = transaction.notices().remove_before(before_ms).await?;
        self.commit(transaction, Vec::new()).await?;
        Ok(count)
    }

    /// Commits, and lets those who tell know at once.
    async fn commit_webhook(&self, transaction: Box<dyn Transaction>) -> Result<(), ServiceError> {
        self.commit(transaction, Vec::new()).await?;
        self.outbox.refresh(&*self.storage).await?;
        self.outbox.wake();
        Ok(())
    }

    fn check_webhook_url(&self, url: &str) -> Result<(), ServiceError> {
        if url.len() > URL_BYTES {
            let what = format!("The address is longer than {URL_BYTES} bytes.");
            return Err(ServiceError::invalid("url", what));
        }
        match crate::webhooks::complaint(url, self.settings.webhook_reach) {
            None => Ok(()),
            Some(complaint) => Err(ServiceError::invalid("url", complaint)),
        }
    }
}

async fn find(transaction: &mut dyn Transaction, id: Uuid) -> Result<Webhook, ServiceError> {
    let webhooks = transaction.webhooks().list().await?;
    let found = webhooks.into_iter().find(|webhook| webhook.id == id);
    found.ok_or_else(ServiceError::not_found)
}

/// Kinds of events there are, each once.
fn known_kinds(mut kinds: Vec<String>) -> Result<Vec<String>, ServiceError> {
    kinds.sort_unstable();
    kinds.dedup();
    let is_known = |kind: &String| HostEventKind::NAMES.contains(&kind.as_str());
    if kinds.is_empty() || !kinds.iter().all(is_known) {
        let names = HostEventKind::NAMES.join(", ");
        return Err(ServiceError::invalid(
            "kinds",
            format!("Name at least one of {names}."),
        ));
    }
    Ok(kinds)
}
