//! Reading the lists that are short enough to be read whole. One task for all of them: each kind of
//! task is in the WebAssembly module once.

use std::sync::Arc;

use relaychat_protocol::rest::{blocks::BlockPage, messages::PinList};

use super::{Runtime, effects::LOOK_UP_AGAIN_MS};
use crate::{RelayError, platform, state::List};

/// What was read.
enum Read {
    Blocks(Vec<BlockPage>),
    Pins(PinList),
}

impl Runtime {
    pub(super) async fn load_list(self: Arc<Self>, list: List, generation: u64) {
        let answer = self.read(list).await;
        if let Some(error) = answer.as_ref().err().filter(|error| error.retryable) {
            platform::sleep_ms(error.retry_after_ms.unwrap_or(LOOK_UP_AGAIN_MS)).await;
        }
        self.update(|state, _, _| {
            if state.generation() != generation {
                return;
            }
            match (list, answer) {
                (List::Pins(chat_id), Ok(Read::Pins(pins))) => state.pins_loaded(chat_id, pins),
                (List::Pins(chat_id), Err(error)) => state.pins_failed(chat_id, &error),
                (_, Ok(Read::Blocks(pages))) => state.blocks_loaded(pages),
                (_, Err(error)) => state.blocks_failed(&error),
                (List::Blocks, Ok(Read::Pins(_))) => {}
            }
        });
    }

    async fn read(&self, list: List) -> Result<Read, RelayError> {
        Ok(match list {
            List::Blocks => Read::Blocks(self.api().list_blocks().await?),
            List::Pins(chat_id) => Read::Pins(self.api().list_pins(chat_id).await?),
        })
    }
}
