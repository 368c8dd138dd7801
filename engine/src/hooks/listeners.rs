//! The hooks that are told after something has happened, by the kind of event.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use relaychat_protocol::rest::webhooks::HostEvent;

use super::{after::Happening, after::Recipient, guarded};

/// What an after hook returns: nothing, or whether it went well. What did not is tried again.
pub trait IntoOutcome {
    /// The outcome, and for the log why it failed.
    fn into_outcome(self) -> Result<(), String>;
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Result<(), String> {
        Ok(())
    }
}

impl<E: fmt::Display> IntoOutcome for Result<(), E> {
    fn into_outcome(self) -> Result<(), String> {
        self.map_err(|error| error.to_string())
    }
}

type Tell =
    Arc<dyn Fn(HostEvent, Vec<Recipient>) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// One after hook.
#[derive(Clone)]
pub(crate) struct AfterHook {
    /// Moment and id: the name under which notices wait for it.
    pub(crate) name: String,
    /// The kind of event it is told of.
    pub(crate) kind: &'static str,
    tell: Tell,
}

impl AfterHook {
    /// A hook of a moment.
    pub(crate) fn new<E, F, Fut>(id: &str, hook: F) -> Self
    where
        E: Happening,
        F: Fn(E) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        let tell: Tell = Arc::new(move |event, recipients| match E::of(event, recipients) {
            Some(happening) => {
                let told = hook(happening);
                Box::pin(async move { told.await.into_outcome() })
            }
            None => Box::pin(std::future::ready(Ok(()))),
        });
        Self {
            name: format!("{}/{id}", E::MOMENT),
            kind: E::KIND,
            tell,
        }
    }

    /// Tells the hook.
    pub(crate) async fn tell(
        &self,
        event: HostEvent,
        recipients: Vec<Recipient>,
        timeout: Duration,
    ) -> Result<(), String> {
        let tell = Arc::clone(&self.tell);
        guarded(timeout, move || tell(event, recipients))
            .await
            .unwrap_or_else(|failure| Err(failure.to_string()))
    }
}

impl fmt::Debug for AfterHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
