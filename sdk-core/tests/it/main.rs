//! The client against the real engine, over real sockets: one story a file.

mod accounts;
mod blocks;
mod catch_up;
mod changes;
mod drafts;
mod groups;
mod invites;
mod kills;
mod lines;
mod mentions;
mod pins;
mod reconnect;
mod recount;
mod replies;
mod reports;
mod restart;
mod search;
mod support;
mod transcript;
mod two_people_chat;
