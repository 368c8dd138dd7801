//! What goes out to one socket: written at once by whoever has it, kept only while the kernel is full.
//!
//! The hub and the socket's own task put frames in. As long as nothing waits, a frame is written
//! there and then, without waking anybody; a delivery is one system call with bytes that all sockets
//! share. What the kernel does not take waits here, and everything after it waits behind it, so the
//! order is exact; the socket's task is woken once and writes when there is room again.
//!
//! Putting in never waits: a queue that is full marks its socket as a slow consumer, and the task
//! closes it. An idle queue holds no memory but itself.
//!
//! The event of a message that this very socket sent is **held** until its answer, which follows the
//! commit at once: both leave in one write.
//!
//! While a socket connects it **buffers**: what happens meanwhile is kept aside with the chat it
//! belongs to, because only the snapshot tells for certain which chats may be shown.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
};

use relaychat_protocol::{ChatId, MessageId, SessionId, UserId, frames::close_code};

use super::socket::{Backlog, Frame, Writer};

/// Why a socket closes: a code of [`close_code`] and a short reason for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Close {
    pub(crate) code: u16,
    pub(crate) reason: &'static str,
}

/// Of a socket whose task has ended its own way: nothing more is put in.
const DETACHED: Close = Close {
    code: close_code::INTERNAL,
    reason: "ended",
};

/// Most bytes that wait for an answer: a large commit leaves in pieces, as it does for everybody.
const HELD_BYTES_MAX: usize = 64 * 1024;

/// Bounds of a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) frames: usize,
    pub(crate) bytes: usize,
}

/// What a socket's task has to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Todo {
    /// End, and say why.
    Close(Close),
    /// Ask again who may be watched: a membership ended.
    RecheckWatch,
    /// Read on: everything that waited has been written.
    Drained,
    /// The peer is gone.
    Gone,
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
#[derive(Debug, Default)]
struct Buffer {
    frames: Vec<(Option<ChatId>, Frame)>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Queue {
    /// Where frames go. None: not yet, or not any more.
    writer: Option<Writer>,
    /// What waits. Whatever is put in while something does waits behind it.
    backlog: Backlog,
    /// Messages that this socket sends and that were not answered yet.
    unanswered: Vec<MessageId>,
    /// What leaves together with the answer. Nothing waits before it.
    held: Option<Frame>,
    close: Option<Close>,
    is_watch_stale: bool,
    pinged_ms: Option<u64>,
    buffer: Option<Box<Buffer>>,
    news: News,
    waker: Option<Waker>,
    /// Frames since they were last counted.
    sent: usize,
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
                buffer: Some(Box::default()),
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
        self.put(&mut queue, chat_id, frame);
    }

    /// Like [`Self::push_event`], for messages: those of this socket leave with their answer.
    pub(crate) fn push_messages(
        &self,
        chat_id: ChatId,
        (frame, message_ids): (&Frame, &[MessageId]),
        now_ms: u64,
    ) {
        let mut queue = self.lock();
        queue.news.is_uncovered = true;
        queue.news.last_event_ms = now_ms;
        if !queue.may_hold(message_ids) {
            self.put(&mut queue, Some(chat_id), frame);
        } else if queue.close.is_none() {
            queue.sent += frame.count();
            let held = queue.held.take();
            queue.held = Some(after(held, frame));
        }
    }

    /// This socket sends a message: [`Self::answers`] is called before its answer is put in.
    pub(crate) fn sends(&self, message_id: MessageId) {
        self.lock().unanswered.push(message_id);
    }

    /// The next that is put in is the answer to a message, or comes right before it.
    pub(crate) fn answers(&self, message_id: MessageId) {
        let unanswered = &mut self.lock().unanswered;
        if let Some(place) = unanswered.iter().position(|id| *id == message_id) {
            unanswered.swap_remove(place);
        }
        if unanswered.is_empty() {
            // Idle sockets are many: between messages no memory is kept.
            *unanswered = Vec::new();
        }
    }

    /// Puts something in that is no durable event: an answer, typing, presence.
    pub(crate) fn push(&self, chat_id: Option<ChatId>, frame: &Frame) {
        self.put(&mut self.lock(), chat_id, frame);
    }

    /// Ends buffering: what was buffered for chats that `is_visible` says yes to is queued. `token`
    /// frames follow when `has_tokens`.
    pub(crate) fn go_live(&self, has_tokens: bool, is_visible: impl Fn(ChatId) -> bool) {
        let mut queue = self.lock();
        queue.news.has_tokens = has_tokens;
        let buffered = queue.buffer.take().map(|buffer| buffer.frames);
        for (chat_id, frame) in buffered.into_iter().flatten() {
            if chat_id.is_none_or(&is_visible) {
                self.put(&mut queue, None, &frame);
            }
        }
    }

    /// Here is where frames go. What waits already is written by the socket's task.
    pub(crate) fn attach(&self, writer: Writer) {
        self.lock().writer = Some(writer);
    }

