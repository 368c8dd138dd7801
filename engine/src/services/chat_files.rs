//! The files of a chat: what its messages carry, for a list of pictures or of files beside it.
//!
//! Read where the rows of the files are, by the place of their messages: no text is searched, and a
//! page costs what is on it however long the chat is. A deleted message has no files any more.

use std::collections::HashMap;

use relaychat_protocol::ChatId;

use super::{Caller, ServiceError, Services, cursor, load, validate};
use crate::{
    domain::{
        attachment::{Attachment, Kind},
        message::Message,
        user::User,
    },
    storage::AttachmentPosition,
};

/// A part of the files of a chat.
#[derive(Debug)]
pub(crate) struct FilePage {
    /// The newest first, each with the message that carries it.
    pub(crate) files: Vec<(Message, Attachment)>,
    /// Who sent them.
    pub(crate) users: Vec<User>,
    /// Where to read on.
    pub(crate) next_cursor: Option<String>,
}

impl Services {
    /// A page of the files of one kind in a chat of the caller.
    pub(crate) async fn list_files(
        &self,
        caller: Caller,
        (chat_id, kind): (ChatId, Kind),
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<FilePage, ServiceError> {
        let limit = validate::page_limit(limit)?;
        let before = cursor::to_attachment(after)?;
        self.keep_membership_fresh(chat_id).await?;
        let mut snapshot = self.storage.snapshot().await?;
        load::membership(&mut *snapshot, chat_id, caller.user_id).await?;
        let of = (chat_id, kind);
        let listed = snapshot.attachments().list_of_chat(of, before, limit + 1);
        let mut listed = listed.await?;
        let has_more = listed.len() > limit as usize;
        listed.truncate(limit as usize);
        let last = listed.last().filter(|_| has_more);
        let next_cursor = last.map(|(position, _)| cursor::of_attachment(*position));
        let mut places: Vec<_> = listed.iter().map(|(at, _)| (chat_id, at.seq)).collect();
        places.dedup();
        let carriers = snapshot.messages().find_at(&places).await?;
        let senders: Vec<_> = carriers.iter().map(|message| message.sender_id).collect();
        Ok(FilePage {
            users: load::users(&mut *snapshot, senders).await?,
            files: carried(listed, carriers),
            next_cursor,
        })
    }
}

/// Each file with its message.
fn carried(
    listed: Vec<(AttachmentPosition, Attachment)>,
    carriers: Vec<Message>,
) -> Vec<(Message, Attachment)> {
    let by_seq: HashMap<u64, Message> = carriers
        .into_iter()
        .map(|message| (message.seq, message))
        .collect();
    let with_message = |(at, file): (AttachmentPosition, Attachment)| {
        let message = by_seq.get(&at.seq)?;
        Some((message.clone(), file))
    };
    listed.into_iter().filter_map(with_message).collect()
}
