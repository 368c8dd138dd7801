//! Every number that bounds what a caller may do, with where it comes from.
//!
//! What an operator may change lies in [`crate::services::Settings`] with these as defaults. Limits
//! of sockets lie with the sockets, limits of images with the images.

/// People that a line names; of more it gives the number.
pub(crate) const PEOPLE_PER_LINE: usize = 50;
/// Longest message text, in bytes of UTF-8: some six printed pages, far below a frame.
pub(crate) const TEXT_BYTES: usize = 16 * 1_024;
/// Largest JSON body and socket frame, in bytes: the longest text, escaped at its worst (every
/// byte as two), with room for the rest.
pub(crate) const FRAME_BYTES: usize = 64 * 1_024;
/// Most attachments of one message: what fits a grid on a phone.
pub(crate) const ATTACHMENTS_PER_MESSAGE: usize = 10;
/// Largest file of any type, in bytes: what Mattermost and Rocket.Chat take unless told otherwise.
pub(crate) const FILE_BYTES: u64 = 100 * 1_024 * 1_024;
/// How long each part of an upload is, in bytes: on a phone network of 1 Mbit/s half a minute, which
/// is lost at most when it breaks off; a file of 100 MiB takes 25 requests; and it is held in memory,
/// 64 at once.
pub(crate) const PART_BYTES: u64 = 4 * 1_024 * 1_024;
/// Unfinished uploads of a person at once: more than one message has files.
pub(crate) const UNFINISHED_UPLOADS: u64 = 16;
/// How long an upload waits for its message or its next part: a phone that was offline over night
/// still sends it.
pub(crate) const UPLOAD_KEPT_MS: i64 = 24 * 60 * 60 * 1_000;
/// Longest quote of a message that is answered, in characters: three lines on a phone.
pub(crate) const QUOTE_CHARS: usize = 200;
/// How long after it was sent a message can be edited: the time Telegram gives. Long enough to mend
/// what was read back the next day, short enough that old agreements stay what they were.
pub(crate) const EDIT_WINDOW_MS: i64 = 48 * 60 * 60 * 1_000;
/// Different emojis under one message: what fits below it without hiding it.
pub(crate) const EMOJIS_PER_MESSAGE: usize = 20;
/// Pinned messages of a chat at once: they are answered whole, so no more than a page of history.
pub(crate) const PINS_PER_CHAT: u32 = 100;
/// People whom a message mentions by name. More than that is everyone; each of them costs a row.
pub(crate) const MENTIONS_PER_MESSAGE: usize = 50;
/// People whom a message names for each emoji under it; the rest is paged. With
/// [`EMOJIS_PER_MESSAGE`] a message stays below 64 KiB.
pub(crate) const USERS_PER_REACTION: usize = 50;
/// Longest display name and group name, in characters.
pub(crate) const NAME_CHARS: usize = 80;
/// Longest description of a group, in characters: a paragraph that a phone shows whole.
pub(crate) const DESCRIPTION_CHARS: usize = 500;
/// Longest name of a device in the list of sessions, in characters.
pub(crate) const DEVICE_NAME_CHARS: usize = 100;
/// Most people added to a group in one request: one transaction stays well under 50 ms.
pub(crate) const MEMBERS_PER_REQUEST: usize = 200;
/// Most members of a group: its list of members is read in fifty pages, and one message is put in
/// at most as many queues.
pub(crate) const GROUP_MEMBERS: u64 = 5_000;
/// Members that a chat carries beside the caller; the rest is paged.
pub(crate) const MEMBERS_PER_CHAT_VIEW: u32 = 100;
/// Longest page of history.
pub(crate) const HISTORY_PAGE: u32 = 100;
/// Page of history when the client does not say: two screens of a desktop.
pub(crate) const HISTORY_PAGE_DEFAULT: u32 = 50;
/// Longest page of people, chats and members.
pub(crate) const LIST_PAGE: u32 = 100;
/// Usable links to one group at once: more than anybody keeps apart.
pub(crate) const INVITES_PER_CHAT: usize = 50;
/// Longest note of a report, and of what came of it, in characters: a few paragraphs.
pub(crate) const REPORT_NOTE_CHARS: usize = 1_000;
/// Page of people, chats and members when the client does not say.
pub(crate) const LIST_PAGE_DEFAULT: u32 = 50;
/// Messages that a search compares at once: a fifth of a millisecond each way, well below 1 MiB.
pub(crate) const SEARCH_STEP: u32 = 100;
/// Messages from the index that one search compares before it answers with what it has: some
/// 100 ms of a reader.
pub(crate) const SEARCH_COMPARED: usize = 2_000;
/// Most messages in one sync answer: at 16 KiB each still below 8 MiB, usually 100 KiB.
pub(crate) const SYNC_PAGE: u32 = 500;
/// Newest messages that one chat gets in a sync answer; the rest is a gap.
pub(crate) const SYNC_WINDOW: u32 = 100;
/// Most chats, removals, receipts and profiles that one sync answer reads of each.
pub(crate) const SYNC_ROWS: u32 = 300;
/// Chats in a first snapshot: more than a list shows before it is scrolled.
pub(crate) const SNAPSHOT_CHATS: u32 = 50;
/// Most chats that somebody may pin: with them a first snapshot is at most twice as long.
pub(crate) const PINNED_CHATS: usize = 50;
/// How long a sync token can be used: longer than people leave a device in a drawer, short enough
/// that traces of former memberships need not be kept for ever.
pub(crate) const SYNC_TOKEN_TTL_MS: i64 = 180 * 24 * 60 * 60 * 1_000;

