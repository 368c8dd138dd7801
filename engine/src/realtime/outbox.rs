//! The queue of one socket: what the hub puts in and the socket's own task takes out.
//!
//! Putting in never waits: a queue that is full marks its socket as a slow consumer, and the task
//! closes it. Taking out hands over a batch, so that many small frames become one write. Between
//! batches an idle queue holds no memory but itself.
//!
//! While a socket connects it **buffers**: what happens meanwhile is kept aside with the chat it
//! belongs to, because only the snapshot tells for certain which chats may be shown.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Poll, Waker},
};

use relaychat_protocol::{ChatId, SessionId, UserId, frames::close_code};

use super::socket::Frame;

/// Most bytes and frames that are handed to a socket at once: one write of the kernel's usual send
/// buffer, so that what is taken but not yet written stays small.
const BATCH_BYTES: usize = 64 * 1024;
const BATCH_FRAMES: usize = 64;

/// Why a socket closes: a code of [`close_code`] and a short reason for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Close {
    pub(crate) code: u16,
    pub(crate) reason: &'static str,
}

/// Bounds of a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) frames: usize,
    pub(crate) bytes: usize,
}

/// What a socket's task has to do next.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// To be written, in order.
    pub(crate) frames: VecDeque<Frame>,
    /// To be closed after them.
    pub(crate) close: Option<Close>,
    /// A ping is due.
    pub(crate) is_ping_due: bool,
    /// Who may be watched has to be asked again: a membership ended.
    pub(crate) is_watch_stale: bool,
}

/// The queue of one authenticated socket.
#[derive(Debug)]
pub(crate) struct Outbox {
    /// Names the socket within this process. Grows, so that the smallest is the oldest.
    pub(crate) id: u64,
    pub(crate) user_id: UserId,
    pub(crate) session_id: SessionId,
    bounds: Bounds,
    /// When something was last received from the peer, on the hub's clock.
    heard_ms: AtomicU64,
    queue: Mutex<Queue>,
}

/// What waits while a socket connects, with the chat it belongs to.
type Buffer = Vec<(Option<ChatId>, Frame)>;

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<Frame>,
    bytes: usize,
    close: Option<Close>,
    is_ping_due: bool,
    is_watch_stale: bool,
    pinged_ms: Option<u64>,
    buffer: Option<Buffer>,
    news: News,
    waker: Option<Waker>,
}

/// When events came that no `token` frame covers yet.
#[derive(Debug, Default)]
struct News {
    is_uncovered: bool,
    has_tokens: bool,
    last_event_ms: u64,
    last_token_ms: u64,
}

/// After which pauses a `token` frame is due.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenPace {
    pub(crate) quiet_ms: u64,
    pub(crate) every_ms: u64,
}

impl Outbox {
    /// An empty queue that buffers until [`Self::go_live`].
    pub(crate) fn new(
        id: u64,
        user_id: UserId,
        session_id: SessionId,
        bounds: Bounds,
        now_ms: u64,
    ) -> Self {
        Self {
            id,
            user_id,
            session_id,
            bounds,
            heard_ms: AtomicU64::new(now_ms),
            queue: Mutex::new(Queue {
                buffer: Some(Buffer::new()),
                news: News {
                    last_token_ms: now_ms,
                    ..News::default()
                },
                ..Queue::default()
            }),
        }
    }

    /// Puts an event in. `chat_id` is the chat whose members alone may see it.
    pub(crate) fn push_event(&self, chat_id: Option<ChatId>, frame: &Frame, now_ms: u64) {
        let mut queue = self.lock();
        queue.news.is_uncovered = true;
        queue.news.last_event_ms = now_ms;
        self.put(&mut queue, chat_id, frame.clone());
    }

    /// Puts something in that is no durable event: an answer, typing, presence.
    pub(crate) fn push(&self, chat_id: Option<ChatId>, frame: Frame) {
        self.put(&mut self.lock(), chat_id, frame);
    }

    /// Ends buffering: what was buffered for chats that `is_visible` says yes to is queued. `token`
    /// frames follow when `has_tokens`.
    pub(crate) fn go_live(&self, has_tokens: bool, is_visible: impl Fn(ChatId) -> bool) {
        let mut queue = self.lock();
        queue.news.has_tokens = has_tokens;
        queue.bytes = 0;
        for (chat_id, frame) in queue.buffer.take().into_iter().flatten() {
            if chat_id.is_none_or(&is_visible) {
                self.put(&mut queue, None, frame);
            }
        }
    }

    /// Closes the socket after what is queued. The first reason stays.
    pub(crate) fn close(&self, close: Close) {
        let mut queue = self.lock();
        queue.close.get_or_insert(close);
        wake(&mut queue);
    }

    /// Whether the socket is to be closed.
    pub(crate) fn closing(&self) -> Option<Close> {
        self.lock().close
    }

