//! Uploads that come in parts.

use relaychat_protocol::rest::attachments as wire;

use crate::{
    domain::upload::Upload,
    limits::{PART_BYTES, UPLOAD_KEPT_MS},
};

/// How far an upload is.
pub(crate) fn upload(upload: &Upload) -> wire::Upload {
    let Upload {
        id,
        owner_id: _,
        kind: _,
        content_type: _,
        file_name: _,
        size_bytes,
        received_bytes,
        touched_at_ms,
        attachment_id: _,
    } = upload;
    wire::Upload {
        upload_id: *id,
        part_bytes: PART_BYTES,
        received_bytes: *received_bytes,
        size_bytes: *size_bytes,
        expires_at_ms: *touched_at_ms + UPLOAD_KEPT_MS,
    }
}
