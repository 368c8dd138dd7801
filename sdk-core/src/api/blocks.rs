//! Whom the caller blocks.

use relaychat_protocol::{UserId, rest::blocks::BlockPage};

use super::{Api, encode};
use crate::{RelayError, transport::Method};

/// As many a page as the server gives.
const BLOCKS_PAGE: u32 = 100;

impl Api<'_> {
    /// Everybody, page by page.
    pub(crate) async fn list_blocks(self) -> Result<Vec<BlockPage>, RelayError> {
        let mut pages: Vec<BlockPage> = Vec::new();
        loop {
            let mut path = format!("/me/blocks?limit={BLOCKS_PAGE}");
            match pages.last().map(|page| page.next_cursor.as_deref()) {
                None => {}
                Some(None) => return Ok(pages),
                Some(Some(cursor)) => path.push_str(&format!("&cursor={}", encode(cursor))),
            }
            pages.push(self.get(&path).await?);
        }
    }

    pub(crate) async fn set_block(
        self,
        user_id: UserId,
        is_blocked: bool,
    ) -> Result<(), RelayError> {
        let method = match is_blocked {
            true => Method::Put,
            false => Method::Delete,
        };
        let path = format!("/me/blocks/{user_id}");
        self.call(method, &path, None).await?;
        Ok(())
    }
}
