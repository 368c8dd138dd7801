//! The RelayChat client core: one client for native programs, browsers and phones.
//!
//! [`Client`] is the way in. Everything a user interface shows is an [`Observable`]: a snapshot now
//! and a notification when it changes. What the client knows changes in one place only (`state`,
//! pure, without I/O); `runtime` carries out what it decides, over a [`transport`].

mod api;
pub mod builder;
pub mod chat;
pub mod chats;
pub mod client;
pub mod connection;
mod credentials;
mod decode;
pub mod error;
pub mod observable;
pub mod outgoing;
pub mod people;
pub mod platform;
mod runtime;
pub mod session;
#[cfg(test)]
mod simulation;
mod state;
pub mod timeline;
pub mod transport;

pub use builder::ClientBuilder;
pub use chat::{Chat, Lookup, Member};
pub use chats::{ChatList, ChatListState, ChatSummary};
pub use client::{AttachmentLinks, Client};
pub use connection::ConnectionState;
pub use error::RelayError;
pub use observable::{Observable, Subscription};
pub use outgoing::{Content, DeliveryState, Draft, Outgoing, OutgoingState, Upload};
pub use people::{Me, People, Presence, PresenceWatch, ProfileChanges, User, UserPage};
pub use relaychat_protocol as protocol;
pub use session::{
    Auth, CodeRequested, MemorySessionStore, Session, SessionStore, StoredSession, TokenProvider,
    TokenReason,
};
pub use timeline::{Attachment, Message, Timeline, TimelineItem, TimelineState};
