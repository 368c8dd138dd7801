//! Group commit.
use super::EventSink;
use crate::{clock::Clock, storage::Storage};
use std::sync::Arc;
#[derive(Clone, Debug)]
pub(super) struct Writer {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) events: Arc<dyn EventSink>,
}
