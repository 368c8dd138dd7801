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
    Caller, Key, Rate, ServiceError, Services,
    batch::{Batch, Writer},
    originals::original_tag,
    outbox::Happened,
    validate,
};
use crate::{
    domain::{
        attachment::{Attachment, Usage},
        chat::Chat,
        event::Event,
        member::{Advance, Member},
        message::{Draft, Message, Quote},
        permission,
        staged::StagedRef,
    },
    hooks::DraftContent,
    storage::{Batch as Begun, Decided, OriginalTag},
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
        let sent = self.send_checked(Some(caller), draft).await;
        match &sent {
            Ok(_) => self.metrics.sends.record(started.elapsed()),
            Err(_) => self.metrics.sends_refused.add(1),
        }
        sent
    }

    /// Sends a message after everything that may refuse it. Without a caller the host speaks for
    /// the sender: no rate and no role holds it back, and it is not asked whether it may.
    pub(super) async fn send_checked(
        &self,
        caller: Option<Caller>,
        draft: Draft,
    ) -> Result<Sent, ServiceError> {
        validate::draft(&draft)?;
        let is_judged = self.are_sends_judged();
        if !is_judged && !self.rates.is_shared() {
            self.check_send_rate(caller).await?;
            self.keep_membership_fresh(draft.chat_id).await?;
            let job = SendJob::from(draft).spoken_by(caller);
            return self.sends.submit(job).await;
        }
        // What may wait for others must not change the order of a sender's messages.
        let mut place = self.lanes.enter(draft.sender_id, draft.chat_id);
        self.check_send_rate(caller).await?;
        self.keep_membership_fresh(draft.chat_id).await?;
        let job = if is_judged {
            let session_id = caller.map(|caller| caller.session_id);
            let content = self.judged_draft(session_id, &draft).await?;
            SendJob::judged(draft, content)?
        } else {
            SendJob::from(draft)
        };
        place.wait().await;
        let pending = self.sends.queue(job.spoken_by(caller)).await?;
        drop(place);
        pending.answered().await
    }

    async fn check_send_rate(&self, caller: Option<Caller>) -> Result<(), ServiceError> {
        match caller {
            Some(caller) => self.check_rate(Rate::Send, caller.user_id).await,
            None => Ok(()),
        }
    }
}

/// A message on its way into storage.
#[derive(Debug)]
pub(super) struct SendJob {
    /// What is stored.
    draft: Draft,
    /// What the client sent, when a hook made something else of it.
    original: Option<Draft>,
    /// The waiting message that this is, of a host.
    staged: Option<StagedRef>,
    /// Whether the host speaks for the sender, whom no role holds back then.
    is_of_host: bool,
}

impl From<Draft> for SendJob {
    fn from(draft: Draft) -> Self {
        Self {
            draft,
            original: None,
            staged: None,
            is_of_host: false,
        }
    }
}

impl SendJob {
    /// A message that a host left in a transaction of its own: it waits no longer when this is
    /// decided.
    pub(super) fn staged(draft: Draft, staged: StagedRef) -> Self {
        Self {
            staged: Some(staged),
            is_of_host: true,
            ..Self::from(draft)
        }
    }

    /// What a caller says, or without one the host.
    fn spoken_by(self, caller: Option<Caller>) -> Self {
        let is_of_host = caller.is_none();
        Self { is_of_host, ..self }
    }

    /// A draft that was judged: `content` is what is left of it.
    fn judged(draft: Draft, content: DraftContent) -> Result<Self, ServiceError> {
        let DraftContent {
            text,
            attachment_ids,
        } = content;
        if text == draft.text && attachment_ids == draft.attachment_ids {
            return Ok(Self::from(draft));
        }
        let changed = Draft {
            text,
            attachment_ids,
            ..draft.clone()
        };
        // Not the client's mistake, and nothing it could repair.
        validate::draft(&changed).map_err(|error| {
            tracing::error!(%error, "a before_send hook made a message that cannot be stored");
            ServiceError::host_is_broken()
        })?;
        Ok(Self {
            original: Some(draft),
            ..Self::from(changed)
        })
    }
}

impl Services {
    /// Sends what the host says for somebody: no rate holds it back, but its hooks judge it.
    pub(super) async fn send_for_host(&self, draft: Draft) -> Result<Sent, ServiceError> {
        self.send_checked(None, draft).await
    }
}

/// Sends drafts in batches.
pub(super) struct SendBatch {
    writer: Writer,
    /// Tags what clients sent.
    originals: Key,
}

