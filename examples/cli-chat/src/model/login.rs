//! Logging in: an address, then the code that was mailed there.

use relaychat_sdk::{CodeRequested, RelayError, protocol::LoginRequestId};

use super::Command;
use crate::input::Input;

/// How many digits a code has: it is sent with the last of them.
const CODE_DIGITS: usize = 6;

/// What is asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum LoginStep {
    #[default]
    Email,
    Code(LoginRequestId),
}

/// The page before the chats.
#[derive(Debug, Default)]
pub(crate) struct Login {
    pub(crate) step: LoginStep,
    pub(crate) email: String,
    pub(crate) input: Input,
    /// The server is asked.
    pub(crate) is_busy: bool,
    pub(crate) error: Option<RelayError>,
}

impl Login {
    /// Something was typed: the last digit sends the code.
    pub(super) fn typed(&mut self) -> Option<Command> {
        self.error = None;
        let is_whole = self.input.text().trim().len() == CODE_DIGITS;
        match self.step {
            LoginStep::Code(_) if is_whole => self.submit(),
            _ => None,
        }
    }

    pub(super) fn submit(&mut self) -> Option<Command> {
        if self.is_busy || self.input.text().trim().is_empty() {
            return None;
        }
        self.is_busy = true;
        self.error = None;
        let typed = self.input.text().trim().to_owned();
        Some(match self.step {
            LoginStep::Email => {
                self.email.clone_from(&typed);
                Command::RequestCode(typed)
            }
            LoginStep::Code(request_id) => Command::VerifyCode(request_id, typed),
        })
    }

    /// Back to the address.
    pub(super) fn back(&mut self) {
        *self = Self {
            input: Input::new(std::mem::take(&mut self.email)),
            ..Self::default()
        };
    }

    /// Another mail to the same address.
    pub(super) fn resend(&mut self) -> Option<Command> {
        if self.is_busy || self.step == LoginStep::Email {
            return None;
        }
        self.is_busy = true;
        self.error = None;
        Some(Command::RequestCode(self.email.clone()))
    }

    pub(super) fn code_requested(&mut self, answer: Result<CodeRequested, RelayError>) {
        self.is_busy = false;
        match answer {
            Ok(requested) => {
                self.step = LoginStep::Code(requested.request_id);
                self.input.take();
            }
            Err(error) => self.error = Some(error),
        }
    }

    pub(super) fn logged_in(&mut self, answer: Result<(), RelayError>) {
        match answer {
            Ok(()) => *self = Self::default(),
            Err(error) => {
                self.is_busy = false;
                self.input.take();
                self.error = Some(error);
            }
        }
    }
}
