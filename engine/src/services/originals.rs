//! What a client sent, of messages that are something else now: a hook changed them on the way, or
//! somebody edited or deleted them later.
//!
//! A repeat is compared with what was sent, of which only a tag is kept. With a key: who reads the
//! database should not be able to guess what was removed.

use super::{Key, mac};
use crate::{domain::message::Draft, storage::OriginalTag};

/// Stands for everything a client said in a draft.
pub(super) fn original_tag(key: &Key, draft: &Draft) -> OriginalTag {
    let Draft {
        id,
        chat_id,
        sender_id,
        text,
        attachment_ids,
        reply_to_id,
        mentions,
    } = draft;
    let ids = [id.0, chat_id.0, sender_id.0];
    let mut parts: Vec<&[u8]> = ids.iter().map(|id| id.as_bytes().as_slice()).collect();
    parts.push(text.as_bytes());
    parts.extend(attachment_ids.iter().map(|id| id.0.as_bytes().as_slice()));
    // Marked, for it must not look like one more attachment.
    if let Some(id) = reply_to_id {
        parts.extend([b"reply".as_slice(), id.0.as_bytes().as_slice()]);
    }
    for id in &mentions.user_ids {
        parts.extend([b"mention".as_slice(), id.0.as_bytes().as_slice()]);
    }
    if mentions.is_everyone {
        parts.push(b"everyone");
    }
    mac(key, &parts)
}
