//! Sending.
use super::{Caller, ServiceError, Services, batch::Writer};
use crate::domain::message::{Draft, Message};
/// A sent message.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// The message as it was stored.
    pub(crate) message: Message,
    /// Whether it had been sent before.
    pub(crate) is_repeat: bool,
}
#[derive(Debug)]
pub(super) struct SendBatcher;
impl SendBatcher {
    pub(super) fn start(_w: Writer) -> Self {
        Self
    }
}
impl Services {
    /// Sends a message: durable when this returns. `draft.sender_id` must be the caller.
    pub(crate) async fn send_message(
        &self,
        _caller: Caller,
        _draft: Draft,
    ) -> Result<Sent, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
}
