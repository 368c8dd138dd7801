//! Whom the caller blocks.

use std::sync::Arc;

use crate::{
    BlockedListener, CancelToken, CoreClient, CoreSubscription, RelayError, User, client::id,
    convert::each, watch::watch,
};

#[uniffi::export]
impl CoreClient {
    /// Blocks a person: in the one-to-one chat with them nobody can say anything new, and neither
    /// sees the other be online or type. They are not told. Twice is once.
    #[uniffi::method(default(cancel = None))]
    pub async fn block(
        &self,
        user_id: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), RelayError> {
        let people = self.client().people();
        let block = async move { people.block(id(&user_id)?).await };
        self.host().call(cancel, block).await
    }

    /// Takes a block back. One that is not there is taken back already.
    #[uniffi::method(default(cancel = None))]
    pub async fn unblock(
        &self,
        user_id: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), RelayError> {
        let people = self.client().people();
        let unblock = async move { people.unblock(id(&user_id)?).await };
        self.host().call(cancel, unblock).await
    }

    /// Everybody whom the caller blocks, ordered by id; none until it is known. Asking for it begins
    /// to read it from the server.
    #[must_use]
    pub fn blocked(&self) -> Option<Vec<User>> {
        let blocked = self.client().people().blocked().get();
        blocked.as_deref().map(each)
    }

    /// Tells whom the caller blocks, now and when that changes, here or on another device.
    #[must_use]
    pub fn watch_blocked(&self, listener: Arc<dyn BlockedListener>) -> Arc<CoreSubscription> {
        let blocked = self.client().people().blocked();
        watch(self.host(), &blocked, (), move |now| {
            listener.on_change(now.as_deref().map(each))
        })
    }
}
