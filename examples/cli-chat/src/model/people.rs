//! Choosing somebody to write to.

use std::sync::Arc;

use relaychat_sdk::{RelayError, User};

use super::Command;
use crate::input::Input;

/// The people whose names fit what is typed.
#[derive(Debug, Default)]
pub(crate) struct Picker {
    pub(crate) query: Input,
    pub(crate) found: Vec<Arc<User>>,
    pub(crate) selected: usize,
    /// The server is asked.
    pub(crate) is_busy: bool,
    pub(crate) error: Option<RelayError>,
}

impl Picker {
    /// Asks for what is typed now.
    pub(super) fn find(&mut self) -> Command {
        self.is_busy = true;
        Command::FindPeople(self.query.text().trim().to_owned())
    }

    /// Takes an answer, unless something else is asked by now.
    pub(super) fn found(&mut self, query: &str, answer: Result<Vec<Arc<User>>, RelayError>) {
        if query != self.query.text().trim() {
            return;
        }
        self.is_busy = false;
        self.selected = 0;
        match answer {
            Ok(found) => (self.found, self.error) = (found, None),
            Err(error) => self.error = Some(error),
        }
    }

    pub(super) fn step(&mut self, by: isize) {
        let last = self.found.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    pub(super) fn choose(&self) -> Option<Command> {
        let user = self.found.get(self.selected)?;
        Some(Command::OpenWith(user.id))
    }
}
