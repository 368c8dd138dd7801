//! A pseudo-terminal with the program in it, and what a person would see there.

use std::{
    ffi::OsStr,
    io::{Read, Write},
    process::{Child, Command, ExitStatus},
    sync::mpsc::{Receiver, channel},
    time::Instant,
};

use pty_process::{
    Size,
    blocking::{Command as InTerminal, Pty},
};

use crate::server::DEADLINE;

pub(crate) const QUIT: &str = "\u{11}";
pub(crate) const NEW_CHAT: &str = "\u{e}";
pub(crate) const RECONNECT_NOW: &str = "\u{14}";
pub(crate) const ENTER: &str = "\r";

/// The program in a terminal of its own.
pub(crate) struct Terminal {
    child: Child,
    keyboard: Pty,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Every byte that the terminal was sent.
    pub(crate) sent: Vec<u8>,
}

impl Terminal {
    pub(crate) fn start<A: AsRef<OsStr>>(arguments: &[A], environment: &[(&str, &str)]) -> Self {
        let (rows, columns) = (24, 80);
        let (pty, pts) = pty_process::blocking::open().expect("a terminal");
        pty.resize(Size::new(rows, columns)).expect("a size");
        let child = InTerminal::new(env!("CARGO_BIN_EXE_cli-chat"))
            .args(arguments)
            .env_clear()
            .env("TERM", "xterm-256color")
            .envs(environment.iter().copied())
            .spawn(pts)
            .expect("the program starts");
        let (keyboard, mut reader) = split(pty);
        let (tell, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if tell.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            keyboard,
            output,
            screen: vt100::Parser::new(rows, columns, 0),
            sent: Vec::new(),
        }
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard
            .write_all(keys.as_bytes())
            .expect("the program reads");
    }

    pub(crate) fn resize(&mut self, rows: u16, columns: u16) {
        self.keyboard
            .resize(Size::new(rows, columns))
            .expect("a size");
        self.screen.screen_mut().set_size(rows, columns);
    }

    /// Waits until the screen shows something; gives the whole screen.
    pub(crate) fn until(&mut self, shown: &str) -> String {
        self.until_it(shown, |screen| screen.contains(shown))
    }

    pub(crate) fn until_it(&mut self, what: &str, is_met: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen.screen().contents();
            if is_met(&screen) {
                return screen;
            }
            let left = DEADLINE.saturating_sub(start.elapsed());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.show(&bytes),
                Err(why) => panic!("never saw {what:?} ({why}):\n{screen}"),
            }
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status();
        assert!(status.expect("it is sent").success());
    }

    /// Waits until the program has ended, and reads what it said until then.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        while let Ok(bytes) = self.output.recv_timeout(DEADLINE) {
            self.show(&bytes);
        }
        self.child.wait().expect("it has ended")
    }

    /// Whether the terminal is as it was before.
    pub(crate) fn is_given_back(&self) -> bool {
        let screen = self.screen.screen();
        !screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor()
    }

    fn show(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.sent.extend_from_slice(bytes);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Two handles of one terminal: one writes, one reads.
fn split(pty: Pty) -> (Pty, std::fs::File) {
    use std::os::fd::AsFd;
    let reader = pty.as_fd().try_clone_to_owned().expect("another handle");
    (pty, reader.into())
}
