//! A batch of amendments on the desk: each is decided from what the transaction holds now, written,
//! and read back whole.

use std::collections::HashMap;

use relaychat_protocol::{ChatId, ErrorCode, MessageId, UserId, rest::webhooks::HostEvent};

use super::{AmendBatch, AmendJob, Amendment, check_edit};
use crate::{
    domain::{
        chat::Chat,
        event::Event,
        member::Member,
        message::{Edit, Message, UserReaction},
        permission,
    },
    limits::{EMOJIS_PER_MESSAGE, NOTICES_KEPT_MS, PINS_PER_CHAT},
    services::{
        Key, ServiceError,
        batch::Writer,
        hot::Pair,
        originals::original_tag,
        outbox::{Happened, about},
    },
    storage::{Batch as Begun, Decided, Transaction},
    wire,
};

/// A transaction with what it has come to so far.
pub(super) struct Desk {
    transaction: Box<dyn Transaction>,
    before: u64,
    chats: HashMap<ChatId, Chat>,
    members: HashMap<Pair, Member>,
    /// Messages after each step, in order.
    updated: Vec<Message>,
    originals: Key,
    edit_window_ms: i64,
    now_ms: i64,
}

impl Desk {
    pub(super) async fn load(
        begun: Begun,
        batch: &AmendBatch,
        jobs: &[AmendJob],
    ) -> Result<Self, ServiceError> {
        let (mut transaction, before) = (begun.transaction, begun.change);
        let chat_ids: Vec<_> = jobs.iter().map(|job| job.chat_id).collect();
        let pair = |job: &AmendJob| Some((job.chat_id, job.actor?));
        let pairs: Vec<_> = jobs.iter().filter_map(pair).collect();
        let hot = &batch.writer.hot;
        let known = hot.load(&mut *transaction, before, &chat_ids, &pairs);
        let (chats, members) = known.await?;
        Ok(Self {
            transaction,
            before,
            chats,
            members,
            updated: Vec::new(),
            originals: batch.originals,
            edit_window_ms: batch.edit_window_ms,
            now_ms: batch.writer.clock.now_ms(),
        })
    }

    /// Does one; the message after it. The outer error is that of the whole batch.
    pub(super) async fn amend(
        &mut self,
        job: AmendJob,
    ) -> Result<Result<Message, ServiceError>, ServiceError> {
        let message = match self.find(&job).await? {
            Some(message) => message,
            None => return Ok(Err(ServiceError::not_found())),
        };
        if let Err(refused) = self.check(&job, &message) {
            return Ok(Err(refused));
        }
        if let Err(refused) = self.check_room(&job, &message).await? {
            return Ok(Err(refused));
        }
        let changed = match job.what {
            Amendment::Edit(edit) => self.edit(message.clone(), edit).await?,
            Amendment::Delete => self.delete(message.clone()).await?,
            Amendment::React { emoji, is_set } => {
                let by = job.actor.unwrap_or(message.sender_id);
                self.react(message.clone(), (by, emoji), is_set).await?
            }
            Amendment::Pin(is_pinned) => self.pin(message.clone(), is_pinned).await?,
        };
        Ok(Ok(changed.unwrap_or(message)))
    }

    /// Writes what is left to write, and commits if there was anything.
    pub(super) async fn commit(mut self, writer: &Writer) -> Result<(), ServiceError> {
        if self.updated.is_empty() {
            return Ok(());
        }
        let happened = self.updated.iter().cloned().map(Happened::Updated);
        let noted = writer
            .outbox
            .note(&mut *self.transaction, happened.collect(), self.now_ms);
        let is_heard = noted.await?;
        let touched = |chat: &Chat| self.updated.iter().any(|one| one.chat_id == chat.id);
        let decided = Decided {
            chats: self
                .chats
                .values()
                .filter(|chat| touched(chat))
                .cloned()
                .collect(),
            ..Decided::default()
        };
        let event = |message| Event::MessageUpdated { message };
        let events = self.updated.into_iter().map(event).collect();
        let committed = writer.commit(self.transaction, self.before, decided, events);
        committed.await?;
        if is_heard {
            writer.outbox.wake();
        }
        Ok(())
    }

