//! A message on its way.

use std::sync::Arc;

use relaychat_sdk as sdk;

use crate::{
    CancelToken, CoreSubscription, Message, OutgoingListener, OutgoingState, RelayError,
    client::Shared, watch::watch,
};

/// A message on its way. It is in the timeline already, and goes on without this handle.
#[derive(Debug, uniffi::Object)]
pub struct CoreOutgoing {
    shared: Arc<Shared>,
    outgoing: sdk::Outgoing,
}

impl CoreOutgoing {
    pub(crate) fn new(shared: Arc<Shared>, outgoing: sdk::Outgoing) -> Arc<Self> {
        Arc::new(Self { shared, outgoing })
    }
}

#[uniffi::export]
impl CoreOutgoing {
    /// Names the message, now and for ever.
    #[must_use]
    pub fn id(&self) -> String {
        self.outgoing.id().to_string()
    }

    /// How far it is.
    #[must_use]
    pub fn state(&self) -> OutgoingState {
        (&*self.outgoing.state().get()).into()
    }

    /// Tells how far it is, now and when that changes.
    #[must_use]
    pub fn watch_state(&self, listener: Arc<dyn OutgoingListener>) -> Arc<CoreSubscription> {
        let state = self.outgoing.state();
        watch(&self.shared.host, &state, (), move |now| {
            listener.on_change(now.into())
        })
    }

    /// Waits until the server has it.
    ///
    /// # Errors
    /// Why it failed; `Closed` when the client was closed before: the next one on the same store
    /// sends it.
    #[uniffi::method(default(cancel = None))]
    pub async fn delivered(&self, cancel: Option<Arc<CancelToken>>) -> Result<Message, RelayError> {
        let outgoing = self.outgoing.clone();
        let delivered = async move { Ok((&*outgoing.delivered().await?).into()) };
        self.shared.host.call(cancel, delivered).await
    }

    /// Tries it again when it has failed.
    pub fn retry(&self) {
        self.outgoing.retry();
    }

    /// Gives it another text.
    ///
    /// # Errors
    /// `AlreadySent` once it has left this device.
    pub fn edit(&self, text: String) -> Result<(), RelayError> {
        Ok(self.outgoing.edit(text)?)
    }

    /// Takes it back; removes a failed one.
    pub fn cancel(&self) {
        self.outgoing.cancel();
    }
}
