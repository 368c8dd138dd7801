//! Sizes and rates, as `GET /v1/limits` lists them. The numbers come from the protocol's list of
//! defaults unless their comment says otherwise.

use super::require;

/// Sizes and rates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest WebSocket frame and JSON body.
    pub frame_bytes: usize,
    /// Longest message text.
    pub text_bytes: usize,
    /// Most attachments of one message: as many as a screen shows in one bubble.
    pub attachments_per_message: usize,
    /// Largest image file.
    pub image_bytes: u64,
    /// Most pixels of an image.
    pub image_pixels: u64,
    /// Messages a second of one user, sustained.
    pub sends_per_second: u32,
    /// Messages of one user in a burst.
    pub send_burst: u32,
    /// Marks (delivered, read) a second of one user, sustained.
    pub marks_per_second: u32,
    /// Marks of one user in a burst: coming back to a device with that many unread chats.
    pub mark_burst: u32,
    /// Searches a second of one user, sustained.
    pub searches_per_second: u32,
    /// Searches of one user in a burst.
    pub search_burst: u32,
    /// Longest page of history.
    pub history_page: u32,
    /// Most messages in one sync answer.
    pub sync_page: u32,
    /// Sockets one user may hold.
    pub sockets_per_user: usize,
    /// Sockets one network address may hold.
    pub sockets_per_ip: usize,
    /// People one socket may watch the presence of: a few screens of a list of people.
    pub watched_users: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes: 64 * 1024,
            text_bytes: 16 * 1024,
            attachments_per_message: 10,
            image_bytes: 10 * 1024 * 1024,
            image_pixels: 40_000_000,
            sends_per_second: 5,
            send_burst: 20,
            marks_per_second: 3,
            mark_burst: 60,
            searches_per_second: 1,
            search_burst: 10,
            history_page: 100,
            sync_page: 500,
            sockets_per_user: 20,
            sockets_per_ip: 200,
            watched_users: 500,
        }
    }
}

impl Limits {
    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        // A text may need six bytes of JSON for one of its own (a control character escaped).
        let is_room_for_text = self.text_bytes >= 1 && self.frame_bytes >= self.text_bytes + 1024;
        require(
            problems,
            is_room_for_text,
            "limits.text_bytes must be at least 1 and 1 KiB below limits.frame_bytes",
        );
        let counts = [
            (self.attachments_per_message, "attachments_per_message"),
            (self.sends_per_second as usize, "sends_per_second"),
            (self.send_burst as usize, "send_burst"),
            (self.marks_per_second as usize, "marks_per_second"),
            (self.mark_burst as usize, "mark_burst"),
            (self.searches_per_second as usize, "searches_per_second"),
            (self.search_burst as usize, "search_burst"),
            (self.history_page as usize, "history_page"),
            (self.sync_page as usize, "sync_page"),
            (self.sockets_per_user, "sockets_per_user"),
            (self.sockets_per_ip, "sockets_per_ip"),
            (self.watched_users, "watched_users"),
        ];
        for (count, name) in counts {
            require(
                problems,
                count >= 1,
                &format!("limits.{name} must be at least 1"),
            );
        }
        require(
            problems,
            self.image_bytes >= 1024 && self.image_pixels >= 1024,
            "limits.image_bytes and limits.image_pixels must be at least 1024",
        );
    }
}
