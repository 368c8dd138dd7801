//! The terminal: taken over at the start, given back at every end.
//!
//! Given back when the value is dropped, and before the message of a panic, whichever thread it is
//! in: then the program ends, since nobody could see what it draws.

use std::{
    io::{Stdout, stdout},
    panic,
    process::exit,
};

use anyhow::Result;
use crossterm::{
    event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange},
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::{Frame, Terminal, backend::CrosstermBackend, layout::Size};

/// What the shell says of a program that panicked.
const PANICKED: i32 = 101;

/// The screen, as long as it is ours.
pub(crate) struct Screen(Terminal<CrosstermBackend<Stdout>>);

impl Screen {
    /// Takes the terminal over.
    pub(crate) fn enter() -> Result<Self> {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |what| {
            leave();
            tell(what);
            exit(PANICKED);
        }));
        enable_raw_mode()?;
        execute!(
            stdout(),
            EnterAlternateScreen,
            EnableBracketedPaste,
            EnableFocusChange
        )?;
        Ok(Self(Terminal::new(CrosstermBackend::new(stdout()))?))
    }

    pub(crate) fn size(&self) -> Result<Size> {
        Ok(self.0.size()?)
    }

    pub(crate) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> Result<()> {
        self.0.draw(draw)?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// As much of it as works: there is nobody to tell what does not.
fn leave() {
    let _ = execute!(
        stdout(),
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        crossterm::cursor::Show
    );
    let _ = disable_raw_mode();
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read;

    use super::*;

    /// Set where this test runs once more, inside a terminal.
    const INSIDE: &str = "CLI_CHAT_PANICS";

    #[test]
    fn a_panic_in_any_thread_gives_the_terminal_back_and_ends_the_program() {
        if std::env::var_os(INSIDE).is_some() {
            let _screen = Screen::enter().expect("it is a terminal");
            let thread = std::thread::spawn(|| panic!("on purpose"));
            thread.join().expect("the program has ended by now");
        }
        let (mut pty, pts) = pty_process::blocking::open().expect("a terminal");
        pty.resize(pty_process::Size::new(24, 80)).expect("a size");
        let name =
            "terminal::tests::a_panic_in_any_thread_gives_the_terminal_back_and_ends_the_program";
        let mut child =
            pty_process::blocking::Command::new(std::env::current_exe().expect("a path"))
                .args(["--exact", name, "--nocapture"])
                .env(INSIDE, "1")
                .spawn(pts)
                .expect("it starts");
        let mut output = Vec::new();
        // A terminal whose program has ended is an error to read, not an end.
        let _ = pty.read_to_end(&mut output);
        let output = String::from_utf8_lossy(&output);
        let at = |part: &str| {
            output
                .find(part)
                .unwrap_or_else(|| panic!("{part:?} in {output:?}"))
        };
        assert!(at("\u{1b}[?1049h") < at("\u{1b}[?1049l"));
        assert!(
            at("\u{1b}[?1049l") < at("on purpose"),
            "the message stays on the screen"
        );
        assert!(at("\u{1b}[?2004l") > 0 && at("\u{1b}[?25h") > 0);
        let status = child.wait().expect("it has ended");
        assert_eq!(status.code(), Some(PANICKED));
    }
}
