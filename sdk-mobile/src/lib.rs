//! Glue between `relaychat-sdk` and phones: what UniFFI makes the Kotlin and Swift cores from.
//!
//! Not used by applications directly: the Swift package and the Kotlin library have a hand-written
//! layer over it, which speaks the platform's own idiom. This crate decides nothing and knows no
//! rule of a chat. It has two cares of its own, which every module keeps:
//!
//! - Code of the application never runs on a thread that the client needs. Listeners, session
//!   stores and log sinks may be slow, may block for ever and may throw.
//! - Nothing outlives [`CoreClient::shut_down`]: no thread, no task, no handle of a listener.

uniffi::setup_scaffolding!();

mod blocks;
mod calls;
mod cancel;
mod chat;
mod chat_change;
mod client;
mod convert;
mod counts;
mod credentials;
mod error;
mod host;
mod invites;
mod listeners;
mod log;
mod outgoing;
mod pins;
mod reactors;
mod recorded;
mod reports;
mod search;
mod shapes;
mod timeline;
mod watch;

pub use cancel::CancelToken;
pub use chat::CoreChat;
pub use chat_change::ChatChange;
pub use client::CoreClient;
pub use counts::{LiveCounts, live_counts};
pub use credentials::{SessionStore, TokenError, TokenProvider};
pub use error::{Failure, ListenerError, RelayError};
pub use invites::{Invite, InvitePreview, InviteTerms};
pub use listeners::*;
pub use log::{LogLevel, LogRecord, LogSink};
pub use outgoing::CoreOutgoing;
pub use reactors::{ReactionPage, Reactor};
pub use reports::ReportReason;
pub use search::{Search, SearchHit, SearchPage, SearchedPart, TextRange};
pub use shapes::*;
pub use timeline::CoreTimeline;
pub use watch::CoreSubscription;
