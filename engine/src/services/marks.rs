//! Watermarks.
use super::{Caller, ServiceError, Services, batch::Writer};
use crate::domain::member::Member;
use relaychat_protocol::ChatId;
#[derive(Debug)]
pub(super) struct MarkBatcher;
impl MarkBatcher {
    pub(super) fn start(_w: Writer) -> Self {
        Self
    }
}
impl Services {
    /// Moves the caller's own watermarks forward; the caller's membership after it.
    pub(crate) async fn mark(
        &self,
        _caller: Caller,
        _chat_id: ChatId,
        _delivered_seq: Option<u64>,
        _read_seq: Option<u64>,
    ) -> Result<Member, ServiceError> {
        Err(ServiceError::new(relaychat_protocol::ErrorCode::Internal))
    }
}
