//! What each event changes.

use std::sync::Arc;

use crossterm::event::Event as Input;
use ratatui::layout::Size;
use relaychat_sdk::{ConnectionState, VectorDiff, protocol::ChatId};

use super::{Answer, Command, Conversation, Event, Focus, Model, Overlay, Place};
use crate::view;

/// Older messages are asked for when fewer items than this many screens are above what one reads.
const SCREENS_AHEAD: usize = 2;

impl Model {
    /// Takes an event in; gives what the client is to do about it.
    pub(crate) fn update(&mut self, event: Event) -> Vec<Command> {
        let mut commands = self.take(event);
        commands.extend(self.look());
        commands
    }

    fn take(&mut self, event: Event) -> Vec<Command> {
        match event {
            Event::Terminal(input) => return self.terminal(input),
            Event::Connection(now) => return self.connection(now),
            Event::Answer(answer) => return self.answer(answer),
            Event::Terminated => return vec![Command::Quit],
            Event::Storage(now) => self.storage = now,
            Event::Me(me) => self.me.clone_from(&me),
            Event::Chats(batch) => {
                apply(&mut self.chats, batch);
                let is_there = self.selected.is_some_and(|id| self.chat(id).is_some());
                if !is_there {
                    self.selected = self.chats.first().map(|chat| chat.id);
                }
            }
            Event::List(now) => {
                self.is_loading = now.is_loading;
                self.has_more_chats = now.has_more;
                self.unread_count = now.unread_count;
            }
            Event::Opened(id, items, draft) => {
                self.open = Some(Conversation::new(id, items, draft));
                self.selected = Some(id);
                self.focus = Focus::Conversation;
            }
            Event::Items(batch) => {
                if let Some(open) = &mut self.open {
                    apply(&mut open.items, batch);
                }
            }
            Event::Timeline(now) => {
                if let Some(open) = &mut self.open {
                    open.is_loading = now.is_loading;
                    open.is_loading_before = now.is_loading_before;
                    open.has_before = now.has_before;
                }
            }
            Event::Presence(now) => {
                if let Some(open) = &mut self.open {
                    open.presence = *now;
                }
            }
            Event::Tick(now) => self.now = now,
        }
        Vec::new()
    }

    fn terminal(&mut self, input: Input) -> Vec<Command> {
        match input {
            Input::Key(key) if !key.is_release() => self.key(key),
            Input::Paste(text) => self.paste(&text),
            Input::Resize(width, height) => {
                self.size = Size { width, height };
                Vec::new()
            }
            Input::FocusGained | Input::FocusLost => {
                self.is_looked_at = input == Input::FocusGained;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn connection(&mut self, now: Arc<ConnectionState>) -> Vec<Command> {
        self.connection = now;
        if let (ConnectionState::Connected, Some(open)) = (&*self.connection, &mut self.open) {
            open.is_asked_for_older = false;
        }
        if !self.is_signed_out() {
            return Vec::new();
        }
        (self.open, self.overlay, self.focus) = (None, None, Focus::List);
        vec![Command::Close]
    }

    fn answer(&mut self, answer: Answer) -> Vec<Command> {
        match answer {
            Answer::CodeRequested(answer) => self.login.code_requested(answer),
            Answer::LoggedIn(answer) => self.login.logged_in(answer),
            Answer::People(query, answer) => {
                if let Some(Overlay::People(picker)) = &mut self.overlay {
                    picker.found(&query, answer);
                }
            }
            Answer::Opened(Ok(id)) => return self.go_to(id),
            Answer::Opened(Err(error)) => {
                self.notice = Some(format!("The chat cannot be opened: {}", error.detail));
            }
            Answer::LoadedOlder => {
                if let Some(open) = &mut self.open {
                    open.is_asked_for_older = false;
                }
            }
            Answer::SignedOut => self.overlay = None,
        }
        Vec::new()
    }

    /// Opens a chat, unless it is open.
    pub(super) fn go_to(&mut self, id: ChatId) -> Vec<Command> {
        self.overlay = None;
        self.focus = Focus::Conversation;
        self.selected = Some(id);
        if self.open.as_ref().is_some_and(|open| open.id == id) {
            return Vec::new();
        }
        vec![Command::Open(id)]
    }

    /// What follows from what is on the screen now: a place to begin at, what is read by being
    /// looked at, and what will be wanted next.
    fn look(&mut self) -> Vec<Command> {
        let Some(page) = view::page(self) else {
            return Vec::new();
        };
        let is_in_front = self.overlay.is_none() && self.is_looked_at;
        let is_read = is_in_front && view::shows_conversation(self);
        let is_loading = self.is_loading;
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        let mut commands = Vec::new();
        if !open.is_placed && !open.is_loading && !is_loading {
            open.is_placed = true;
            open.place = page.opening_place(open);
        }
        let shown = page.show(open);
        if let (Some(seq), true) = (shown.newest_seq, is_read && open.is_placed)
            && seq > open.marked_seq
        {
            open.marked_seq = seq;
            commands.push(Command::MarkRead(seq));
        }
        if shown.items_above < SCREENS_AHEAD * page.height
            && open.has_before
            && !open.is_loading_before
            && !open.is_asked_for_older
        {
            open.is_asked_for_older = true;
            commands.push(Command::LoadOlder);
        }
        commands
    }

    /// Moves what one reads by lines; down is more than nothing.
    pub(super) fn scroll(&mut self, lines: isize) {
        let page = view::page(self);
        if let (Some(page), Some(open)) = (page, &mut self.open) {
            open.is_placed = true;
            open.place = page.scrolled(open, lines);
        }
    }

    pub(super) fn go_to_end(&mut self) {
        if let Some(open) = &mut self.open {
            open.place = Place::End;
        }
    }
}

fn apply<T>(list: &mut Vec<Arc<T>>, batch: Vec<VectorDiff<Arc<T>>>) {
    for diff in batch {
        diff.apply(list);
    }
}
