//! The things RelayChat is about, and the rules that need nothing but them.
//!
//! Pure: ids and error codes come from the protocol, everything else is plain Rust. No serde, no
//! database, no async. What a row or a wire object looks like is decided elsewhere.

pub mod attachment;
pub mod block;
pub mod chat;
pub mod chat_settings;
pub mod chat_view;
pub mod email;
pub mod event;
pub mod host_key;
pub mod host_login;
pub mod invite;
pub mod login;
pub mod mail;
pub mod member;
pub mod message;
pub mod notice;
pub mod permission;
pub mod report;
pub mod server_key;
pub mod session;
pub mod staged;
pub mod upload;
pub mod user;
pub mod webhook;
