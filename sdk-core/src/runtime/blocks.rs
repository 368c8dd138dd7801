//! Blocking people.

use std::sync::Arc;

use relaychat_protocol::UserId;

use super::Runtime;
use crate::{Observable, RelayError, User};

impl Runtime {
    pub(crate) fn blocked(&self) -> Observable<Option<Vec<Arc<User>>>> {
        self.update_inner(|inner, _, _| {
            inner.state.blocks.want();
            inner.views.blocked()
        })
    }

    pub(crate) async fn set_block(
        &self,
        user_id: UserId,
        is_blocked: bool,
    ) -> Result<(), RelayError> {
        let generation = self.lock().state.generation();
        self.api().set_block(user_id, is_blocked).await?;
        self.update(|state, _, _| state.block_set(user_id, is_blocked, generation));
        Ok(())
    }
}
