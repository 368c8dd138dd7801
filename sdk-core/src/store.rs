//! Where a client keeps what it knows between two runs: the seam for databases of every platform.
//!
//! A client on a store that was filled before shows its chats before the network answers, and asks
//! the server only for what came since. Kept are the caller, the chats with their newest message,
//! the people, and the sync token that covers all of it. Not kept are histories, files and messages
//! on their way. Sessions have a place of their own: [`SessionStore`](crate::SessionStore).
//!
//! What is kept is made of the protocol's own types: a store decides nothing and merges nothing.

use relaychat_protocol::{
    ChatId,
    rest::{
        chats::Chat,
        users::{Me, User},
    },
};
use serde::{Deserialize, Serialize};

use crate::platform::{BoxFuture, MaybeSend, MaybeSync};

pub mod conformance;
mod memory;

pub use memory::MemoryStore;

/// What there is one of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Whose all of this is.
    pub me: Me,
    /// The sync token that covers what is kept.
    pub token: String,
    /// Where the list of chats goes on, unless all of them are here.
    pub next_chats_cursor: Option<String>,
}

/// A chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptChat {
    /// As the server tells it, and with the caller's own marks.
    pub chat: Chat,
    /// A read mark of the caller that the server has not confirmed.
    pub unconfirmed_read_seq: Option<u64>,
}

/// Everything that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Who, and how far.
    pub head: Head,
    /// The chats, in any order.
    pub chats: Vec<KeptChat>,
    /// The people, in any order.
    pub users: Vec<User>,
}

/// A set of changes that is written in one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Takes the place of the former one.
    pub head: Head,
    /// All chats that were kept before are forgotten first.
    pub replaces_chats: bool,
    /// Each takes the place of the chat with its id.
    pub chats: Vec<KeptChat>,
    /// Chats to forget. One that is not here is no error.
    pub removed_chat_ids: Vec<ChatId>,
    /// Each takes the place of the person with their id.
    pub users: Vec<User>,
}

/// What went wrong in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// It cannot be reached now.
    Unavailable,
    /// There is no room.
    Full,
    /// What is kept cannot be read. The client clears the store and starts over.
    Damaged,
}

/// A store failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store failed to {operation}: {kind:?}")]
pub struct StoreError {
    /// What went wrong.
    pub kind: StoreErrorKind,
    /// `load`, `write` or `clear`.
    pub operation: &'static str,
}

impl StoreError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind != StoreErrorKind::Damaged
    }
}

/// Keeps what one client knows.
///
/// A store belongs to one client of one engine at a time, which calls it one call after the other.
/// Every future ends. One that is dropped before has done all of its work or none.
/// [`conformance`] has a check for each of the promises.
pub trait Store: std::fmt::Debug + MaybeSend + MaybeSync + 'static {
    /// What is kept: all that was written since the last clear, as the writes left it. `None` when
    /// nothing was.
    ///
    /// # Errors
    /// When it cannot be read. The client then goes on as if nothing were kept.
    fn load(&self) -> BoxFuture<'_, Result<Option<Kept>, StoreError>>;

    /// Makes the changes and keeps the token that covers them, in one step: all of it is kept, or
    /// nothing has changed. A repeat changes nothing. Once it has answered, the changes outlive
    /// the program, as far as this kind of store outlives it at all.
    ///
    /// # Errors
    /// When nothing was changed. The client brings the same changes again, with later ones.
    fn write<'a>(&'a self, changes: &'a Changes) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Forgets everything. A store that keeps nothing may be cleared.
    ///
    /// # Errors
    /// When something may still be kept. The client tries again.
    fn clear(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}
