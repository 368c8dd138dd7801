//! Pictures of people and of groups: which upload is one, inside the transaction of whoever uses it.
//!
//! A former picture is left to the sweeper; its address answers until then.

use relaychat_protocol::{AttachmentId, ErrorCode};

use super::ServiceError;
use crate::{domain::attachment::Usage, storage::Transaction};

/// Puts `avatar_id` in the place of a former picture.
pub(super) async fn replace(
    transaction: &mut dyn Transaction,
    place: &mut Option<AttachmentId>,
    avatar_id: AttachmentId,
) -> Result<(), ServiceError> {
    let attachments = transaction.attachments();
    // Gone only if this took so long that the sweep was faster.
    if attachments.find_many(&[avatar_id]).await?.is_empty() {
        return Err(ServiceError::new(ErrorCode::Unavailable));
    }
    attachments.update_usage(avatar_id, Usage::Avatar).await?;
    let former = place.replace(avatar_id);
    release(transaction, former).await
}

/// Leaves a former picture to the sweeper.
pub(super) async fn release(
    transaction: &mut dyn Transaction,
    former: Option<AttachmentId>,
) -> Result<(), ServiceError> {
    if let Some(former) = former {
        transaction
            .attachments()
            .update_usage(former, Usage::Unused)
            .await?;
    }
    Ok(())
}
