//! Sending what transactions of the host have left.
//!
//! ```text
//!   host's transaction                     any node, woken by the commit or every few seconds
//!  ────────────────────                   ────────────────────────────────────────────────────
//!   its own rows        ┐                  waiting messages, in order
//!   a waiting message   ├─ COMMIT ──────▶   chat and sender looked up, hooks asked
//!   a notice            ┘                   the ordinary group commit: numbered, the waiting
//!                                           row removed in the same transaction; then told to all
//! ```
//!
//! Two nodes that take the same message send it once: the second finds a repeat. A message that
//! cannot be sent (its sender is no member, a hook refuses) is removed and logged, and stops nobody.
//! One that cannot be sent at the moment keeps its place, and those behind it for the same chat wait
//! for it.

use std::collections::HashSet;

use relaychat_protocol::{ChatId, ErrorCode, MessageId, UserId};
use uuid::Uuid;

use super::{Anchor, SendJob, ServiceError, Services, validate};
use crate::{
    domain::{
        host_login::ENGINE_ID_PREFIX,
        message::{Draft, Mentions, Message},
        staged::{StagedMessage, StagedRef, StagedTarget},
    },
    hooks::{BeforeSend, DraftContent, Who},
};

/// Waiting messages read at once.
const PAGE: u32 = 200;
/// A message that could not be sent for so long never will be: a defect that must not wait for ever.
const GIVE_UP_AFTER_MS: i64 = 24 * 60 * 60 * 1_000;

impl Services {
    /// Sends everything that waits; tells how much of it left its place.
    pub(crate) async fn send_staged(&self) -> Result<u64, ServiceError> {
        let mut after_place = i64::MIN;
        let mut done = 0;
        let mut blocked = HashSet::new();
        loop {
            let mut snapshot = self.storage.snapshot().await?;
            let page = snapshot.staged().list(after_place, PAGE).await?;
            drop(snapshot);
            let Some((last, _)) = page.last() else {
                return Ok(done);
            };
            after_place = *last;
            done += self.send_page(page, &mut blocked).await?;
        }
    }

    /// What became of a message that was staged: sent, or still waiting (`None`).
    pub(crate) async fn find_staged(&self, id: MessageId) -> Result<Option<Message>, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        if let Some(message) = snapshot.messages().find_many(&[id]).await?.pop() {
            return Ok(Some(message));
        }
        match snapshot.staged().is_waiting(id).await? {
            true => Ok(None),
            false => Err(ServiceError {
                detail: "The message was refused, or its transaction was not committed.".to_owned(),
                ..ServiceError::not_found()
            }),
        }
    }

    /// A message of the host as it can be stored.
    pub(crate) fn check_staged(&self, message: &StagedMessage) -> Result<(), ServiceError> {
        validate::draft(&Draft {
            id: message.id,
            chat_id: ChatId(Uuid::nil()),
            sender_id: UserId(Uuid::nil()),
            text: message.text.clone(),
            attachment_ids: message.attachment_ids.clone(),
            reply_to_id: None,
            mentions: Mentions::default(),
        })?;
        if let StagedTarget::Object {
            name: Some(name), ..
        } = &message.target
        {
            validate::name("name", name)?;
        }
        Ok(())
    }

    /// What the hooks make of a message whose sender was checked.
    pub(crate) async fn judge_staged(
        &self,
        sender: Who,
        chat_id: ChatId,
        message: &mut StagedMessage,
    ) -> Result<(), ServiceError> {
        message.is_judged = true;
        if !self.are_sends_judged() {
            return Ok(());
        }
        let mut question = BeforeSend::new(sender, chat_id, message.id, &message.text);
        question
            .draft
            .attachment_ids
            .clone_from(&message.attachment_ids);
        let hooks = &self.hooks;
        let judged = hooks.before_send.ask(question, hooks.before_timeout);
        let DraftContent {
            text,
            attachment_ids,
        } = judged.await?.draft;
        message.text = text;
        message.attachment_ids = attachment_ids;
        self.check_staged(message)
            .map_err(|_| ServiceError::host_is_broken())
    }

    /// Queues the messages of a page in order, then waits for all of them.
    async fn send_page(
        &self,
        page: Vec<(i64, StagedMessage)>,
        blocked: &mut HashSet<StagedTarget>,
    ) -> Result<u64, ServiceError> {
        let mut pending = Vec::with_capacity(page.len());
        let mut refused: Vec<StagedRef> = Vec::new();
        for (place, message) in page {
            let name = (place, message.id);
            if blocked.contains(&message.target) {
                continue;
            }
            let is_old = self.now_ms() - message.staged_at_ms > GIVE_UP_AFTER_MS;
            let target = message.target.clone();
            match self.ready(message).await {
                Ok(draft) => {
                    let job = SendJob::staged(draft, name);
                    pending.push((name, self.sends.queue(job).await?));
                }
                Err(error) if error.code.is_retryable() && !is_old => {
                    tracing::warn!(%error, cause = error.source, "a staged message waits");
                    blocked.insert(target);
                }
                Err(error) => {
                    log_refused(name, &error);
                    refused.push(name);
                }
            }
        }
        let mut done = refused.len() as u64;
        if !refused.is_empty() {
            let mut transaction = self.storage.begin().await?;
            transaction.staged().remove(&refused).await?;
            self.commit(transaction, Vec::new()).await?;
        }
        for (name, pending) in pending {
            match pending.answered().await {
                Ok(_) => done += 1,
                Err(error) if error.code.is_retryable() => return Err(error),
                Err(error) => {
                    log_refused(name, &error);
                    done += 1;
                }
            }
        }
        Ok(done)
    }

    /// The message with its chat and its sender, after the hooks.
    async fn ready(&self, mut message: StagedMessage) -> Result<Draft, ServiceError> {
        let chat_id = match message.target.clone() {
            StagedTarget::Chat(id) => id,
            StagedTarget::Object { key, name } => {
                let members = Vec::new();
                let anchor = Anchor { key, name, members };
                self.chat_for(anchor).await?.0.id
            }
        };
        let mut snapshot = self.storage.snapshot().await?;
        let found = match engine_id(&message.sender) {
            Some(id) => snapshot.users().find_many(&[id]).await?,
            None => {
                let ids = [message.sender.clone()];
                snapshot.users().find_by_external_ids(&ids).await?
            }
        };
        let sender = found
            .into_iter()
            .next()
            .ok_or_else(ServiceError::not_found)?;
        if !message.is_judged {
            super::load::membership(&mut *snapshot, chat_id, sender.id).await?;
            drop(snapshot);
            let who = Who {
                external_id: sender.external_id.clone(),
                ..Who::new(sender.id, sender.name.clone())
            };
            self.judge_staged(who, chat_id, &mut message).await?;
        }
        Ok(Draft {
            id: message.id,
            chat_id,
            sender_id: sender.id,
            text: message.text,
            attachment_ids: message.attachment_ids,
            reply_to_id: None,
            mentions: Mentions::default(),
        })
    }
}

/// The id in `id:…`, where a host names somebody by the engine's own id.
pub(crate) fn engine_id(named: &str) -> Option<UserId> {
    let id = named.strip_prefix(ENGINE_ID_PREFIX)?;
    Uuid::parse_str(id).ok().map(UserId)
}

fn log_refused((_, id): StagedRef, error: &ServiceError) {
    if error.code == ErrorCode::Internal {
        tracing::error!(message_id = %id, %error, cause = error.source, "a staged message was given up");
    } else {
        tracing::warn!(message_id = %id, %error, "a staged message was refused");
    }
}
