//! Pinning messages.

use std::sync::Arc;

use relaychat_protocol::{ChatId, MessageId};

use super::Runtime;
use crate::{Message, Observable};

impl Runtime {
    pub(crate) fn pin(&self, chat_id: ChatId, id: MessageId, is_pinned: bool) {
        self.update(|state, now_ms, _| state.pin(chat_id, id, is_pinned, now_ms));
    }

    pub(crate) fn pinned(&self, chat_id: ChatId) -> Observable<Option<Vec<Arc<Message>>>> {
        self.update_inner(|inner, _, _| {
            inner.state.want_chat(chat_id);
            inner.state.pins.or_default(chat_id);
            inner.views.pinned(&inner.state, chat_id)
        })
    }
}
