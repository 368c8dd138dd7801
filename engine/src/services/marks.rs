//! Watermarks: how far the caller has received and read a chat.
//!
//! Marks come often, from every device, late and twice. They are maxima, so that neither matters;
//! one that moves nothing writes nothing and tells nobody. They never touch the chat's row.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};

use super::{
    Caller, ServiceError, Services,
    batch::{Batch, Writer},
    hot::Hot,
};
use crate::{
    domain::{
        chat::Chat,
        event::Event,
        member::{Advance, Member},
    },
    storage::{Decided, Transaction},
};

impl Services {
    /// Moves the caller's own watermarks forward; the membership after it.
    pub(crate) async fn mark(
        &self,
        caller: Caller,
        chat_id: ChatId,
        delivered_seq: Option<u64>,
        read_seq: Option<u64>,
    ) -> Result<Member, ServiceError> {
        let job = MarkJob {
            chat_id,
            user_id: caller.user_id,
            delivered_seq: delivered_seq.unwrap_or(0),
            read_seq: read_seq.unwrap_or(0),
        };
        self.marks.submit(job).await
    }
}

/// A request to move watermarks, as it came. 0 moves nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct MarkJob {
    chat_id: ChatId,
    user_id: UserId,
    delivered_seq: u64,
    read_seq: u64,
}

impl MarkJob {
    fn key(&self) -> (ChatId, UserId) {
        (self.chat_id, self.user_id)
    }
}

/// Moves watermarks in batches.
#[derive(Debug)]
pub(super) struct MarkBatch(pub(super) Writer);

#[async_trait]
impl Batch for MarkBatch {
    type Job = MarkJob;
    type Done = Member;

    async fn write(
        &self,
        jobs: Vec<MarkJob>,
    ) -> Result<Vec<Result<Member, ServiceError>>, ServiceError> {
        let begun = self.0.storage.begin_batch(&[]).await?;
        let (mut transaction, before) = (begun.transaction, begun.change);
        let mut board = Board::load(&mut *transaction, (&self.0.hot, before), &jobs).await?;
        let now_ms = self.0.clock.now_ms();
        board.tells_reads = self.0.tells_reads;
        let results = jobs.iter().map(|job| board.decide(job, now_ms)).collect();
        let moved = board.moved();
        if !moved.is_empty() {
            let events = moved
                .iter()
                .map(|member| Event::WatermarksMoved {
                    member: member.clone(),
                    is_delivered: board.is_delivered(member),
                })
                .collect();
            let decided = Decided {
                members: moved,
                ..Decided::default()
            };
            self.0.commit(transaction, before, decided, events).await?;
        }
        Ok(results)
    }
}

/// Everything the marks of a batch touch, as it is after the marks decided so far.
struct Board {
    members: HashMap<(ChatId, UserId), Member>,
    chats: HashMap<ChatId, Chat>,
    /// Running counts of the messages that somebody may read up to.
    counts: HashMap<(ChatId, u64), u64>,
    /// Whose watermarks moved, and whether what was delivered did.
    moved: HashMap<(ChatId, UserId), bool>,
    /// Whether anybody is told what others read.
    tells_reads: bool,
}

impl Board {
    async fn load(
        transaction: &mut dyn Transaction,
        (hot, change): (&Hot, u64),
        jobs: &[MarkJob],
    ) -> Result<Self, ServiceError> {
        let pairs: HashSet<_> = jobs.iter().map(MarkJob::key).collect();
        let pairs: Vec<_> = pairs.into_iter().collect();
        let chat_ids: HashSet<_> = jobs.iter().map(|job| job.chat_id).collect();
        let chat_ids: Vec<_> = chat_ids.into_iter().collect();
        let known = hot.load(transaction, change, &chat_ids, &pairs).await?;
        let (chats, mut members) = known;
        members.retain(|_, member| !member.has_left);
        // What is at or beyond the head has the chat's own count; only places in between are read.
        let places: HashSet<_> = jobs
            .iter()
            .filter(|job| {
                let chat = chats.get(&job.chat_id);
                let member = members.get(&job.key());
                chat.is_some_and(|chat| job.read_seq < chat.last_seq)
                    && member.is_some_and(|member| job.read_seq > member.watermarks.read_seq)
            })
            .map(|job| (job.chat_id, job.read_seq))
            .collect();
        let places: Vec<_> = places.into_iter().collect();
        let messages = if places.is_empty() {
            Vec::new()
        } else {
            transaction.messages().find_at(&places).await?
        };
        Ok(Self {
            members,
            chats,
            counts: messages
                .into_iter()
                .map(|message| ((message.chat_id, message.seq), message.count))
                .collect(),
            moved: HashMap::new(),
            tells_reads: true,
        })
    }

    /// Decides one mark; the membership after it.
    fn decide(&mut self, job: &MarkJob, now_ms: i64) -> Result<Member, ServiceError> {
        let chat = self.chats.get(&job.chat_id);
        let member = self.members.get_mut(&job.key());
        let (Some(chat), Some(member)) = (chat, member) else {
            return Err(ServiceError::not_found());
        };
        // A receipt would cross.
        if chat.apart.is_blocked() {
            return Ok(member.clone());
        }
        let read_seq = job.read_seq.min(chat.last_seq);
        let read_count = if read_seq == chat.last_seq {
            Some(chat.message_count)
        } else {
            self.counts.get(&(job.chat_id, read_seq)).copied()
        };
        // A place without a message cannot be counted from: it moves nothing.
        let read_seq = if read_count.is_some() { read_seq } else { 0 };
        let after = member.watermarks.advanced(Advance {
            delivered_seq: job.delivered_seq.min(chat.last_seq),
            read_seq,
            read_count: read_count.unwrap_or(0),
            at_ms: now_ms,
            is_told: self.tells_reads && member.shows_read_receipts,
        });
        if after != member.watermarks {
            let is_delivered = after.delivered_seq > member.watermarks.delivered_seq;
            member.watermarks = after;
            *self.moved.entry(job.key()).or_default() |= is_delivered;
        }
        Ok(member.clone())
    }

    /// The members whose watermarks moved, as they are now.
    fn moved(&self) -> Vec<Member> {
        self.moved
            .keys()
            .filter_map(|key| self.members.get(key).cloned())
            .collect()
    }

    /// Whether what was delivered to a member moved.
    fn is_delivered(&self, member: &Member) -> bool {
        let key = (member.chat_id, member.user_id);
        self.moved.get(&key).is_some_and(|moved| *moved)
    }
}
