//! The local files behind what this device sent not long ago: they are shown until the server's
//! copy has loaded, without a flicker.

use std::collections::VecDeque;

use relaychat_protocol::AttachmentId;

use crate::Upload;

/// Enough for what is on the screen.
const KEPT: usize = 16;

/// Local files by the id the server gave them.
#[derive(Debug, Default)]
pub(crate) struct RecentUploads(VecDeque<(AttachmentId, Upload)>);

impl RecentUploads {
    pub(crate) fn keep(&mut self, id: AttachmentId, upload: Upload) {
        self.0.truncate(KEPT - 1);
        self.0.push_front((id, upload));
    }

    pub(crate) fn get(&self, id: AttachmentId) -> Option<Upload> {
        let found = self.0.iter().find(|(known, _)| *known == id);
        found.map(|(_, upload)| upload.clone())
    }
}