    /// Takes back where frames go, with what waits. Whatever is put in from here on is dropped.
    pub(crate) fn detach(&self) -> (Option<Writer>, Backlog) {
        let mut queue = self.lock();
        queue.close.get_or_insert(DETACHED);
        queue.buffer = None;
        if let Some(held) = queue.held.take() {
            queue.backlog.push(held, 0);
        }
        (queue.writer.take(), std::mem::take(&mut queue.backlog))
    }

    /// How many frames were put in since the last time.
    pub(crate) fn take_sent(&self) -> usize {
        std::mem::take(&mut self.lock().sent)
    }

    /// Whether something waits to be written.
    pub(crate) fn has_backlog(&self) -> bool {
        !self.lock().backlog.is_empty()
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
                self.put(&mut queue, None, &Frame::ping());
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

    /// Writes what waits, until there is something else to do.
    pub(crate) async fn next(&self) -> Todo {
        std::future::poll_fn(|context| {
            let mut queue = self.lock();
            let todo = queue.poll_todo(context);
            if todo.is_pending() {
                match &queue.waker {
                    Some(waker) if waker.will_wake(context.waker()) => {}
                    _ => queue.waker = Some(context.waker().clone()),
                }
            }
            todo
        })
        .await
    }

    fn put(&self, queue: &mut Queue, chat_id: Option<ChatId>, frame: &Frame) {
        if queue.close.is_some() {
            return;
        }
        queue.sent += frame.count();
        let has_room = if let Some(buffer) = &mut queue.buffer {
            buffer.put(chat_id, frame, self.bounds)
        } else {
            queue.write(frame, self.bounds)
        };
        if !has_room {
            queue.held = None;
            queue.backlog.cut();
            queue.buffer = None;
            queue.close = Some(Close {
                code: close_code::SLOW_CONSUMER,
                reason: "reads too slowly",
            });
            wake(queue);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buffer {
    /// Keeps a frame, if there is room.
    fn put(&mut self, chat_id: Option<ChatId>, frame: &Frame, bounds: Bounds) -> bool {
        self.bytes += frame.len();
        let has_room = self.frames.len() < bounds.frames && self.bytes <= bounds.bytes;
        if has_room {
            self.frames.push((chat_id, frame.clone()));
        }
        has_room
    }
}

impl Queue {
    /// Whether one of these is answered right after it, and nothing waits already.
    fn may_hold(&self, message_ids: &[MessageId]) -> bool {
        !self.unanswered.is_empty()
            && self.buffer.is_none()
            && self.backlog.is_empty()
            && matches!(self.writer, Some(Writer::Tcp(_)))
            && self.held.as_ref().map_or(0, Frame::len) < HELD_BYTES_MAX
            && message_ids.iter().any(|id| self.unanswered.contains(id))
    }

    /// Writes a frame, with what was held for it, or lets it wait, if there is room.
    fn write(&mut self, frame: &Frame, bounds: Bounds) -> bool {
        match self.held.take() {
            None => self.write_now(frame, bounds),
            held => self.write_now(&after(held, frame), bounds),
        }
    }

    fn write_now(&mut self, frame: &Frame, bounds: Bounds) -> bool {
        let mut written = 0;
        let is_first = self.backlog.is_empty();
        if is_first && let Some(writer) = &self.writer {
            written = writer.try_write(frame.wire());
            if written == frame.len() {
                return true;
            }
        }
        let (frames, bytes) = self.backlog.size();
        let has_room = frames < bounds.frames && bytes + frame.len() <= bounds.bytes;
        // What has begun is finished whatever becomes of the rest.
        if has_room || written > 0 {
            self.backlog.push(frame.clone(), written);
        }
        if is_first {
            wake(self);
        }
        has_room
    }

    fn poll_todo(&mut self, context: &mut Context<'_>) -> Poll<Todo> {
        if let Some(close) = self.close {
            return Poll::Ready(Todo::Close(close));
        }
        if std::mem::take(&mut self.is_watch_stale) {
            return Poll::Ready(Todo::RecheckWatch);
        }
        match &mut self.writer {
            Some(writer) if !self.backlog.is_empty() => {
                let drained = self.backlog.poll_drain(writer, context);
                drained.map(|drained| drained.map_or(Todo::Gone, |()| Todo::Drained))
            }
            _ => Poll::Pending,
        }
    }
}

/// `frame` after what was held.
fn after(held: Option<Frame>, frame: &Frame) -> Frame {
    match held {
        None => frame.clone(),
        Some(held) => Frame::joined(&[held, frame.clone()]),
    }
}

fn wake(queue: &mut Queue) {
    if let Some(waker) = queue.waker.take() {
        waker.wake();
    }
}

#[cfg(test)]
impl Outbox {
    /// The texts that wait; they are taken out.
    pub(crate) fn waiting(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().backlog).texts()
    }

    /// Where the bytes of the oldest frame that waits are.
    pub(crate) fn first_place(&self) -> Option<*const u8> {
        let queue = self.lock();
        let first = queue.backlog.frames().front();
        first.map(|frame| frame.wire().as_ptr())
    }
}

#[cfg(test)]
mod tests;
