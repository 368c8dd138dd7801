//! The RelayChat client core: one client for native programs, browsers and phones.
//!
//! [`Client`] is the way in. Everything a user interface shows is an [`Observable`]: a snapshot now
//! and a notification when it changes. What the client knows changes in one place only (`state`,
//! pure, without I/O); `runtime` carries out what it decides, over a [`transport`].
//!
//! ```no_run
//! use relaychat_sdk::{Client, Draft, LocalFile, RelayError, TimelineState, Upload};
//! # use futures_util::StreamExt;
//! # use relaychat_sdk::{TokenReason, protocol::ChatId};
//! # async fn chat_token(why: TokenReason) -> Result<String, RelayError> { Ok(why.as_str().into()) }
//! # fn draw(_: &TimelineState) {}
//! # async fn story(url: &str, id: ChatId) -> Result<(), RelayError> {
//! let client = Client::builder(url)
//!     .token_provider(|why| async move { chat_token(why).await })
//!     .connect()
//!     .await?;
//! let chats = client.chats().state(); // a snapshot now: `get()`; every change: `subscribe()`
//! println!("{} unread", chats.get().unread_count);
//! let chat = client.chat(id);
//! let (mut items, mut diffs) = chat.timeline().subscribe(); // or the same as a list and its changes
//! if let Some(batch) = diffs.next().await {
//!     batch.into_iter().for_each(|diff| diff.apply(&mut items));
//! }
//! let timeline = chat.timeline();
//! let sent = chat.send(Draft::text("hi").attach(Upload::file(LocalFile::new("cat.png"), "image/png")));
//! let mut items = timeline.state().subscribe();
//! while let Some(now) = items.changed().await {
//!     draw(&now);
//!     if sent.state().get().message.is_some() {
//!         break;
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod api;
pub mod builder;
pub mod chat;
pub mod chats;
pub mod client;
pub mod connection;
mod credentials;
mod decode;
pub mod diff;
mod encode;
pub mod error;
pub mod observable;
pub mod outgoing;
pub mod people;
pub mod platform;
pub mod report;
mod runtime;
pub mod search;
pub mod session;
#[cfg(test)]
mod simulation;
mod state;
pub mod store;
pub mod timeline;
pub mod transport;

pub use builder::ClientBuilder;
pub use chat::{
    Chat, ChatChange, ChatSettings, Invite, InvitePreview, InviteTerms, Lookup, Member,
    ReactionPage, Reactor,
};
pub use chats::{ChatList, ChatListState, ChatSummary, UnreadTotal};
pub use client::{AttachmentLinks, Client};
pub use connection::ConnectionState;
pub use diff::{Diffs, VectorDiff};
pub use error::RelayError;
pub use observable::{Observable, Subscription};
pub use outgoing::{Content, DeliveryState, Draft, Edit, Outgoing, OutgoingState, Upload};
pub use people::{Me, People, Presence, PresenceWatch, ProfileChanges, User, UserPage};
pub use platform::LocalFile;
pub use relaychat_protocol as protocol;
pub use relaychat_protocol::rest::messages::{ChatEventKind, Mentions};
pub use report::Report;
pub use search::{Search, SearchHit, SearchPage};
pub use session::{
    Auth, CodeRequested, MemorySessionStore, Session, SessionStore, StoredSession, TokenProvider,
    TokenReason,
};
pub use store::{StorageState, Store, backends::*};
pub use timeline::{
    Attachment, ChangeKind, ChatEvent, Message, PendingChange, Quote, Reaction, Timeline,
    TimelineItem, TimelineState,
};
