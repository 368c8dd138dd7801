//! One step to its audience.

use std::sync::Arc;

use relaychat_protocol::{ChatId, MessageId, SessionId, UserId, frames::close_code};

use super::{Audience, State};
use crate::realtime::{
    delivery::{Frames, Step},
    frames,
    outbox::{Close, Outbox},
    socket::Frame,
};

const SESSION_ENDED: Close = Close {
    code: close_code::UNAUTHENTICATED,
    reason: "session ended",
};

/// Most bytes that leave for one chat in one piece: a fraction of what may wait for a socket, so
/// that whoever reads at all is not cut off by a large commit.
const RUN_BYTES: usize = 64 * 1024;

/// What one chat hears in a row.
#[derive(Debug, Default)]
pub(super) struct Run {
    chat_id: Option<ChatId>,
    frames: Vec<Frame>,
    /// The same for those who are not told what others read, where that is something else.
    unread: Option<Vec<Frame>>,
    bytes: usize,
    /// The messages among them, where they are known.
    message_ids: Vec<MessageId>,
}

impl State {
    /// Changes who hears what, then tells who may hear it. What follows each other in one chat is
    /// collected in `run`, which is told as one.
    pub(super) fn apply<F: Frames>(&mut self, step: &Step<F>, run: &mut Run, now_ms: u64) {
        self.recall.step(step);
        match step {
            Step::Chat { chat_id, frames } => {
                return self.collect((*chat_id, frames, None), run, now_ms);
            }
            Step::Marks {
                chat_id,
                own,
                delivered,
                is_open: true,
                ..
            } => {
                let delivered = (!self.hidden.reads.is_empty()).then_some(delivered);
                return self.collect((*chat_id, own, delivered), run, now_ms);
            }
            _ => self.tell_run(run, now_ms),
        }
        match step {
            Step::Chat { .. } => {}
            Step::Marks {
                chat_id,
                user_id,
                own,
                told,
                delivered,
                ..
            } => self.marked((*chat_id, *user_id), [own, told, delivered], now_ms),
            Step::Privacy { user_id, privacy } => {
                self.privacy_changed(*user_id, *privacy, now_ms);
            }
            Step::Joined {
                chat_id,
                user_id,
                frames,
            } => self.joined(*chat_id, *user_id, frames, now_ms),
            Step::Left { chat_id, user_id } => self.left(*chat_id, *user_id, now_ms),
            Step::User {
                user_id,
                chat_ids,
                frames,
            } => self.user_updated(*user_id, chat_ids, frames, now_ms),
            Step::Apart {
                blocker_id,
                blocked_id,
                is_apart,
                frames,
            } => self.block_changed((*blocker_id, *blocked_id), *is_apart, frames, now_ms),
            Step::SessionEnded(session_id) => self.session_ended(*session_id),
        }
    }

    /// Collects what a chat hears, and what those hear in place of it who are not told what others
    /// read.
    fn collect<F: Frames>(
        &self,
        (chat_id, frames, unread): (ChatId, &F, Option<&F>),
        run: &mut Run,
        now_ms: u64,
    ) {
        if run.chat_id != Some(chat_id) || run.bytes >= RUN_BYTES {
            self.tell_run(run, now_ms);
        }
        if !self.chats.contains_key(&chat_id) {
            return;
        }
        run.message_ids.extend(frames.message_id());
        let frames = frames.frames();
        if unread.is_some() || run.unread.is_some() {
            let unread = unread.map_or_else(|| frames.clone(), |unread| unread.frames());
            let so_far = || run.frames.clone();
            run.unread
                .get_or_insert_with(so_far)
                .extend(unread.into_owned());
        }
        run.chat_id = Some(chat_id);
        run.bytes += frames.iter().map(Frame::len).sum::<usize>();
        run.frames.extend(frames.into_owned());
    }

    /// Tells of a member who has read more than others are told: what the member hears, what others
    /// do, and those who are not told what others read.
    fn marked(
        &self,
        (chat_id, user_id): (ChatId, UserId),
        [own, told, delivered]: [&impl Frames; 3],
        now_ms: u64,
    ) {
        let in_chat = self.chats.get(&chat_id).into_iter().flatten().cloned();
        let (mine, others): (Audience, Audience) =
            in_chat.partition(|outbox| outbox.user_id == user_id);
        let (untold, others): (Audience, Audience) = others
            .into_iter()
            .partition(|outbox| self.hidden.reads.contains(&outbox.user_id));
        for (audience, frames) in [(mine, own), (others, told), (untold, delivered)] {
            tell(&audience, Some(chat_id), frames, now_ms);
        }
    }