impl SendBatch {
    pub(super) fn new(writer: Writer, originals: Key) -> Self {
        Self { writer, originals }
    }
}

#[async_trait]
impl Batch for SendBatch {
    type Job = SendJob;
    type Done = Sent;

    async fn write(
        &self,
        jobs: Vec<SendJob>,
    ) -> Result<Vec<Result<Sent, ServiceError>>, ServiceError> {
        let ids: Vec<_> = unique(jobs.iter().map(|job| job.draft.id));
        let mut begun = self.writer.storage.begin_batch(&ids).await?;
        let mut desk = Desk::load(&mut begun, &self.writer, &jobs, self.originals).await?;
        let (mut transaction, before) = (begun.transaction, begun.change);
        // The time is taken within the transaction: batches come one after another.
        let now_ms = self.writer.clock.now_ms();
        let staged: Vec<_> = jobs.iter().filter_map(|job| job.staged).collect();
        let results = jobs
            .into_iter()
            .map(|job| desk.decide(job, now_ms))
            .collect();
        if !staged.is_empty() {
            transaction.staged().remove(&staged).await?;
        }
        if !desk.accepted.is_empty() {
            let outbox = &self.writer.outbox;
            let tags = &desk.accepted_tags;
            transaction.messages().insert_original_tags(tags).await?;
            let (decided, events) = desk.decided();
            let is_heard = outbox.hears(&mut *transaction, "message.sent").await?;
            if is_heard {
                let sent = events.iter().filter_map(sent).collect();
                outbox.note(&mut *transaction, sent, now_ms).await?;
            }
            let committed = self.writer.commit(transaction, before, decided, events);
            committed.await?;
            if is_heard {
                outbox.wake();
            }
        } else if !staged.is_empty() {
            let nothing = Decided::default();
            let committed = self.writer.commit(transaction, before, nothing, Vec::new());
            committed.await?;
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
    /// Messages that drafts answer.
    quoted: HashMap<MessageId, Message>,
    /// Tags of what clients sent, of messages that are something else now.
    tags: HashMap<MessageId, OriginalTag>,
    originals: Key,
    /// Whether anybody is told what others read.
    tells_reads: bool,
    accepted: Vec<(Message, Member)>,
    accepted_tags: Vec<(MessageId, OriginalTag)>,
}

impl Desk {
    async fn load(
        begun: &mut Begun,
        writer: &Writer,
        jobs: &[SendJob],
        originals: Key,
    ) -> Result<Self, ServiceError> {
        let drafts = || jobs.iter().map(|job| &job.draft);
        let pairs: Vec<_> = unique(drafts().map(|draft| (draft.chat_id, draft.sender_id)));
        let chat_ids: Vec<_> = unique(drafts().map(|draft| draft.chat_id));
        let upload_ids: Vec<_> = unique(drafts().flat_map(|draft| draft.attachment_ids.clone()));
        let transaction = &mut *begun.transaction;
        let messages = std::mem::take(&mut begun.messages);
        // Only repeats find one.
        let known: Vec<_> = messages.iter().map(|message| message.id).collect();
        let tags = transaction.messages().find_original_tags(&known).await?;
        let quoted_ids: Vec<_> = unique(drafts().filter_map(|draft| draft.reply_to_id));
        let quoted = match quoted_ids.is_empty() {
            true => Vec::new(),
            false => transaction.messages().find_many(&quoted_ids).await?,
        };
        let known = writer
            .hot
            .load(transaction, begun.change, &chat_ids, &pairs);
        let (chats, members) = known.await?;
        let uploads = if upload_ids.is_empty() {
            Vec::new()
        } else {
            transaction.attachments().find_many(&upload_ids).await?
        };
        Ok(Self {
            messages: messages.into_iter().map(|m| (m.id, m)).collect(),
            members,
            chats,
            uploads: uploads
                .into_iter()
                .map(|upload| (upload.id, upload))
                .collect(),
            quoted: quoted.into_iter().map(|m| (m.id, m)).collect(),
            tags: tags.into_iter().collect(),
            originals,
            tells_reads: writer.tells_reads,
            accepted: Vec::new(),
            accepted_tags: Vec::new(),
        })
    }

    /// Decides one draft. An error leaves everything as it was.
    fn decide(&mut self, job: SendJob, now_ms: i64) -> Result<Sent, ServiceError> {
        let SendJob {
            draft,
            original,
            staged: _,
            is_of_host,
        } = job;
        if let Some(message) = self.messages.get(&draft.id)
            && self.is_repeat(original.as_ref().unwrap_or(&draft), message)
        {
            return Ok(Sent {
                message: message.clone(),
                is_repeat: true,
            });
        }
        let key = (draft.chat_id, draft.sender_id);
        let (member, chat) = self.place_of(&draft, is_of_host)?;
        if self.messages.contains_key(&draft.id) {
            return Err(ServiceError::new(ErrorCode::MessageIdReused));
        }
        let attachments = self.attachments_of(&draft)?;
        let reply_to = self.quote_of(&draft)?;

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
            edited_at_ms: None,
            deleted_at_ms: None,
            reply_to,
            reactions: Vec::new(),
            mentions: draft.mentions,
            pinned_at_ms: None,
            event: None,
        };
        let sender = Member {
            watermarks: member.watermarks.advanced(Advance {
                delivered_seq: message.seq,
                read_seq: message.seq,
                read_count: message.count,
                at_ms: now_ms,
                is_told: self.tells_reads && member.shows_read_receipts,
            }),
            ..member.clone()
        };
        for attachment in &message.attachments {
            self.uploads.insert(attachment.id, attachment.clone());
        }
        self.chats.insert(chat.id, chat);
        self.members.insert(key, sender.clone());
        self.messages.insert(message.id, message.clone());
        if let Some(original) = original {
            self.keep_tag(message.id, &original);
        }
        self.accepted.push((message.clone(), sender));
        Ok(Sent {
            message,
            is_repeat: false,
        })
    }

    /// The sender and the chat of a draft, if the sender can say anything new there.
    fn place_of(&self, draft: &Draft, is_of_host: bool) -> Result<(&Member, &Chat), ServiceError> {
        let key = (draft.chat_id, draft.sender_id);
        let member = self.members.get(&key).filter(|member| !member.has_left);
        let (Some(member), Some(chat)) = (member, self.chats.get(&draft.chat_id)) else {
            return Err(ServiceError::not_found());
        };
        let may = is_of_host || permission::can_send(member.role, chat.rules.send);
        let by_role = (!may).then_some(ErrorCode::Forbidden);
        match chat.refusal(draft.sender_id).or(by_role) {
            Some(code) => Err(ServiceError::new(code)),
            None => Ok((member, chat)),
        }
    }

    /// Keeps what a repeat is compared with.
    fn keep_tag(&mut self, id: MessageId, original: &Draft) {
        let tag = original_tag(&self.originals, original);
        self.tags.insert(id, tag);
        self.accepted_tags.push((id, tag));
    }

    /// Whether the client sent the same when `message` was stored.
    fn is_repeat(&self, sent: &Draft, message: &Message) -> bool {
        match self.tags.get(&message.id) {
            None => sent.became(message),
            Some(tag) => original_tag(&self.originals, sent) == *tag,
        }
    }

    /// What a draft answers. One of this batch can be answered in it.
    fn quote_of(&self, draft: &Draft) -> Result<Option<Quote>, ServiceError> {
        let Some(id) = draft.reply_to_id else {
            return Ok(None);
        };
        let known = self.quoted.get(&id).or_else(|| self.messages.get(&id));
        let known = known
            .filter(|message| message.chat_id == draft.chat_id && message.deleted_at_ms.is_none());
        let message = known.ok_or_else(|| {
            ServiceError::invalid("reply_to_id", "There is no such message in this chat.")
        })?;
        if message.event.is_some() {
            return Err(ServiceError::new(ErrorCode::MessageIsEvent));
        }
        Ok(Some(Quote::of(message)))
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

    /// What was accepted, and the events in the order of the queue.
    fn decided(self) -> (Decided, Vec<Event>) {
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
        let events = messages
            .iter()
            .cloned()
            .zip(senders)
            .map(|(message, sender)| Event::MessageSent { message, sender })
            .collect();
        let decided = Decided {
            messages,
            chats,
            members,
            touched: None,
        };
        (decided, events)
    }
}

/// What the host may want to hear of an event.
fn sent(event: &Event) -> Option<Happened> {
    match event {
        Event::MessageSent { message, .. } => Some(Happened::Sent(message.clone())),
        _ => None,
    }
}

/// Each item once.
fn unique<T: Eq + std::hash::Hash>(items: impl Iterator<Item = T>) -> Vec<T> {
    let distinct: HashSet<T> = items.collect();
    distinct.into_iter().collect()
}
