//! Whom somebody blocks.

use relaychat_protocol::rest::blocks as wire;

use super::users::users;
use crate::domain::{block::Block, user::User};

/// A block as the blocker sees it.
pub(crate) fn block(block: &Block) -> wire::Block {
    let Block {
        blocker_id: _,
        blocked_id,
        created_at_ms,
    } = block;
    wire::Block {
        user_id: *blocked_id,
        created_at_ms: *created_at_ms,
    }
}

/// A page of blocks.
pub(crate) fn block_page(
    blocks: &[Block],
    people: &[User],
    next_cursor: Option<String>,
) -> wire::BlockPage {
    wire::BlockPage {
        items: blocks.iter().map(block).collect(),
        users: users(people),
        next_cursor,
    }
}
