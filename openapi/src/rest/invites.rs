//! Links with which people join a group by themselves.

use serde::{Deserialize, Serialize};

use crate::{ChatId, InviteId, UserId};

/// A link to a group, as those see it who may add people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// What the link carries. Whoever has it may join: the address around it is the application's.
    pub token: String,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at_ms: i64,
    /// Until when people can join with it; absent: until it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
    /// How many people can join with it; absent: any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u64>,
    /// How many have joined with it.
    pub uses: u64,
}

/// `POST /v1/chats/{chat_id}/invites`: a new link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreateInvite {
    /// Until when people can join with it; absent: until it is revoked.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::whole_number::read_ms"
    )]
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9007199254740991i64))]
    pub expires_at_ms: Option<i64>,
    /// How many people can join with it; absent: any number.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::whole_number::read"
    )]
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 9007199254740991u64))]
    pub max_uses: Option<u64>,
}

/// `GET /v1/chats/{chat_id}/invites`: the links with which people can join now, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InviteList {
    /// The links: at most 50.
    pub items: Vec<Invite>,
}

/// `POST /v1/invites/preview` and `POST /v1/invites/accept`: what a link carries. In the body and
/// not in the address, which servers on the way write down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InviteToken {
    /// The token.
    pub token: String,
}

/// What somebody sees of a group before they join it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InvitePreview {
    /// The group.
    pub chat_id: ChatId,
    /// What it is called.
    pub name: String,
    /// Where its picture is, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// How many are in it.
    pub member_count: u64,
    /// Whether the caller is one of them.
    pub is_member: bool,
}