    /// The message, if whoever asks may see it.
    async fn find(&mut self, job: &AmendJob) -> Result<Option<Message>, ServiceError> {
        if let Some(user_id) = job.actor {
            let member = self.members.get(&(job.chat_id, user_id));
            if member.is_none_or(|member| member.has_left) {
                return Ok(None);
            }
        }
        let found = self.read(job.message_id).await?;
        Ok(found.filter(|message| message.chat_id == job.chat_id))
    }

    async fn read(&mut self, id: MessageId) -> Result<Option<Message>, ServiceError> {
        Ok(self.transaction.messages().find_many(&[id]).await?.pop())
    }

    /// Whether it may be done to the message as it is now.
    fn check(&self, job: &AmendJob, message: &Message) -> Result<(), ServiceError> {
        // Not for the host either: a line that is deleted would still be no unread message.
        if message.event.is_some() {
            return Err(ServiceError::new(ErrorCode::MessageIsEvent));
        }
        let Some(user_id) = job.actor else {
            return Ok(());
        };
        let chat = self.chats.get(&job.chat_id);
        let refusal = chat.and_then(|chat| chat.refusal(user_id));
        if let Some(code) = refusal.filter(|_| !matches!(job.what, Amendment::Delete)) {
            return Err(ServiceError::new(code));
        }
        match &job.what {
            Amendment::Edit(edit) => {
                check_edit(message, user_id, edit, (self.edit_window_ms, self.now_ms))
            }
            Amendment::Delete => self.check_delete(message, user_id),
            Amendment::React { emoji, is_set } => check_react(message, emoji, *is_set),
            Amendment::Pin(_) => self.check_pin(message, user_id),
        }
    }

    /// Whether what is to be pinned has room. Counted in the transaction that pins, so that the last
    /// place has one winner.
    async fn check_room(
        &mut self,
        job: &AmendJob,
        message: &Message,
    ) -> Result<Result<(), ServiceError>, ServiceError> {
        if !matches!(job.what, Amendment::Pin(true)) || message.pinned_at_ms.is_some() {
            return Ok(Ok(()));
        }
        let messages = self.transaction.messages();
        let pinned = messages.count_pinned(message.chat_id).await?;
        let has_room = pinned < u64::from(PINS_PER_CHAT);
        let refused = || ServiceError::new(ErrorCode::TooManyPins);
        Ok(has_room.then_some(()).ok_or_else(refused))
    }

    fn check_pin(&self, message: &Message, user_id: UserId) -> Result<(), ServiceError> {
        let member = self.members.get(&(message.chat_id, user_id));
        let chat = self.chats.get(&message.chat_id);
        let may = member.zip(chat).is_some_and(|(member, chat)| {
            permission::can_pin_message(chat.kind, member.role, chat.rules.pin)
        });
        match message.deleted_at_ms {
            _ if !may => Err(ServiceError::new(ErrorCode::Forbidden)),
            Some(_) => Err(ServiceError::new(ErrorCode::MessageDeleted)),
            None => Ok(()),
        }
    }

    fn check_delete(&self, message: &Message, user_id: UserId) -> Result<(), ServiceError> {
        let role = self.members.get(&(message.chat_id, user_id));
        let kind = self.chats.get(&message.chat_id).map(|chat| chat.kind);
        let is_own = message.sender_id == user_id;
        let may = role.zip(kind).is_some_and(|(member, kind)| {
            permission::can_delete_message(kind, member.role, is_own)
        });
        may.then_some(())
            .ok_or_else(|| ServiceError::new(ErrorCode::Forbidden))
    }

    async fn edit(
        &mut self,
        message: Message,
        edit: Edit,
    ) -> Result<Option<Message>, ServiceError> {
        if edit.is_of(&message) {
            return Ok(None);
        }
        self.keep_tag(&message).await?;
        let Edit { text, mentions } = edit;
        if mentions != message.mentions {
            let place = (message.chat_id, message.seq);
            let stored = self.transaction.mentions();
            stored.replace(place, &mentions).await?;
        }
        let edited = Message {
            text,
            mentions,
            edited_at_ms: Some(self.now_ms),
            ..message
        };
        self.step(edited).await
    }

