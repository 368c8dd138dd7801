//! The client against the real engine, over real sockets: one story a file.

mod accounts;
mod catch_up;
mod groups;
mod kills;
mod reconnect;
mod restart;
mod support;
mod transcript;
mod two_people_chat;
