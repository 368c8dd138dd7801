//! What to do next: everything that is wanted and due, and when to look again.

use relaychat_protocol::frames::ClientFrame;

use super::{Effect, List, State, changes::Wish, history, outbox::OutboxStep};
use crate::connection::machine::Input;

/// Ids of commands. A message is sent under its own id; of the others one is under way at a time.
pub(super) mod command_id {
    use relaychat_protocol::MessageId;

    pub(crate) const MARK: &str = "mark";
    pub(crate) const SETTINGS: &str = "settings";
    pub(crate) const WATCH: &str = "watch";
    pub(crate) const AUTHENTICATE: &str = "authenticate";
    const CHANGE: &str = "change-";

    /// Of what is wanted of a message.
    pub(crate) fn change(of: MessageId, number: u64) -> String {
        format!("{CHANGE}{number}-{of}")
    }

    /// The message that a command was about which changes one, and its number.
    pub(crate) fn changed(id: &str) -> Option<(MessageId, u64)> {
        let (number, id) = id.strip_prefix(CHANGE)?.split_once('-')?;
        Some((id.parse().ok()?, number.parse().ok()?))
    }
}

impl State {
    /// Time has passed.
    pub(crate) fn tick(&mut self, now_ms: i64, unit: f64) {
        self.connection(Input::Tick, now_ms, unit);
        let mut quiet = Vec::new();
        for (chat_id, chat) in &mut self.chats {
            if chat.expire_typists(now_ms) {
                quiet.push(*chat_id);
            }
        }
        for chat_id in quiet {
            self.touch(chat_id);
        }
    }

    /// Turns what is wanted and due into effects.
    pub(crate) fn plan(&mut self, now_ms: i64) {
        self.settings_tick(now_ms);
        self.plan_views();
        self.shed();
        self.plan_kept_loads();
        if self.machine.is_live() {
            self.plan_frames(now_ms);
            self.plan_requests(now_ms);
        }
    }

    /// Views are moved to where they should be, and bounded.
    fn plan_views(&mut self) {
        for (chat_id, history) in self.histories.iter_mut() {
            let Some(chat) = self.chats.get(chat_id).filter(|_| history.is_open()) else {
                continue;
            };
            history.settle(chat.info.last_seq);
            // Who has messages on their way looks at the end, where these are.
            if history.take_left_behind() && self.outbox.of_chat(*chat_id).next().is_some() {
                history.wish(history::Wish::Latest);
            }
            history.trim_view(self.bounds.view);
        }
    }

    /// What the store has is not asked of the server.
    fn plan_kept_loads(&mut self) {
        if !self.unkept.is_on || self.unkept.is_suspended {
            return;
        }
        for (chat_id, history) in self.histories.iter_mut() {
            let Some(chat) = self.chats.get(chat_id) else {
                continue;
            };
            if let Some(load) = history.next_kept_load(chat.info.last_seq) {
                self.effects.push(Effect::LoadKept(*chat_id, load));
                self.dirty.chats.insert(*chat_id);
            }
        }
    }

    fn plan_frames(&mut self, now_ms: i64) {
        for chat_id in self.typing.expire(now_ms) {
            self.tell_typing(chat_id, false);
        }
        for step in self.outbox.steps(now_ms) {
            self.take_step(step);
        }
        self.plan_changes(now_ms);
        if let Some((chat_id, mark)) = self.marks.next(now_ms) {
            let id = command_id::MARK.to_owned();
            self.frame_out(ClientFrame::Mark { id, chat_id, mark });
        }
        if let Some((chat_id, change)) = self.settings.next(now_ms) {
            let id = command_id::SETTINGS.to_owned();
            self.frame_out(ClientFrame::UpdateChatSettings {
                id,
                chat_id,
                change,
            });
        }
        if let Some(user_ids) = self.watches.next(now_ms) {
            let id = command_id::WATCH.to_owned();
            self.frame_out(ClientFrame::WatchPresence { id, user_ids });
        }
    }

