//! What servers of a host ask, with a server key: the same abilities that a host in Rust has.
//!
//! People are named by the host's own ids. `id:` and a UUID names one by the engine's id.

use serde::{Deserialize, Serialize};

use super::chats::Role;
use crate::{AttachmentId, ChatId, MessageId, SessionId, UserId};

/// `PUT /v1/server/users/{user}`: a person of the host, made if there is none. Absent fields stay
/// as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PutUser {
    /// Display name, 1 to 80 characters after trimming. A new person without one is called by
    /// their id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 80))]
    pub name: Option<String>,
    /// `http` address of a picture, at most 2,048 bytes; an empty one takes the picture away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 2048))]
    pub avatar_url: Option<String>,
    /// Whether the person is let in no longer: they are logged out everywhere, their messages and
    /// chats stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_disabled: Option<bool>,
}

/// A person as the host sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HostUser {
    /// The engine's id.
    pub id: UserId,
    /// The host's id; people with accounts of the engine have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Display name.
    pub name: String,
    /// Address of the picture, if there is one: absolute, or relative to the root of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Whether they are let in no longer.
    pub is_disabled: bool,
    /// When they were last connected, as far as it was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at_ms: Option<i64>,
    /// When they were first seen.
    pub created_at_ms: i64,
}

/// `POST /v1/server/users/{user}/tokens`: an access token to hand to a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IssueToken {
    /// How long it is valid: 10 seconds to as long as a session lasts (15 days by default).
    /// Without it, as long as every access token.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::whole_number::read_ms"
    )]
    #[cfg_attr(
        feature = "schema",
        schema(minimum = 10_000, maximum = 1_296_000_000, example = 900_000)
    )]
    pub ttl_ms: Option<i64>,
    /// Which device it is for. All tokens for the same device belong to one session, which can be
    /// revoked alone; without it there is one session for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 100))]
    pub device_name: Option<String>,
}

/// An access token for a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IssuedToken {
    /// Whose it is.
    pub user_id: UserId,
    /// The session it belongs to.
    pub session_id: SessionId,
    /// The token.
    pub access_token: String,
    /// How long it is valid from now, in milliseconds.
    #[cfg_attr(feature = "schema", schema(example = 900_000))]
    pub access_expires_in_ms: u64,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedToken")
            .field("session_id", &self.session_id)
            .finish_non_exhaustive()
    }
}

/// One login of a person, as the host sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UserSession {
    /// Names the session, for instance to revoke it.
    pub id: SessionId,
    /// What the device is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_name: Option<String>,
    /// When it began.
    pub created_at_ms: i64,
    /// When it was last used, to the hour or better.
    pub last_used_at_ms: i64,
    /// When it ends if it is not used again.
    pub expires_at_ms: i64,
}

/// `GET /v1/server/users/{user}/sessions`: all live sessions of a person, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UserSessionList {
    /// The sessions.
    pub items: Vec<UserSession>,
}

/// `POST /v1/server/chats/direct`: the one-to-one chat of two people, made if it does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpenChatBetween {
    /// The two people.
    #[cfg_attr(feature = "schema", schema(min_items = 2, max_items = 2))]
    pub users: Vec<String>,
}

/// `POST /v1/server/chats/group`: a new group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreateGroupFor {
    /// Made by the caller: repeating the request with the same id makes one group.
    pub chat_id: ChatId,
    /// Name, 1 to 80 characters after trimming.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 80))]
    pub name: String,
    /// Who owns it.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 255))]
    pub owner: String,
    /// The first members beside the owner, at most 200.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_items = 200))]
    pub users: Vec<String>,
}

/// `POST /v1/server/chats/anchored`: the chat that belongs to an object of the host, made if it does
/// not exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpenAnchoredChat {
    /// What the host calls the object: 1 to 200 bytes without white space and control characters.
    #[cfg_attr(
        feature = "schema",
        schema(min_length = 1, max_length = 200, example = "order:123")
    )]
    pub host_key: String,
    /// What the chat is called if it is made, 1 to 80 characters after trimming; the key unless
    /// given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 80))]
    pub name: Option<String>,
    /// Who is in the chat if it is made, at most 200; more can be added later. People who are not
    /// known yet are from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 200))]
    pub members: Vec<AnchoredMember>,
}

/// Somebody who belongs to an object of the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AnchoredMember {
    /// The host's id.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 255))]
    pub user: String,
    /// Display name; what is known stays unless it is given. What is not acceptable is cut or left
    /// out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What they may do; a plain member unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// `POST /v1/server/chats/{chat_id}/members`: put people into a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AddUsers {
    /// Who, at most 200. Those who are members already stay as they are.
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 200))]
    pub users: Vec<String>,
}

/// `POST /v1/server/chats/{chat_id}/messages`: send a message for one of the members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SendAs {
    /// Who says it.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 255))]
    pub sender: String,
    /// A new UUIDv7 made by the caller.
    pub message_id: MessageId,
    /// At most 16 KiB of UTF-8; may be empty when there are attachments.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(example = "Hello!", max_length = 16384))]
    pub text: String,
    /// Files the sender has uploaded and not yet sent, at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 10))]
    pub attachment_ids: Vec<AttachmentId>,
}