    /// Tells what was collected.
    pub(super) fn tell_run(&self, run: &mut Run, now_ms: u64) {
        let Run {
            chat_id,
            frames,
            unread,
            bytes: _,
            message_ids,
        } = std::mem::take(run);
        let Some(chat_id) = chat_id.filter(|_| !frames.is_empty()) else {
            return;
        };
        let frame = Frame::joined(&frames);
        let unread = unread.map(|unread| (!unread.is_empty()).then(|| Frame::joined(&unread)));
        for outbox in self.chats.get(&chat_id).into_iter().flatten() {
            let is_untold = self.hidden.reads.contains(&outbox.user_id);
            let told = match &unread {
                Some(unread) if is_untold => unread.as_ref(),
                _ => Some(&frame),
            };
            if let Some(frame) = told {
                outbox.push_messages(chat_id, (frame, &message_ids), now_ms);
            }
        }
    }

    /// The new one hears everything that happens in the chat from here on, first the chat itself.
    fn joined(&mut self, chat_id: ChatId, user_id: UserId, frames: &impl Frames, now_ms: u64) {
        let sockets = self.sockets_of(user_id);
        if sockets.is_empty() {
            return;
        }
        for outbox in &sockets {
            self.subscribe(outbox, chat_id);
            self.note_added(outbox, chat_id);
        }
        tell(&sockets, Some(chat_id), frames, now_ms);
    }

    pub(super) fn note_added(&mut self, outbox: &Outbox, chat_id: ChatId) {
        let added = self
            .sockets
            .get_mut(&outbox.id)
            .and_then(|entry| entry.added_while_connecting.as_mut());
        if let Some(added) = added {
            added.insert(chat_id);
        }
    }

    /// The removed one hears of it, and nothing of this chat ever after.
    pub(super) fn left(&mut self, chat_id: ChatId, user_id: UserId, now_ms: u64) {
        let sockets = self.sockets_of(user_id);
        if !sockets.is_empty() {
            let frame = frames::chat_removed(chat_id);
            for outbox in &sockets {
                self.unsubscribe(outbox, chat_id);
                outbox.push_event(None, &frame, now_ms);
            }
        }
        self.recheck_watches(chat_id, user_id, &sockets);
    }

    pub(super) fn sockets_of(&self, user_id: UserId) -> Audience {
        self.users
            .get(&user_id)
            .map(|online| online.sockets.clone())
            .unwrap_or_default()
    }

    /// The removed one and the others may share no chat any more: presence has to be asked again.
    fn recheck_watches(&self, chat_id: ChatId, user_id: UserId, removed: &[Arc<Outbox>]) {
        let watches = |outbox: &Outbox| {
            self.sockets
                .get(&outbox.id)
                .is_some_and(|entry| !entry.watched.is_empty())
        };
        for outbox in removed.iter().filter(|outbox| watches(outbox)) {
            outbox.recheck_watch();
        }
        for watcher in self.watchers.get(&user_id).into_iter().flatten() {
            let is_in_chat = self
                .sockets
                .get(&watcher.id)
                .is_some_and(|entry| entry.chats.contains(&chat_id));
            if is_in_chat {
                watcher.recheck_watch();
            }
        }
    }

    /// Everybody who shares a chat with the person, each socket once, and the person.
    fn user_updated(
        &self,
        user_id: UserId,
        chat_ids: &[ChatId],
        frames: &impl Frames,
        now_ms: u64,
    ) {
        let own = self.users.get(&user_id).map(|online| &online.sockets);
        let shared = chat_ids
            .iter()
            .filter_map(|chat_id| self.chats.get(chat_id));
        let audience = once_each(shared.chain(own).flatten().cloned().collect());
        tell(&audience, None, frames, now_ms);
    }

    pub(super) fn session_ended(&self, session_id: SessionId) {
        for entry in self.sockets.values() {
            if entry.outbox.session_id == session_id {
                entry.outbox.close(SESSION_ENDED);
            }
        }
    }
}

/// Each socket once.
pub(super) fn once_each(mut audience: Audience) -> Audience {
    audience.sort_unstable_by_key(|outbox| outbox.id);
    audience.dedup_by_key(|outbox| outbox.id);
    audience
}

/// Makes the frames once, unless they are made, and pushes them to everybody in `audience` as one.
pub(super) fn tell(
    audience: &Audience,
    chat_id: Option<ChatId>,
    frames: &impl Frames,
    now_ms: u64,
) {
    if audience.is_empty() {
        return;
    }
    let frames = frames.frames();
    if frames.is_empty() {
        return;
    }
    let frame = Frame::joined(&frames);
    for outbox in audience {
        outbox.push_event(chat_id, &frame, now_ms);
    }
}