    /// Has the task ask again who may be watched.
    pub(crate) fn recheck_watch(&self) {
        let mut queue = self.lock();
        queue.is_watch_stale = true;
        wake(&mut queue);
    }

    /// Something was received from the peer.
    pub(crate) fn heard(&self, now_ms: u64) {
        self.heard_ms.store(now_ms, Ordering::Relaxed);
    }

    /// Pings after `ping_after_ms` of silence, and closes when the answer takes `pong_timeout_ms`.
    pub(crate) fn check_alive(&self, now_ms: u64, ping_after_ms: u64, pong_timeout_ms: u64) {
        let heard_ms = self.heard_ms.load(Ordering::Relaxed);
        if now_ms.saturating_sub(heard_ms) < ping_after_ms {
            return;
        }
        let mut queue = self.lock();
        match queue.pinged_ms {
            Some(pinged_ms) if pinged_ms > heard_ms => {
                if now_ms.saturating_sub(pinged_ms) >= pong_timeout_ms {
                    queue.close.get_or_insert(Close {
                        code: close_code::SLOW_CONSUMER,
                        reason: "no answer to ping",
                    });
                    wake(&mut queue);
                }
            }
            _ => {
                queue.pinged_ms = Some(now_ms);
                queue.is_ping_due = true;
                wake(&mut queue);
            }
        }
    }

    /// Whether a `token` frame is due; it is taken as sent.
    pub(crate) fn take_token_due(&self, now_ms: u64, pace: TokenPace) -> bool {
        let mut queue = self.lock();
        let news = &mut queue.news;
        let is_due = news.has_tokens
            && news.is_uncovered
            && (now_ms.saturating_sub(news.last_event_ms) >= pace.quiet_ms
                || now_ms.saturating_sub(news.last_token_ms) >= pace.every_ms);
        let is_live = queue.buffer.is_none();
        if is_due && is_live {
            queue.news.is_uncovered = false;
            queue.news.last_token_ms = now_ms;
        }
        is_due && is_live
    }

    /// Waits until there is something to do.
    pub(crate) async fn next(&self) -> Batch {
        std::future::poll_fn(|context| {
            let mut queue = self.lock();
            if let Some(batch) = queue.take_batch() {
                return Poll::Ready(batch);
            }
            match &queue.waker {
                Some(waker) if waker.will_wake(context.waker()) => {}
                _ => queue.waker = Some(context.waker().clone()),
            }
            Poll::Pending
        })
        .await
    }

    /// Waits until the socket is to be closed, whatever is queued: for a task that is stuck in a
    /// write.
    pub(crate) async fn closed(&self) -> Close {
        std::future::poll_fn(|context| {
            let mut queue = self.lock();
            if let Some(close) = queue.close {
                return Poll::Ready(close);
            }
            queue.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    fn put(&self, queue: &mut Queue, chat_id: Option<ChatId>, frame: Frame) {
        if queue.close.is_some() {
            return;
        }
        queue.bytes += frame.len();
        let buffered = queue.buffer.as_ref().map_or(0, Vec::len);
        if queue.frames.len() + buffered >= self.bounds.frames || queue.bytes > self.bounds.bytes {
            queue.frames = VecDeque::new();
            queue.buffer = None;
            queue.close = Some(Close {
                code: close_code::SLOW_CONSUMER,
                reason: "reads too slowly",
            });
        } else if let Some(buffer) = &mut queue.buffer {
            buffer.push((chat_id, frame));
            return;
        } else {
            queue.frames.push_back(frame);
        }
        wake(queue);
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn take_batch(&mut self) -> Option<Batch> {
        let has_work = !self.frames.is_empty()
            || self.close.is_some()
            || self.is_ping_due
            || self.is_watch_stale;
        if !has_work {
            return None;
        }
        let frames = self.take_frames();
        Some(Batch {
            close: self.close.filter(|_| self.frames.is_empty()),
            frames,
            is_ping_due: std::mem::take(&mut self.is_ping_due),
            is_watch_stale: std::mem::take(&mut self.is_watch_stale),
        })
    }

    fn take_frames(&mut self) -> VecDeque<Frame> {
        if self.frames.len() <= BATCH_FRAMES && self.bytes <= BATCH_BYTES {
            self.bytes = 0;
            return std::mem::take(&mut self.frames);
        }
        let mut batch = VecDeque::new();
        let mut bytes = 0;
        while let Some(frame) = self.frames.front() {
            let is_full = batch.len() >= BATCH_FRAMES || bytes + frame.len() > BATCH_BYTES;
            if is_full && !batch.is_empty() {
                break;
            }
            bytes += frame.len();
            batch.extend(self.frames.pop_front());
        }
        self.bytes = self.bytes.saturating_sub(bytes);
        batch
    }
}

fn wake(queue: &mut Queue) {
    if let Some(waker) = queue.waker.take() {
        waker.wake();
    }
}

#[cfg(test)]
mod tests;