    async fn delete(&mut self, message: Message) -> Result<Option<Message>, ServiceError> {
        if message.deleted_at_ms.is_some() {
            return Ok(None);
        }
        self.keep_tag(&message).await?;
        let version = message.version;
        let deleted = self.step(message.deleted(version, self.now_ms)).await?;
        if let Some(deleted) = &deleted {
            self.unsay(deleted).await?;
        }
        Ok(deleted)
    }

    async fn react(
        &mut self,
        message: Message,
        (user_id, emoji): (UserId, String),
        is_set: bool,
    ) -> Result<Option<Message>, ServiceError> {
        let place = (message.chat_id, message.seq);
        let reactions = self.transaction.reactions();
        let has_changed = if is_set {
            let reaction = UserReaction {
                emoji,
                user_id,
                reacted_at_ms: self.now_ms,
            };
            reactions.insert(place, &reaction).await?
        } else {
            reactions.remove(place, &emoji, user_id).await?
        };
        match has_changed {
            true => self.step(message).await,
            false => Ok(None),
        }
    }

    async fn pin(
        &mut self,
        message: Message,
        is_pinned: bool,
    ) -> Result<Option<Message>, ServiceError> {
        if message.pinned_at_ms.is_some() == is_pinned {
            return Ok(None);
        }
        let pinned_at_ms = is_pinned.then_some(self.now_ms);
        let pinned = Message {
            pinned_at_ms,
            ..message
        };
        self.step(pinned).await
    }

    /// Stores a message as the next step of its chat; the message as it is then.
    async fn step(&mut self, message: Message) -> Result<Option<Message>, ServiceError> {
        let Some(chat) = self.chats.get_mut(&message.chat_id) else {
            return Ok(None);
        };
        chat.version += 1;
        let id = message.id;
        let message = Message {
            version: chat.version,
            ..message
        };
        self.transaction.messages().update(&message).await?;
        let stored = self.read(id).await?;
        self.updated.extend(stored.clone());
        Ok(stored)
    }

    /// Keeps what a repeat of the sending is compared with, before it is gone.
    async fn keep_tag(&mut self, message: &Message) -> Result<(), ServiceError> {
        let messages = self.transaction.messages();
        if messages.find_original_tags(&[message.id]).await?.is_empty() {
            let tag = original_tag(&self.originals, &message.draft());
            messages.insert_original_tags(&[(message.id, tag)]).await?;
        }
        Ok(())
    }

    /// Takes a deleted message out of what the host is still to be told, or could be told again.
    async fn unsay(&mut self, deleted: &Message) -> Result<(), ServiceError> {
        let since_ms = deleted.sent_at_ms.max(self.now_ms - NOTICES_KEPT_MS);
        let id = deleted.id.to_string();
        let notices = self.transaction.notices();
        let named = notices.list_holding(deleted.chat_id, since_ms, &id).await?;
        for notice in named {
            let Ok(mut event) = serde_json::from_str::<HostEvent>(&notice.body) else {
                continue;
            };
            let Some(told) = about(&mut event, deleted.id) else {
                continue;
            };
            *told = wire::message(deleted);
            let body = serde_json::to_string(&event).map_err(ServiceError::internal)?;
            notices.rewrite(notice.number, &body).await?;
        }
        Ok(())
    }
}

fn check_react(message: &Message, emoji: &str, is_set: bool) -> Result<(), ServiceError> {
    if message.deleted_at_ms.is_some() {
        return Err(ServiceError::new(ErrorCode::MessageDeleted));
    }
    let is_new = !message.reactions.iter().any(|known| known.emoji == emoji);
    if is_set && is_new && message.reactions.len() >= EMOJIS_PER_MESSAGE {
        return Err(ServiceError::invalid(
            "emoji",
            format!("A message has at most {EMOJIS_PER_MESSAGE} different reactions."),
        ));
    }
    Ok(())
}
