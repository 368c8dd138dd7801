//! Whom the caller blocks.

use serde::{Deserialize, Serialize};

use crate::{UserId, rest::users::User};

/// Somebody whom the caller blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Block {
    /// Who.
    pub user_id: UserId,
    /// Since when.
    pub created_at_ms: i64,
}

/// `GET /v1/me/blocks`: a page of those whom the caller blocks, ordered by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BlockPage {
    /// The blocks.
    pub items: Vec<Block>,
    /// The people who are blocked.
    pub users: Vec<User>,
    /// Opaque place to read on from; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
