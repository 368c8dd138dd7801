//! Amending: editing, deleting, pinning and reacting to messages that were sent.
//!
//! Each amendment is one step of the chat's version and carries the whole message as it is after
//! it, so that whoever applies the newest has everything. What changes nothing (the same text
//! again, a reaction that is there) is no step, which makes all of it safe to repeat. Of two edits
//! the one that is committed last stays.
//!
//! They are written in batches like messages: a popular message gets its reactions all at once. In
//! a batch they are done one after another, for each reads what the one before it left.

mod desk;

use async_trait::async_trait;
use relaychat_protocol::{ChatId, ErrorCode, MessageId, UserId};

use super::{
    Caller, Key, Rate, ServiceError, Services,
    batch::{Batch, Writer},
    load, validate,
};
use crate::{
    authorizer::{Action, Subject},
    domain::message::{Draft, Edit, Message},
};
use desk::Desk;

impl Services {
    /// Gives a message of the caller another text; the message after it.
    pub(crate) async fn edit_message(
        &self,
        caller: Caller,
        (chat_id, message_id): (ChatId, MessageId),
        edit: Edit,
    ) -> Result<Message, ServiceError> {
        validate::text("text", &edit.text)?;
        validate::mentions(&edit.mentions)?;
        self.admit(caller, Action::EditMessage, chat_id).await?;
        let edit = match self.are_sends_judged() {
            true => {
                self.judged_edit(caller, (chat_id, message_id), edit)
                    .await?
            }
            false => edit,
        };
        let job = AmendJob::by(caller, chat_id, message_id, Amendment::Edit(edit));
        self.amendments.submit(job).await
    }

    /// Deletes a message for everyone; what is left of it.
    pub(crate) async fn delete_message(
        &self,
        caller: Caller,
        (chat_id, message_id): (ChatId, MessageId),
    ) -> Result<Message, ServiceError> {
        self.admit(caller, Action::DeleteMessage, chat_id).await?;
        let job = AmendJob::by(caller, chat_id, message_id, Amendment::Delete);
        self.amendments.submit(job).await
    }

    /// Reacts to a message with an emoji, or takes it back; the message after it.
    pub(crate) async fn react(
        &self,
        caller: Caller,
        (chat_id, message_id): (ChatId, MessageId),
        emoji: String,
        is_set: bool,
    ) -> Result<Message, ServiceError> {
        validate::emoji(&emoji)?;
        self.admit(caller, Action::React, chat_id).await?;
        let what = Amendment::React { emoji, is_set };
        let job = AmendJob::by(caller, chat_id, message_id, what);
        self.amendments.submit(job).await
    }

    /// Pins a message for everyone in its chat, or unpins it; the message after it.
    pub(crate) async fn pin_message(
        &self,
        caller: Caller,
        (chat_id, message_id): (ChatId, MessageId),
        is_pinned: bool,
    ) -> Result<Message, ServiceError> {
        self.admit(caller, Action::PinMessage, chat_id).await?;
        let job = AmendJob::by(caller, chat_id, message_id, Amendment::Pin(is_pinned));
        self.amendments.submit(job).await
    }

    /// Deletes a message because the host wants it.
    pub(crate) async fn delete_for_host(
        &self,
        chat_id: ChatId,
        message_id: MessageId,
    ) -> Result<Message, ServiceError> {
        let job = AmendJob {
            chat_id,
            message_id,
            actor: None,
            what: Amendment::Delete,
        };
        self.amendments.submit(job).await
    }

    /// Whether the caller may amend anything in a chat now, as far as rates and the host say.
    async fn admit(
        &self,
        caller: Caller,
        action: Action,
        chat_id: ChatId,
    ) -> Result<(), ServiceError> {
        self.check_rate(Rate::Send, caller.user_id).await?;
        self.keep_membership_fresh(chat_id).await?;
        if !self.is_authorized_by_host() {
            return Ok(());
        }
        let mut snapshot = self.storage.snapshot().await?;
        load::membership(&mut *snapshot, chat_id, caller.user_id).await?;
        drop(snapshot);
        let subject = Subject::Chat(chat_id);
        self.check_allowed(caller, action, subject).await
    }

