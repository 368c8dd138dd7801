//! An open timeline.

use std::sync::Arc;

use relaychat_sdk as sdk;

use crate::{
    CancelToken, CoreSubscription, RelayError, TimelineItem, TimelineListener, TimelineStatus,
    TimelineUpdate,
    client::Shared,
    convert::each,
    watch::{splices, watch},
};

/// The timeline of a chat. It is open while this or a subscription of it lives.
#[derive(Debug, uniffi::Object)]
pub struct CoreTimeline {
    shared: Arc<Shared>,
    timeline: sdk::Timeline,
}

impl CoreTimeline {
    pub(crate) fn new(shared: Arc<Shared>, timeline: sdk::Timeline) -> Arc<Self> {
        Arc::new(Self { shared, timeline })
    }
}

#[uniffi::export]
impl CoreTimeline {
    /// The items, oldest first.
    #[must_use]
    pub fn items(&self) -> Vec<TimelineItem> {
        each(&self.timeline.state().get().items)
    }

    /// What else there is to say of it.
    #[must_use]
    pub fn status(&self) -> TimelineStatus {
        (&*self.timeline.state().get()).into()
    }

    /// Tells the items, now and how they change.
    #[must_use]
    pub fn watch_items(&self, listener: Arc<dyn TimelineListener>) -> Arc<CoreSubscription> {
        let state = self.timeline.state();
        let mut seen = Vec::new();
        watch(
            &self.shared.host,
            &state,
            self.timeline.clone(),
            move |now| {
                let status = now.into();
                splices(&mut seen, &now.items, |splices| {
                    listener.on_change(TimelineUpdate { splices, status })
                })
            },
        )
    }

    /// Loads older messages, and returns when they are here.
    #[uniffi::method(default(cancel = None))]
    pub async fn load_before(&self, cancel: Option<Arc<CancelToken>>) -> Result<(), RelayError> {
        let timeline = self.timeline.clone();
        let load = async move { timeline.load_before().await };
        self.shared.host.call(cancel, load).await
    }

    /// Loads newer messages, after a jump.
    #[uniffi::method(default(cancel = None))]
    pub async fn load_after(&self, cancel: Option<Arc<CancelToken>>) -> Result<(), RelayError> {
        let timeline = self.timeline.clone();
        let load = async move { timeline.load_after().await };
        self.shared.host.call(cancel, load).await
    }

    /// Loads the part around a message and shows that instead.
    #[uniffi::method(default(cancel = None))]
    pub async fn jump_to(
        &self,
        seq: u64,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), RelayError> {
        let timeline = self.timeline.clone();
        let jump = async move { timeline.jump_to(seq).await };
        self.shared.host.call(cancel, jump).await
    }

    /// Back to the newest messages.
    #[uniffi::method(default(cancel = None))]
    pub async fn jump_to_latest(&self, cancel: Option<Arc<CancelToken>>) -> Result<(), RelayError> {
        let timeline = self.timeline.clone();
        let jump = async move { timeline.jump_to_latest().await };
        self.shared.host.call(cancel, jump).await
    }
}
