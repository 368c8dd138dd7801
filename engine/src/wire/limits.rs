//! The limits in force.

use relaychat_protocol::rest::limits as wire;

use crate::{config::Config, images, limits};

/// What the server accepts.
pub(crate) fn limits(config: &Config) -> wire::Limits {
    let realtime = &config.realtime;
    wire::Limits {
        frame_bytes: limits::FRAME_BYTES as u64,
        text_bytes: limits::TEXT_BYTES as u64,
        edit_window_ms: config.limits.edit_window_ms.unsigned_abs(),
        attachments_per_message: limits::ATTACHMENTS_PER_MESSAGE as u64,
        image_bytes: config.limits.image_bytes,
        file_bytes: config.limits.file_bytes,
        image_pixels: config.limits.image_pixels,
        image_content_types: images::ACCEPTED_TYPES.map(str::to_owned).to_vec(),
        sends_per_second: config.limits.sends_per_second.into(),
        send_burst: config.limits.send_burst.into(),
        history_page: limits::HISTORY_PAGE.into(),
        sync_page: limits::SYNC_PAGE.into(),
        sockets_per_user: config.limits.sockets_per_user as u64,
        watched_users: config.limits.watched_users as u64,
        typing_throttle_ms: realtime.typing_throttle_ms,
        typing_expires_ms: realtime.typing_expires_ms,
        read_receipts: config.read_receipts,
    }
}