    /// What the hooks of the host make of a new text. They are asked about what could happen only.
    async fn judged_edit(
        &self,
        caller: Caller,
        (chat_id, message_id): (ChatId, MessageId),
        edit: Edit,
    ) -> Result<Edit, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        load::membership(&mut *snapshot, chat_id, caller.user_id).await?;
        let found = snapshot.messages().find_many(&[message_id]).await?.pop();
        drop(snapshot);
        let message = found.filter(|message| message.chat_id == chat_id);
        let message = message.ok_or_else(ServiceError::not_found)?;
        let window_ms = self.settings.edit_window_ms;
        check_edit(&message, caller.user_id, &edit, (window_ms, self.now_ms()))?;
        if edit.is_of(&message) {
            return Ok(edit);
        }
        let Edit { text, mentions } = edit;
        let draft = Draft {
            text,
            mentions: mentions.clone(),
            ..message.draft()
        };
        let text = self.judged_text(caller.session_id, draft.clone()).await?;
        validate::draft(&Draft {
            text: text.clone(),
            ..draft
        })
        .map_err(|error| {
            tracing::error!(%error, "a before_send hook made a text that cannot be stored");
            ServiceError::host_is_broken()
        })?;
        Ok(Edit { text, mentions })
    }
}

/// Something that is to be done to a message.
#[derive(Debug)]
pub(super) struct AmendJob {
    chat_id: ChatId,
    message_id: MessageId,
    /// Who wants it; nobody when it is the host.
    actor: Option<UserId>,
    what: Amendment,
}

impl AmendJob {
    fn by(caller: Caller, chat_id: ChatId, message_id: MessageId, what: Amendment) -> Self {
        Self {
            chat_id,
            message_id,
            actor: Some(caller.user_id),
            what,
        }
    }
}

/// What is to be done.
#[derive(Debug)]
enum Amendment {
    Edit(Edit),
    Delete,
    React { emoji: String, is_set: bool },
    Pin(bool),
}

/// Amends messages in batches.
#[derive(Debug)]
pub(super) struct AmendBatch {
    writer: Writer,
    originals: Key,
    edit_window_ms: i64,
}

impl AmendBatch {
    pub(super) fn new(writer: Writer, originals: Key, edit_window_ms: i64) -> Self {
        Self {
            writer,
            originals,
            edit_window_ms,
        }
    }
}

#[async_trait]
impl Batch for AmendBatch {
    type Job = AmendJob;
    type Done = Message;

    async fn write(
        &self,
        jobs: Vec<AmendJob>,
    ) -> Result<Vec<Result<Message, ServiceError>>, ServiceError> {
        let begun = self.writer.storage.begin_batch(&[]).await?;
        let mut desk = Desk::load(begun, self, &jobs).await?;
        let mut results = Vec::with_capacity(jobs.len());
        for job in jobs {
            results.push(desk.amend(job).await?);
        }
        desk.commit(&self.writer).await?;
        Ok(results)
    }
}

/// Whether somebody may give a message this text now.
fn check_edit(
    message: &Message,
    user_id: UserId,
    edit: &Edit,
    (window_ms, now_ms): (i64, i64),
) -> Result<(), ServiceError> {
    if message.event.is_some() {
        return Err(ServiceError::new(ErrorCode::MessageIsEvent));
    }
    if message.sender_id != user_id {
        return Err(ServiceError::new(ErrorCode::Forbidden));
    }
    if message.deleted_at_ms.is_some() {
        return Err(ServiceError::new(ErrorCode::MessageDeleted));
    }
    if edit.text.trim().is_empty() && message.attachments.is_empty() {
        return Err(ServiceError::invalid("text", "The message would be empty."));
    }
    // What it says already may be said again for ever: a repeat of an edit that came in time.
    let is_late = now_ms.saturating_sub(message.sent_at_ms) >= window_ms;
    if is_late && !edit.is_of(message) {
        return Err(ServiceError::new(ErrorCode::EditTooLate));
    }
    Ok(())
}
