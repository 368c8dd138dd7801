//! Asking the host: whether somebody may do something, and what its hooks make of it.
//!
//! Asked before the transaction of the use case begins and after the engine's own rules, which are
//! checked on a snapshot for this: the host never learns of what could not happen anyway, and
//! nothing waits while it thinks. The transaction checks the rules again.

use relaychat_protocol::UserId;

use super::{Caller, ServiceError, Services, load};
use crate::{
    domain::message::Draft,
    hooks::{BeforeSend, DraftContent, Who},
    storage::Transaction,
};

impl Services {
    /// Whether the host has a say in what is sent.
    pub(super) fn are_sends_judged(&self) -> bool {
        !self.hooks.before_send.is_empty()
    }

    /// What the hooks make of a message. One that was stored before is nobody's business any more.
    pub(super) async fn judged_draft(
        &self,
        caller: Caller,
        draft: &Draft,
    ) -> Result<DraftContent, ServiceError> {
        let Draft {
            id,
            chat_id,
            sender_id: _,
            text,
            attachment_ids,
        } = draft.clone();
        let content = DraftContent {
            text,
            attachment_ids,
        };
        let mut snapshot = self.storage.snapshot().await?;
        if !snapshot.messages().find_many(&[id]).await?.is_empty() {
            return Ok(content);
        }
        load::membership(&mut *snapshot, chat_id, caller.user_id).await?;
        let sender = who(&mut *snapshot, caller).await?;
        drop(snapshot);
        let question = BeforeSend {
            sender,
            chat_id,
            message_id: id,
            draft: content,
        };
        let hooks = &self.hooks;
        let judged = hooks
            .before_send
            .ask(question, hooks.before_timeout)
            .await?;
        Ok(judged.draft)
    }
}

/// The caller, as the host is told.
async fn who(transaction: &mut dyn Transaction, caller: Caller) -> Result<Who, ServiceError> {
    let Caller {
        user_id,
        session_id,
        token_expires_at_ms: _,
    } = caller;
    Ok(Who {
        session_id: Some(session_id),
        ..who_is(transaction, user_id).await?
    })
}

/// A person, as the host is told.
async fn who_is(transaction: &mut dyn Transaction, user_id: UserId) -> Result<Who, ServiceError> {
    let found = transaction.users().find_many(&[user_id]).await?.pop();
    let user = found.ok_or_else(ServiceError::not_found)?;
    Ok(Who {
        external_id: user.external_id,
        ..Who::new(user.id, user.name)
    })
}
