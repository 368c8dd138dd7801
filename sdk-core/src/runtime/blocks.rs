//! Blocking people, and reading who is blocked.

use std::sync::Arc;

use relaychat_protocol::UserId;

use super::{Runtime, effects::LOOK_UP_AGAIN_MS};
use crate::{Observable, RelayError, User, platform};

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

    pub(super) async fn load_blocks(self: Arc<Self>, generation: u64) {
        let answer = self.api().list_blocks().await;
        if let Some(error) = answer.as_ref().err().filter(|error| error.retryable) {
            platform::sleep_ms(error.retry_after_ms.unwrap_or(LOOK_UP_AGAIN_MS)).await;
        }
        self.update(|state, _, _| {
            if state.generation() != generation {
                return;
            }
            match answer {
                Ok(pages) => state.blocks_loaded(pages),
                Err(error) => state.blocks_failed(&error),
            }
        });
    }
}