    /// Asks for what is wanted of messages that the server has.
    fn plan_changes(&mut self, now_ms: i64) {
        let outbox = &self.outbox;
        let is_sent = |id| outbox.chat_of(id).is_none();
        for (chat_id, (message_id, number), wish) in self.changes.steps(now_ms, is_sent) {
            let id = command_id::change(message_id, number);
            let frame = match wish {
                Wish::Delete => ClientFrame::DeleteMessage {
                    id,
                    chat_id,
                    message_id,
                },
                Wish::Edit(text, mentions) => ClientFrame::EditMessage {
                    id,
                    chat_id,
                    message_id,
                    text,
                    mentions,
                },
                Wish::React(emoji, is_set) => ClientFrame::React {
                    id,
                    chat_id,
                    message_id,
                    emoji,
                    is_set,
                },
                Wish::Pin(is_pinned) => ClientFrame::PinMessage {
                    id,
                    chat_id,
                    message_id,
                    is_pinned,
                },
            };
            self.frame_out(frame);
        }
    }

    fn take_step(&mut self, step: OutboxStep) {
        match step {
            OutboxStep::Upload {
                message_id,
                index,
                upload,
            } => {
                self.effects.push(Effect::Upload {
                    message_id,
                    index,
                    upload,
                });
                self.touch_step(message_id);
            }
            OutboxStep::CatchUp => self.sync.behind(),
            OutboxStep::Send { chat_id, message } => {
                let id = message.message_id.to_string();
                self.touch(chat_id);
                self.frame_out(ClientFrame::SendMessage {
                    id,
                    chat_id,
                    message,
                });
            }
        }
    }

    fn touch_step(&mut self, message_id: relaychat_protocol::MessageId) {
        if let Some(chat_id) = self.outbox.chat_of(message_id) {
            self.touch(chat_id);
        }
    }

    fn frame_out(&mut self, frame: ClientFrame) {
        self.effects.push(Effect::Frame(Box::new(frame)));
    }

    fn plan_requests(&mut self, now_ms: i64) {
        if self.renew_at_ms.is_some_and(|due_ms| due_ms <= now_ms) {
            self.renew_at_ms = None;
            self.effects.push(Effect::RenewToken);
        }
        if !self.is_store_far_behind() && self.sync.next(now_ms) {
            let since = self.sync.token().map(str::to_owned);
            self.effects.push(Effect::Sync { since });
        }
        if self.blocks.next() {
            self.effects.push(Effect::LoadList(List::Blocks));
        }
        for (chat_id, pins) in self.pins.iter_mut() {
            if pins.next() {
                self.effects.push(Effect::LoadList(List::Pins(*chat_id)));
            }
        }
        for chat_id in self.wanted_chats.iter() {
            if self.loading_chats.insert(*chat_id) {
                self.effects.push(Effect::LoadChat(*chat_id));
            }
        }
        for (chat_id, history) in self.histories.iter_mut() {
            let Some(chat) = self.chats.get(chat_id) else {
                continue;
            };
            if let Some(query) = history.next_load(chat.info.last_seq, now_ms) {
                self.effects.push(Effect::LoadHistory(*chat_id, query));
                self.dirty.chats.insert(*chat_id);
            }
        }
    }

    /// When to look again even if nothing happens.
    pub(crate) fn deadline_ms(&self, now_ms: i64) -> Option<i64> {
        let typists = self.chats.values().flat_map(|chat| &chat.typists);
        let always = [
            self.machine.deadline_ms(),
            typists.map(|typist| typist.until_ms).min(),
            self.unmuted_at_ms()
                .map(|at_ms| at_ms - self.clock_ahead_ms),
        ];
        let mut deadlines: Vec<_> = always.into_iter().flatten().collect();
        if self.machine.is_live() {
            let histories = self.histories.values();
            let sync = self.sync.deadline_ms();
            let live = [
                self.outbox.deadline_ms(now_ms),
                self.changes
                    .deadline_ms(|id| self.outbox.chat_of(id).is_none()),
                self.marks.deadline_ms(),
                self.settings.deadline_ms(),
                self.watches.deadline_ms(),
                self.typing.deadline_ms(),
                sync.filter(|_| !self.is_store_far_behind()),
                self.renew_at_ms,
                histories
                    .filter_map(|history| history.deadline_ms(now_ms))
                    .min(),
            ];
            deadlines.extend(live.into_iter().flatten());
        }
        deadlines.into_iter().min()
    }
}
