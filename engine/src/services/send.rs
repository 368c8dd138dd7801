//! Sending: idempotent by the client's id, durable before the answer, many in one commit.
//!
//! A batch reads everything its drafts touch at once, decides them one by one in memory in the
//! order of the queue, and writes what was accepted at once. The decisions see each other: two
//! drafts for one chat get neighbouring places, a repeat inside a batch finds the first, an upload
//! is given away once. A refused draft changes nothing and stops nobody.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use relaychat_protocol::{AttachmentId, ChatId, ErrorCode, MessageId, UserId};
use tokio::time::Instant;

use super::{
    Caller, Rate, ServiceError, Services,
    batch::{Batch, Writer},
    validate,
};
use crate::{
    domain::{
        attachment::{Attachment, Usage},
        chat::Chat,
        event::Event,
        member::{Advance, Member},
        message::{Draft, Message},
    },
    storage::Transaction,
};

/// A sent message.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// The message as it was stored.
    pub(crate) message: Message,
    /// Whether it had been sent before.
    pub(crate) is_repeat: bool,
}

impl Services {
    /// Sends a message: durable when this returns. `draft.sender_id` must be the caller.
    pub(crate) async fn send_message(
        &self,
        caller: Caller,
        draft: Draft,
    ) -> Result<Sent, ServiceError> {
        debug_assert_eq!(caller.user_id, draft.sender_id);
        let started = Instant::now();
        let sent = self.send_checked(caller, draft).await;
        match &sent {
            Ok(_) => self.metrics.sends.record(started.elapsed()),
            Err(_) => self.metrics.sends_refused.add(1),
        }
        sent
    }

    async fn send_checked(&self, caller: Caller, draft: Draft) -> Result<Sent, ServiceError> {
        validate::draft(&draft)?;
        self.check_rate(Rate::Send, caller.user_id)?;
        self.sends.submit(draft).await
    }
}

/// Sends drafts in batches.
#[derive(Debug)]
pub(super) struct SendBatch(pub(super) Writer);

#[async_trait]
impl Batch for SendBatch {
    type Job = Draft;
    type Done = Sent;

    async fn write(
        &self,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Result<Sent, ServiceError>>, ServiceError> {
        let mut transaction = self.0.storage.begin().await?;
        let mut desk = Desk::load(&mut *transaction, &drafts).await?;
        // The time is taken within the transaction: batches come one after another.
        let now_ms = self.0.clock.now_ms();
        let results = drafts
            .into_iter()
            .map(|draft| desk.decide(draft, now_ms))
            .collect();
        if !desk.accepted.is_empty() {
            let events = desk.store(&mut *transaction).await?;
            self.0.commit(transaction, events).await?;
        }
        Ok(results)
    }
}

/// Everything the drafts of a batch touch, as it is after the drafts decided so far.
struct Desk {
    messages: HashMap<MessageId, Message>,
    members: HashMap<(ChatId, UserId), Member>,
    chats: HashMap<ChatId, Chat>,
    uploads: HashMap<AttachmentId, Attachment>,
    accepted: Vec<(Message, Member)>,
}

impl Desk {
    async fn load(
        transaction: &mut dyn Transaction,
        drafts: &[Draft],
    ) -> Result<Self, ServiceError> {
        let ids: Vec<_> = unique(drafts.iter().map(|draft| draft.id));
        let pairs: Vec<_> = unique(drafts.iter().map(|draft| (draft.chat_id, draft.sender_id)));
        let chat_ids: Vec<_> = unique(drafts.iter().map(|draft| draft.chat_id));
        let upload_ids: Vec<_> =
            unique(drafts.iter().flat_map(|draft| draft.attachment_ids.clone()));
        let messages = transaction.messages().find_many(&ids).await?;
        let members = transaction.members().find_many(&pairs).await?;
        let chats = transaction.chats().find_many(&chat_ids).await?;
        let uploads = if upload_ids.is_empty() {
            Vec::new()
        } else {
            transaction.attachments().find_many(&upload_ids).await?
        };
        Ok(Self {
            messages: messages.into_iter().map(|m| (m.id, m)).collect(),
            members: members
                .into_iter()
                .map(|member| ((member.chat_id, member.user_id), member))
                .collect(),
            chats: chats.into_iter().map(|chat| (chat.id, chat)).collect(),
            uploads: uploads
                .into_iter()
                .map(|upload| (upload.id, upload))
                .collect(),
            accepted: Vec::new(),
        })
    }