/// How long a login code is valid.
pub(crate) const CODE_TTL_MS: i64 = 10 * 60 * 1_000;
/// Wrong tries that one code takes: one in 200,000 to guess it.
pub(crate) const CODE_TRIES: u32 = 5;
/// Wrong codes evaluated for one account in 24 hours: a patient guesser needs 190 years for an
/// even chance.
pub(crate) const ACCOUNT_FAILURES: u32 = 10;
/// The window of [`ACCOUNT_FAILURES`].
pub(crate) const ACCOUNT_FAILURES_WINDOW_MS: i64 = 24 * 60 * 60 * 1_000;
/// Mails to one address: so many in such a window. One a minute is what a person who waits
/// tolerates; the longer ones bound how much a stranger can bother somebody.
pub(crate) const MAILS_PER_ADDRESS: [(u32, i64); 3] = [
    (1, 60 * 1_000),
    (5, 60 * 60 * 1_000),
    (10, 24 * 60 * 60 * 1_000),
];
/// Requests for codes from one network in an hour: a shared office can still log in.
pub(crate) const CODES_PER_NETWORK: u32 = 30;
/// The window of [`CODES_PER_NETWORK`].
pub(crate) const CODES_PER_NETWORK_WINDOW_MS: i64 = 60 * 60 * 1_000;

/// How long a session lasts after its last use.
pub(crate) const SESSION_TTL_MS: i64 = 15 * 24 * 60 * 60 * 1_000;
/// How long an access token lasts: what a stolen one is worth.
pub(crate) const ACCESS_TOKEN_TTL_MS: i64 = 15 * 60 * 1_000;
/// How long a spent refresh token may be used again: two tabs that wake up together.
pub(crate) const REFRESH_GRACE_MS: i64 = 30 * 1_000;

/// Writes that one transaction collects: at 5,000 a second some 50 ms of work at most.
pub(crate) const BATCH_WRITES: usize = 256;
/// Writes that wait for the next transaction before callers wait to be let in.
pub(crate) const QUEUED_WRITES: usize = 4_096;

/// How long what the host was told is kept, to be listed and told again.
pub(crate) const NOTICES_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
