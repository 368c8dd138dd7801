//! Catching up over REST: what did not fit into one answer, and holes found while connected.

use relaychat_protocol::rest::sync::SyncAnswer;

use super::{Api, encode};
use crate::RelayError;

impl Api<'_> {
    pub(crate) async fn sync(self, since: Option<&str>) -> Result<SyncAnswer, RelayError> {
        match since {
            Some(token) => self.get(&format!("/sync?since={}", encode(token))).await,
            None => self.get("/sync").await,
        }
    }
}