    /// Decides one draft. An error leaves everything as it was.
    fn decide(&mut self, draft: Draft, now_ms: i64) -> Result<Sent, ServiceError> {
        if let Some(message) = self.messages.get(&draft.id)
            && draft.became(message)
        {
            return Ok(Sent {
                message: message.clone(),
                is_repeat: true,
            });
        }
        let key = (draft.chat_id, draft.sender_id);
        let member = self.members.get(&key).filter(|member| !member.has_left);
        let (Some(member), Some(chat)) = (member, self.chats.get(&draft.chat_id)) else {
            return Err(ServiceError::not_found());
        };
        if self.messages.contains_key(&draft.id) {
            return Err(ServiceError::new(ErrorCode::MessageIdReused));
        }
        let attachments = self.attachments_of(&draft)?;

        let chat = Chat {
            last_seq: chat.last_seq + 1,
            version: chat.version + 1,
            message_count: chat.message_count + 1,
            last_activity_at_ms: chat.last_activity_at_ms.max(now_ms),
            ..chat.clone()
        };
        let message = Message {
            id: draft.id,
            chat_id: draft.chat_id,
            seq: chat.last_seq,
            version: chat.version,
            count: chat.message_count,
            sender_id: draft.sender_id,
            sent_at_ms: now_ms,
            text: draft.text,
            attachments,
        };
        let sender = Member {
            watermarks: member.watermarks.advanced(Advance {
                delivered_seq: message.seq,
                read_seq: message.seq,
                read_count: message.count,
                at_ms: now_ms,
            }),
            ..member.clone()
        };
        for attachment in &message.attachments {
            self.uploads.insert(attachment.id, attachment.clone());
        }
        self.chats.insert(chat.id, chat);
        self.members.insert(key, sender.clone());
        self.messages.insert(message.id, message.clone());
        self.accepted.push((message.clone(), sender));
        Ok(Sent {
            message,
            is_repeat: false,
        })
    }

    /// The uploads a draft names, given to its message. Unknown, foreign and used ones look alike.
    fn attachments_of(&self, draft: &Draft) -> Result<Vec<Attachment>, ServiceError> {
        let usage = Usage::Message(draft.chat_id, draft.id);
        let given = |id: &AttachmentId| {
            let upload = self.uploads.get(id)?;
            let is_free = upload.owner_id == draft.sender_id && upload.usage == Usage::Unused;
            is_free.then(|| Attachment {
                usage,
                ..upload.clone()
            })
        };
        let attachments: Option<Vec<_>> = draft.attachment_ids.iter().map(given).collect();
        attachments.ok_or_else(|| {
            ServiceError::invalid(
                "attachment_ids",
                "One of these is no unused upload of the caller.",
            )
        })
    }

    /// Writes what was accepted; gives the events in the order of the queue.
    async fn store(self, transaction: &mut dyn Transaction) -> Result<Vec<Event>, ServiceError> {
        let (messages, senders): (Vec<Message>, Vec<Member>) = self.accepted.into_iter().unzip();
        let touched: HashSet<ChatId> = messages.iter().map(|message| message.chat_id).collect();
        let chats: Vec<Chat> = touched
            .iter()
            .filter_map(|id| self.chats.get(id).cloned())
            .collect();
        // Of several messages of one sender to one chat, the last one has the watermarks.
        let newest: HashMap<_, _> = senders
            .iter()
            .map(|sender| ((sender.chat_id, sender.user_id), sender.clone()))
            .collect();
        let members: Vec<Member> = newest.into_values().collect();
        transaction.messages().insert_many(&messages).await?;
        transaction.chats().update_many(&chats).await?;
        transaction.members().advance_many(&members).await?;
        let events = messages
            .into_iter()
            .zip(senders)
            .map(|(message, sender)| Event::MessageSent { message, sender });
        Ok(events.collect())
    }
}

/// Each item once.
fn unique<T: Eq + std::hash::Hash>(items: impl Iterator<Item = T>) -> Vec<T> {
    let distinct: HashSet<T> = items.collect();
    distinct.into_iter().collect()
}
