//! What of the state goes into a store and comes out of it again, before it becomes records.
//!
//! Made of the protocol's own types where there are such; `runtime::keeping` writes them down.

use relaychat_protocol::{
    AttachmentId, ChatId, ErrorCode, MessageId, UserId,
    rest::{
        attachments::Attachment,
        chats::{Chat, Member},
        messages::{Mentions, Message},
        users::{Me, User},
    },
};
use serde::{Deserialize, Serialize};

use super::{changes::Wishes, wanted_settings::WantedSettings};
use crate::{
    Content, RelayError,
    decode::{self, Unreadable},
};

/// What there is one of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Whose all of this is.
    pub(crate) me: Me,
    /// The sync token that covers what is kept.
    #[serde(default)]
    pub(crate) token: Option<String>,
    /// Where the list of chats goes on, unless all of them are here.
    #[serde(default)]
    pub(crate) next_chats_cursor: Option<String>,
}

/// Which parts of a chat's history are kept. What lies between the ranges is a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptTimeline {
    /// Closed, ascending, apart from each other.
    pub(crate) ranges: Vec<(u64, u64)>,
    /// The oldest `seq` there is, once that is known.
    #[serde(default)]
    pub(crate) start_seq: Option<u64>,
}

/// One thing that is to be told to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct KeptOutgoing {
    pub(crate) chat_id: ChatId,
    #[serde(flatten)]
    pub(crate) item: KeptItem,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum KeptItem {
    /// A message and its files.
    Message(KeptMessage),
    /// What is wanted of a message that was sent.
    Change(KeptChange),
    /// Everything up to here was read.
    Read { seq: u64 },
    /// What the person has set for the chat.
    Settings(WantedSettings),
    /// A kind this build does not know. It stays in the store for a newer one.
    Unknown,
}

/// Reads what the two above are written as. The kind is found in the tree: serde's own way to it
/// buffers the record, and compiles all that is in it once more.
impl KeptOutgoing {
    pub(crate) fn from_json(json: &[u8]) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Of {
            chat_id: ChatId,
            kind: String,
        }
        #[derive(Deserialize)]
        struct Read {
            seq: u64,
        }
        let json = decode::value(json)?;
        let Of { chat_id, kind } = decode::fields(&json)?;
        let item = match kind.as_str() {
            "message" => KeptItem::Message(decode::fields(&json)?),
            "change" => KeptItem::Change(decode::fields(&json)?),
            "read" => {
                let Read { seq } = decode::fields(&json)?;
                KeptItem::Read { seq }
            }
            "settings" => KeptItem::Settings(decode::fields(&json)?),
            _ => KeptItem::Unknown,
        };
        Ok(Self { chat_id, item })
    }
}

/// A message that the server has not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptMessage {
    pub(crate) message_id: MessageId,
    /// Lower ones are sent earlier.
    pub(crate) place: u64,
    pub(crate) text: String,
    pub(crate) sent_at_ms: i64,
    pub(crate) files: Vec<KeptFile>,
    /// It left this device once: the server may have it.
    pub(crate) was_sent: bool,
    /// The person took it back after that.
    pub(crate) is_cancelled: bool,
    /// It was given another text than it was queued with.
    #[serde(default)]
    pub(crate) is_edited: bool,
    /// Why it will not be tried again.
    #[serde(default)]
    pub(crate) error: Option<KeptError>,
    /// The message that it answers.
    #[serde(default)]
    pub(crate) reply_to: Option<MessageId>,
    /// Whom it is meant for.
    #[serde(default)]
    pub(crate) mentions: Mentions,
}

/// A file of a message, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptFile {
    pub(crate) local_id: AttachmentId,
    pub(crate) content_type: String,
    #[serde(default)]
    pub(crate) file_name: Option<String>,
    #[serde(default)]
    pub(crate) pixels: Option<(u32, u32)>,
    #[serde(default)]
    pub(crate) uploaded: Option<Attachment>,
}

/// What is wanted of a message, as far as the server has not done it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptChange {
    pub(crate) message_id: MessageId,
    pub(crate) wanted: Wishes,
    #[serde(default)]
    pub(crate) refused: Option<KeptRefusal>,
}

/// What the server refused, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptRefusal {
    pub(crate) wishes: Wishes,
    pub(crate) error: KeptError,
}

/// A [`RelayError`], written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptError {
    pub(crate) code: String,
    pub(crate) detail: String,
    #[serde(default)]
    pub(crate) field: Option<String>,
}

impl From<&RelayError> for KeptError {
    fn from(error: &RelayError) -> Self {
        Self {
            code: error.code.to_owned(),
            detail: error.detail.clone(),
            field: error.field.clone(),
        }
    }
}

impl From<KeptError> for RelayError {
    fn from(kept: KeptError) -> Self {
        let KeptError {
            code,
            detail,
            field,
        } = kept;
        let known = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
        Self {
            field,
            ..match known {
                Some(code) => Self::of(*code, detail),
                None => Self::of(ErrorCode::Unknown, detail),
            }
        }
    }
}

/// Everything that a store gave back.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Without it only the outbox and the drafts are of use.
    pub(crate) head: Option<Head>,
    pub(crate) chats: Vec<Chat>,
    pub(crate) users: Vec<User>,
    pub(crate) timelines: Vec<(ChatId, KeptTimeline)>,
    pub(crate) drafts: Vec<(ChatId, String)>,
    pub(crate) outgoing: Vec<KeptOutgoing>,
    /// Files by message and index.
    pub(crate) uploads: Vec<((MessageId, usize), Content)>,
}

/// A set of changes that is written in one step.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) head: Option<Head>,
    /// All chats and their histories go first.
    pub(crate) replaces_chats: bool,
    /// The members and the history of these go.
    pub(crate) removed_chat_ids: Vec<ChatId>,
    /// Chats whose members are all written anew.
    pub(crate) regrouped_chat_ids: Vec<ChatId>,
    /// Without their members.
    pub(crate) chats: Vec<Chat>,
    pub(crate) members: Vec<(ChatId, Member)>,
    pub(crate) users: Vec<User>,
    pub(crate) timelines: Vec<(ChatId, KeptTimeline)>,
    /// Messages of a chat before this one go.
    pub(crate) cut_before: Vec<(ChatId, u64)>,
    /// Messages of a chat in a closed range of `seq` go: they may be something else by now.
    pub(crate) outdated: Vec<(ChatId, (u64, u64))>,
    pub(crate) messages: Vec<std::sync::Arc<Message>>,
    /// None forgets one.
    pub(crate) drafts: Vec<(ChatId, Option<String>)>,
    /// Read marks; none forgets one.
    pub(crate) reads: Vec<(ChatId, Option<u64>)>,
    /// What is set; none forgets one.
    pub(crate) settings: Vec<(ChatId, Option<WantedSettings>)>,
    pub(crate) outgoing: Vec<KeptOutgoing>,
    pub(crate) uploads: Vec<((MessageId, usize), Content)>,
    /// Messages that left the outbox, and their files.
    pub(crate) settled_ids: Vec<MessageId>,
    /// Messages of which nothing is wanted any more.
    pub(crate) done_ids: Vec<MessageId>,
}

/// What was noted and taken for a write, to be noted again if the write fails.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(super) notes: super::unkept::Notes,
    pub(super) outgoing: Vec<MessageId>,
    pub(super) changes: Vec<MessageId>,
    pub(super) seqs: Vec<(ChatId, u64)>,
    pub(super) outdated: Vec<(ChatId, (u64, u64))>,
}

/// Users are named by the chats they are in.
pub(crate) type MemberOf = (ChatId, UserId);
