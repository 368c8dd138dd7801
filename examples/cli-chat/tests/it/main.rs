//! The program in a terminal of its own, against a server of its own.

#![cfg(unix)]

mod server;
mod terminal;
mod two_people;
