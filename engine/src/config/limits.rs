//! Rates and counts that an operator may want to change. Sizes that the protocol promises are
//! constants elsewhere. The numbers come from the protocol's list of defaults unless their comment
//! says otherwise.

use super::require;
use crate::limits;

/// An upload is held in memory while it arrives: no more than a hundred MiB each.
const IMAGE_BYTES_MAX: u64 = 100 * 1024 * 1024;
/// A file arrives within the time that `http/routes/attachments/upload.rs` gives it, and that is
/// bounded.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// A picture is decoded in memory, at up to twenty bytes a pixel.
const IMAGE_PIXELS_MAX: u64 = 100_000_000;

/// Rates and counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Whether users are slowed down at all. Off for load tests only.
    pub is_rate_limited: bool,
    /// Largest image file, in bytes.
    pub image_bytes: u64,
    /// Largest file of any type, in bytes; 0: none but images.
    pub file_bytes: u64,
    /// Most bytes of all uploads of one person; 0: as many as they like.
    pub user_bytes: u64,
    /// Most pixels of an image.
    pub image_pixels: u64,
    /// Messages a second of one user, sustained.
    pub sends_per_second: u32,
    /// Messages of one user in a burst.
    pub send_burst: u32,
    /// REST requests a second of one user, sustained: scrolling back through a year stays below.
    pub requests_per_second: u32,
    /// REST requests of one user in a burst: opening the application on a slow day.
    pub request_burst: u32,
    /// Searches a second of one user, sustained.
    pub searches_per_second: u32,
    /// Searches of one user in a burst: a name typed letter by letter.
    pub search_burst: u32,
    /// How long after it was sent a message can be edited; 0: not at all.
    pub edit_window_ms: i64,
    /// Members of a group. Chats that belong to objects of the host have whom the host says, also
    /// more.
    pub group_members: u64,
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
            is_rate_limited: true,
            image_bytes: 10 * 1024 * 1024,
            file_bytes: limits::FILE_BYTES,
            user_bytes: 0,
            image_pixels: 40_000_000,
            sends_per_second: 5,
            send_burst: 20,
            requests_per_second: 20,
            request_burst: 200,
            searches_per_second: 1,
            search_burst: 10,
            edit_window_ms: limits::EDIT_WINDOW_MS,
            group_members: limits::GROUP_MEMBERS,
            sockets_per_user: 20,
            sockets_per_ip: 200,
            watched_users: 500,
        }
    }
}

impl Limits {
    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        require(
            problems,
            (1..=IMAGE_BYTES_MAX).contains(&self.image_bytes)
                && (1..=IMAGE_PIXELS_MAX).contains(&self.image_pixels),
            "limits.image_bytes must be 1 to 100 MiB, limits.image_pixels 1 to 100 million",
        );
        require(
            problems,
            self.file_bytes <= FILE_BYTES_MAX,
            "limits.file_bytes must be at most 4 GiB",
        );
        require(
            problems,
            self.edit_window_ms >= 0,
            "limits.edit_window_ms must not be negative",
        );
        require(
            problems,
            self.group_members >= 1,
            "limits.group_members must be at least 1",
        );
        let counts = [
            (self.sends_per_second as usize, "sends_per_second"),
            (self.send_burst as usize, "send_burst"),
            (self.requests_per_second as usize, "requests_per_second"),
            (self.request_burst as usize, "request_burst"),
            (self.searches_per_second as usize, "searches_per_second"),
            (self.search_burst as usize, "search_burst"),
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
    }
}
