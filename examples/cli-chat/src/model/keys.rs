//! What each key does. The help says the same: see `view::help`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Command, Focus, Model, Overlay, Picker, Place};
use crate::{input::Input, view};

impl Model {
    pub(super) fn key(&mut self, key: KeyEvent) -> Vec<Command> {
        self.notice = None;
        let is_ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c' | 'q') if is_ctrl => vec![Command::Quit],
            KeyCode::Char('t') if is_ctrl => vec![Command::ReconnectNow],
            KeyCode::F(1) => {
                self.overlay = match self.overlay {
                    Some(Overlay::Help) => None,
                    _ => Some(Overlay::Help),
                };
                Vec::new()
            }
            _ if self.overlay.is_some() => self.overlay_key(key),
            _ if self.is_signed_out() => self.login_key(key),
            KeyCode::Char('n') if is_ctrl => self.pick(),
            KeyCode::Char('o') if is_ctrl => {
                self.overlay = Some(Overlay::SignOut);
                Vec::new()
            }
            KeyCode::Up | KeyCode::Down if key.modifiers.contains(KeyModifiers::ALT) => {
                self.step(if key.code == KeyCode::Up { -1 } else { 1 });
                self.open_selected()
            }
            _ if self.focus == Focus::List => self.list_key(key),
            _ => self.conversation_key(key),
        }
    }

    pub(super) fn paste(&mut self, text: &str) -> Vec<Command> {
        match &mut self.overlay {
            Some(Overlay::People(picker)) => {
                picker.query.insert(&one_line(text));
                return vec![picker.find()];
            }
            Some(Overlay::Help | Overlay::SignOut) => return Vec::new(),
            None => {}
        }
        if self.is_signed_out() {
            self.login.input.insert(&one_line(text));
            return self.login.typed().into_iter().collect();
        }
        self.type_in(|input| input.insert(text))
    }

    fn login_key(&mut self, key: KeyEvent) -> Vec<Command> {
        let is_ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let command = match key.code {
            KeyCode::Enter => self.login.submit(),
            KeyCode::Esc => {
                self.login.back();
                None
            }
            KeyCode::Char('r') if is_ctrl => self.login.resend(),
            _ if edit(&mut self.login.input, key) => self.login.typed(),
            _ => None,
        };
        command.into_iter().collect()
    }

    fn overlay_key(&mut self, key: KeyEvent) -> Vec<Command> {
        if key.code == KeyCode::Esc {
            self.overlay = None;
            return Vec::new();
        }
        match &mut self.overlay {
            Some(Overlay::People(picker)) => {
                let command = match key.code {
                    KeyCode::Up => {
                        picker.step(-1);
                        None
                    }
                    KeyCode::Down => {
                        picker.step(1);
                        None
                    }
                    KeyCode::Enter => picker.choose(),
                    _ if edit(&mut picker.query, key) => Some(picker.find()),
                    _ => None,
                };
                command.into_iter().collect()
            }
            Some(Overlay::SignOut) if key.code == KeyCode::Char('y') => vec![Command::SignOut],
            _ => {
                self.overlay = None;
                Vec::new()
            }
        }
    }

    fn list_key(&mut self, key: KeyEvent) -> Vec<Command> {
        match key.code {
            KeyCode::Up => self.step(-1),
            KeyCode::Down => self.step(1),
            KeyCode::PageUp => self.step(-10),
            KeyCode::PageDown => self.step(10),
            KeyCode::Char('?') => self.overlay = Some(Overlay::Help),
            KeyCode::Tab | KeyCode::Esc if self.open.is_some() => self.focus = Focus::Conversation,
            KeyCode::Enter | KeyCode::Right => return self.open_selected(),
            _ => {}
        }
        let is_last = self.chats.last().map(|chat| chat.id) == self.selected;
        if is_last && self.has_more_chats {
            self.has_more_chats = false;
            return vec![Command::LoadMoreChats];
        }
        Vec::new()
    }

    fn conversation_key(&mut self, key: KeyEvent) -> Vec<Command> {
        let is_ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let is_alt = key.modifiers.contains(KeyModifiers::ALT);
        let is_empty = self.open.as_ref().is_none_or(|open| open.input.is_empty());
        let page = view::page(self).map_or(1, |page| page.height.max(2) - 1);
        match key.code {
            KeyCode::Esc | KeyCode::Tab => self.focus = Focus::List,
            KeyCode::Up => self.scroll(-1),
            KeyCode::Down => self.scroll(1),
            KeyCode::PageUp => self.scroll(-page.cast_signed()),
            KeyCode::PageDown => self.scroll(page.cast_signed()),
            KeyCode::End if is_empty || is_ctrl => self.go_to_end(),
            KeyCode::Char('r') if is_ctrl => return self.retry(),
            KeyCode::Char('x') if is_ctrl => return self.cancel(),
            KeyCode::Enter if is_alt => return self.type_in(|input| input.insert("\n")),
            KeyCode::Char('j') if is_ctrl => return self.type_in(|input| input.insert("\n")),
            KeyCode::Enter => return self.send(),
            _ => {
                let mut is_edit = false;
                let commands = self.type_in(|input| is_edit = edit(input, key));
                return if is_edit { commands } else { Vec::new() };
            }
        }
        Vec::new()
    }

    fn type_in(&mut self, act: impl FnOnce(&mut Input)) -> Vec<Command> {
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        self.focus = Focus::Conversation;
        act(&mut open.input);
        vec![Command::Typed(open.input.text().to_owned())]
    }

    fn send(&mut self) -> Vec<Command> {
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        if open.input.text().trim().is_empty() {
            return Vec::new();
        }
        open.place = Place::End;
        vec![Command::Send(open.input.take().trim_end().to_owned())]
    }

    fn retry(&mut self) -> Vec<Command> {
        let failed = self.open.as_ref().map(|open| open.failed());
        let failed = failed.filter(|failed| !failed.is_empty());
        failed.map(Command::Retry).into_iter().collect()
    }

    fn cancel(&mut self) -> Vec<Command> {
        let unsent = self.open.as_ref().and_then(|open| open.newest_unsent());
        unsent.map(Command::Cancel).into_iter().collect()
    }

    fn pick(&mut self) -> Vec<Command> {
        let mut picker = Picker::default();
        let command = picker.find();
        self.overlay = Some(Overlay::People(picker));
        vec![command]
    }

    fn step(&mut self, by: isize) {
        let ids: Vec<_> = self.chats.iter().map(|chat| chat.id).collect();
        let now = ids.iter().position(|id| Some(*id) == self.selected);
        let next = now.unwrap_or(0).saturating_add_signed(by);
        self.selected = ids.get(next).or(ids.last()).copied();
    }

    fn open_selected(&mut self) -> Vec<Command> {
        self.selected.map_or_else(Vec::new, |id| self.go_to(id))
    }
}

/// The keys that edit a line; whether this is one of them.
fn edit(input: &mut Input, key: KeyEvent) -> bool {
    let is_ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Backspace if is_ctrl || key.modifiers.contains(KeyModifiers::ALT) => {
            input.remove_word();
        }
        KeyCode::Char('w') if is_ctrl => input.remove_word(),
        KeyCode::Char('u') if is_ctrl => input.remove_to_start(),
        KeyCode::Char('a') if is_ctrl => input.home(),
        KeyCode::Char('e') if is_ctrl => input.end(),
        KeyCode::Char(_) if is_ctrl => return false,
        KeyCode::Char(c) => input.insert(c.encode_utf8(&mut [0; 4])),
        KeyCode::Backspace => input.remove_before(),
        KeyCode::Delete => input.remove_after(),
        KeyCode::Left => input.left(),
        KeyCode::Right => input.right(),
        KeyCode::Home => input.home(),
        KeyCode::End => input.end(),
        _ => return false,
    }
    true
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
