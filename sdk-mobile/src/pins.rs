//! What is pinned in a chat.

use std::sync::Arc;

use crate::{
    CoreChat, CoreSubscription, Message, PinnedListener, RelayError, client::id, convert::each,
    watch::watch,
};

#[uniffi::export]
impl CoreChat {
    /// Pins a message for everyone in the chat, or unpins it: shown at once.
    ///
    /// # Errors
    /// When the text is no id.
    pub fn pin(&self, message_id: String, is_pinned: bool) -> Result<(), RelayError> {
        self.chat.pin(id(&message_id)?, is_pinned);
        Ok(())
    }

    /// What is pinned, the message that was pinned last in front; none until something of it is known.
    /// Asking for it begins to read it from the server.
    #[must_use]
    pub fn pinned(&self) -> Option<Vec<Message>> {
        self.chat.pinned().get().as_deref().map(each)
    }

    /// Tells what is pinned, now and when that changes.
    #[must_use]
    pub fn watch_pinned(&self, listener: Arc<dyn PinnedListener>) -> Arc<CoreSubscription> {
        watch(&self.shared.host, &self.chat.pinned(), (), move |now| {
            listener.on_change(now.as_deref().map(each))
        })
    }
}
