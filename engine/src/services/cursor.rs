//! Cursors: places in lists, opaque to clients. They carry no right to anything, so that they need
//! no signature: whoever forges one reads their own list from another place.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use relaychat_protocol::{ChatId, ReportId, UserId};
use uuid::Uuid;

use super::{ServiceError, search::HitPosition};
use crate::storage::{AttachmentPosition, ChatPosition, UserPosition};

/// Longest cursor that is read: a name of 80 characters and an id, encoded, with room.
const CURSOR_BYTES: usize = 1_024;

/// A place in a list of chats.
pub(super) fn of_chat(position: ChatPosition) -> String {
    encode(position.last_activity_at_ms, position.id.0)
}

/// Reads [`of_chat`].
pub(super) fn to_chat(cursor: Option<&str>) -> Result<Option<ChatPosition>, ServiceError> {
    let position = decode(cursor)?;
    Ok(position.map(|(last_activity_at_ms, id)| ChatPosition {
        last_activity_at_ms,
        id: ChatId(id),
    }))
}

/// A place in a list of members.
pub(super) fn of_member(joined_at_ms: i64, id: UserId) -> String {
    encode(joined_at_ms, id.0)
}

/// Reads [`of_member`].
pub(super) fn to_member(cursor: Option<&str>) -> Result<Option<(i64, UserId)>, ServiceError> {
    Ok(decode(cursor)?.map(|(joined_at_ms, id)| (joined_at_ms, UserId(id))))
}

/// A place in a list of those who reacted.
pub(super) fn of_reaction(change: u64, id: UserId) -> String {
    encode(i64::try_from(change).unwrap_or(i64::MAX), id.0)
}

/// Reads [`of_reaction`].
pub(super) fn to_reaction(cursor: Option<&str>) -> Result<Option<(u64, UserId)>, ServiceError> {
    let position = decode(cursor)?;
    Ok(position.map(|(change, id)| (change.unsigned_abs(), UserId(id))))
}

/// A place in a list of reports.
pub(super) fn of_report(created_at_ms: i64, id: ReportId) -> String {
    encode(created_at_ms, id.0)
}

/// Reads [`of_report`].
pub(super) fn to_report(cursor: Option<&str>) -> Result<Option<(i64, ReportId)>, ServiceError> {
    Ok(decode(cursor)?.map(|(created_at_ms, id)| (created_at_ms, ReportId(id))))
}

/// A place in a list of files.
pub(super) fn of_attachment(position: AttachmentPosition) -> String {
    let mut bytes = position.seq.to_be_bytes().to_vec();
    bytes.extend_from_slice(&position.position.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads [`of_attachment`].
pub(super) fn to_attachment(
    cursor: Option<&str>,
) -> Result<Option<AttachmentPosition>, ServiceError> {
    let Some(bytes) = bytes(cursor)? else {
        return Ok(None);
    };
    let (seq, position) = bytes.split_first_chunk().ok_or_else(unreadable)?;
    let position = position.try_into().map_err(|_| unreadable())?;
    Ok(Some(AttachmentPosition {
        seq: storable(u64::from_be_bytes(*seq)),
        position: u32::from_be_bytes(position),
    }))
}

/// Databases count in signed numbers, and no chat ever gets that far.
pub(super) fn storable(seq: u64) -> u64 {
    seq.min(i64::MAX.unsigned_abs() - 1)
}

/// A place in what was found.
pub(super) fn of_hit(position: HitPosition) -> String {
    let mut bytes = position.change.to_be_bytes().to_vec();
    bytes.extend_from_slice(position.chat_id.0.as_bytes());
    bytes.extend_from_slice(&position.seq.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads [`of_hit`].
pub(super) fn to_hit(cursor: Option<&str>) -> Result<Option<HitPosition>, ServiceError> {
    let Some(bytes) = bytes(cursor)? else {
        return Ok(None);
    };
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| unreadable())?;
    let number = |at: usize| {
        let bytes = bytes[at..at + 8].try_into().map_err(|_| unreadable())?;
        Ok::<u64, ServiceError>(u64::from_be_bytes(bytes))
    };
    Ok(Some(HitPosition {
        change: number(0)?,
        chat_id: ChatId(Uuid::from_slice(&bytes[8..24]).map_err(|_| unreadable())?),
        seq: number(24)?,
    }))
}

/// A place in a list of people.
pub(super) fn of_user(position: &UserPosition) -> String {
    let mut bytes = position.id.0.into_bytes().to_vec();
    bytes.extend_from_slice(position.search_name.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads [`of_user`].
pub(super) fn to_user(cursor: Option<&str>) -> Result<Option<UserPosition>, ServiceError> {
    let Some(bytes) = bytes(cursor)? else {
        return Ok(None);
    };
    let (id, name) = bytes.split_at_checked(16).ok_or_else(unreadable)?;
    let search_name = String::from_utf8(name.to_vec()).map_err(|_| unreadable())?;
    if search_name.contains('\0') {
        return Err(unreadable());
    }
    Ok(Some(UserPosition {
        search_name,
        id: UserId(Uuid::from_slice(id).map_err(|_| unreadable())?),
    }))
}

fn encode(number: i64, id: Uuid) -> String {
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[8..].copy_from_slice(id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(cursor: Option<&str>) -> Result<Option<(i64, Uuid)>, ServiceError> {
    let Some(bytes) = bytes(cursor)? else {
        return Ok(None);
    };
    let bytes: [u8; 24] = bytes.try_into().map_err(|_| unreadable())?;
    let (number, id) = bytes.split_at(8);
    let number = i64::from_be_bytes(number.try_into().map_err(|_| unreadable())?);
    Ok(Some((
        number,
        Uuid::from_slice(id).map_err(|_| unreadable())?,
    )))
}

fn bytes(cursor: Option<&str>) -> Result<Option<Vec<u8>>, ServiceError> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    if cursor.len() > CURSOR_BYTES {
        return Err(unreadable());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| unreadable())?;
    Ok(Some(bytes))
}

fn unreadable() -> ServiceError {
    ServiceError::invalid("cursor", "The cursor is not one that was given out.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cursor_reads_back_as_its_place() {
        let chat = ChatPosition {
            last_activity_at_ms: -5,
            id: ChatId(Uuid::from_u128(9)),
        };
        assert_eq!(to_chat(Some(&of_chat(chat))).expect("reads"), Some(chat));
        let user = UserPosition {
            search_name: "ämelie".to_owned(),
            id: UserId(Uuid::from_u128(3)),
        };
        assert_eq!(to_user(Some(&of_user(&user))).expect("reads"), Some(user));
        let hit = HitPosition {
            change: 5,
            chat_id: ChatId(Uuid::from_u128(7)),
            seq: u64::MAX,
        };
        assert_eq!(to_hit(Some(&of_hit(hit))).expect("reads"), Some(hit));
        let member = (7, UserId(Uuid::from_u128(8)));
        let cursor = of_member(member.0, member.1);
        assert_eq!(to_member(Some(&cursor)).expect("reads"), Some(member));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "!", "AAAA", "ä", &"A".repeat(5_000)] {
            to_chat(Some(text)).expect_err("no place");
            to_user(Some(text)).expect_err("no place");
            to_hit(Some(text)).expect_err("no place");
        }
    }
}
