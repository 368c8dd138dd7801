//! The host's own rules about who may do what, beside the engine's.
//!
//! Asked after the engine's rules and never instead of them: it can take away, not give. Nothing is
//! held while it thinks. One that panics or takes too long has not allowed anything.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId, rest::chats::ChatKind};

use crate::hooks::Who;

/// Decides for the host who may do what.
#[async_trait]
pub trait Authorizer: std::fmt::Debug + Send + Sync + 'static {
    /// Whether `who` may do `action` on `on`. The client is told `forbidden`, or `not_found` where
    /// it may not know that the object exists.
    async fn can(&self, who: &Who, action: Action, on: &Subject) -> bool;
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Send a message to a [`Subject::Chat`].
    SendMessage,
    /// Edit a message of one's own in a [`Subject::Chat`].
    EditMessage,
    /// Delete a message for everyone in a [`Subject::Chat`].
    DeleteMessage,
    /// React to a message in a [`Subject::Chat`], or take it back.
    React,
    /// Pin a message in a [`Subject::Chat`], or unpin it.
    PinMessage,
    /// Make a group: a [`Subject::NewChat`].
    CreateChat,
    /// Open the one-to-one chat with a [`Subject::User`], for the first time.
    OpenDirectChat,
    /// Add a [`Subject::Member`].
    AddMember,
    /// Remove a [`Subject::Member`], or leave.
    RemoveMember,
    /// Make a link with which people join a [`Subject::Chat`].
    CreateInvite,
    /// Join by such a link: oneself as a [`Subject::Member`] to be.
    JoinByInvite,
    /// Change name, description, picture or rules of a [`Subject::Chat`].
    ChangeChat,
    /// Give a [`Subject::Member`] another role.
    ChangeRole,
    /// Upload a [`Subject::File`].
    Upload,
    /// See the list of people ([`Subject::People`]), or one of them ([`Subject::User`]).
    ListPeople,
    /// Open a socket ([`Subject::Server`]).
    Connect,
}

/// What it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// A chat they are a member of.
    Chat(ChatId),
    /// A chat that is to be made.
    NewChat {
        /// Of which kind.
        kind: ChatKind,
        /// With whom, beside themselves.
        user_ids: Vec<UserId>,
    },
    /// Somebody in a chat they are a member of.
    Member(ChatId, UserId),
    /// Somebody.
    User(UserId),
    /// A file that has arrived.
    File {
        /// Its type.
        content_type: String,
        /// Its size.
        size_bytes: u64,
    },
    /// The list of people.
    People,
    /// The server itself.
    Server,
}
