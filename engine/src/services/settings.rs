//! What the host or the operator may decide about the use cases. Built by `config`, checked there.

use crate::{images::ImageLimits, limits, webhooks::Reach};

/// Settings of the use cases.
#[derive(Clone)]
pub(crate) struct Settings {
    /// The engine's secret, when the host keeps it. Otherwise one is made on the first start and
    /// kept in storage.
    pub(crate) secret: Option<[u8; 32]>,
    /// Who finds whom.
    pub(crate) directory: Directory,
    /// `iss` of access tokens.
    pub(crate) token_issuer: String,
    /// `aud` of access tokens.
    pub(crate) token_audience: String,
    /// How long an access token lasts.
    pub(crate) access_token_ttl_ms: i64,
    /// How long a session lasts after its last use.
    pub(crate) session_ttl_ms: i64,
    /// Requests for codes from one network in an hour.
    pub(crate) codes_per_network: u32,
    /// What an uploaded picture may be.
    pub(crate) images: ImageLimits,
    /// Largest file of any type, in bytes; 0: none but images.
    pub(crate) file_bytes: u64,
    /// Most bytes of all uploads of one person; 0: as many as they like.
    pub(crate) user_bytes: u64,
    /// Most members of a group.
    pub(crate) group_members: u64,
    /// How much one sync answer holds.
    pub(crate) sync: SyncPages,
    /// How long after it was sent a message can be edited.
    pub(crate) edit_window_ms: i64,
    /// Whether anybody is told what others read.
    pub(crate) tells_reads: bool,
    /// Whether lines in the history tell of changes of a group.
    pub(crate) writes_lines: bool,
    /// How far webhooks reach.
    pub(crate) webhook_reach: Reach,
    /// How fast a user may do what.
    pub(crate) rates: RateSettings,
}

/// How much one sync answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SyncPages {
    /// Messages, over all chats.
    pub(crate) messages: u32,
    /// Newest messages of one chat; the rest is a gap.
    pub(crate) window: u32,
    /// Chats, removals, receipts and profiles, of each.
    pub(crate) rows: u32,
}

impl Default for SyncPages {
    fn default() -> Self {
        Self {
            messages: limits::SYNC_PAGE,
            window: limits::SYNC_WINDOW,
            rows: limits::SYNC_ROWS,
        }
    }
}

/// Who finds whom in the list of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Directory {
    /// Everybody finds everybody.
    #[default]
    Open,
    /// People find those they share a chat with, and others by their exact address.
    Contacts,
}

/// Sustained rate and burst of everything that is limited per user.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RateSettings {
    /// Off for load tests.
    pub(crate) is_enabled: bool,
    /// Messages a second.
    pub(crate) sends_per_second: u32,
    /// Messages in a burst.
    pub(crate) send_burst: u32,
    /// REST requests a second. Generous: opening the application, scrolling back through a year
    /// and coming back from the background stay below it.
    pub(crate) requests_per_second: u32,
    /// REST requests in a burst.
    pub(crate) request_burst: u32,
    /// Searches a second.
    pub(crate) searches_per_second: u32,
    /// Searches in a burst: a name typed letter by letter.
    pub(crate) search_burst: u32,
    /// Uploads a second: decoding one takes about as long.
    pub(crate) uploads_per_second: u32,
    /// Uploads in a burst: three messages full of pictures.
    pub(crate) upload_burst: u32,
}

impl Default for RateSettings {
    fn default() -> Self {
        Self {
            is_enabled: true,
            sends_per_second: 5,
            send_burst: 20,
            requests_per_second: 20,
            request_burst: 200,
            searches_per_second: 1,
            search_burst: 10,
            uploads_per_second: 1,
            upload_burst: 30,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            secret: None,
            directory: Directory::default(),
            token_issuer: "relaychat".to_owned(),
            token_audience: "relaychat".to_owned(),
            access_token_ttl_ms: limits::ACCESS_TOKEN_TTL_MS,
            session_ttl_ms: limits::SESSION_TTL_MS,
            codes_per_network: limits::CODES_PER_NETWORK,
            images: ImageLimits::default(),
            file_bytes: limits::FILE_BYTES,
            user_bytes: 0,
            group_members: limits::GROUP_MEMBERS,
            sync: SyncPages::default(),
            edit_window_ms: limits::EDIT_WINDOW_MS,
            tells_reads: true,
            writes_lines: true,
            webhook_reach: Reach::default(),
            rates: RateSettings::default(),
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("directory", &self.directory)
            .field("rates", &self.rates)
            .finish_non_exhaustive()
    }
}
