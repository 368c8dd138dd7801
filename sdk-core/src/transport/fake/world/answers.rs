//! How the simulated server answers requests, and syncs by either way.

use std::collections::HashMap;

use relaychat_protocol::{
    AttachmentId, ChatId, ErrorCode, UserId,
    rest::{
        attachments::{Attachment, AttachmentKind},
        chats::ChatWithUsers,
        messages::MessagePage,
        sync::{ChatMessages, Gap, SyncAnswer, SyncKind},
        users::Me,
    },
};

use super::{EPOCH, SYNC_CHATS, SYNC_PAGE, UPLOAD_BYTES, World, WorldChat, id};
use crate::transport::{HttpRequest, Method};

impl World {
    pub(super) fn sync(&self, user_id: UserId, since: Option<&str>) -> SyncAnswer {
        let token = since.map(read_token);
        let is_valid = token.is_none_or(|(epoch, ..)| epoch == self.epoch);
        let since = since.filter(|_| is_valid);
        let token = token.filter(|_| is_valid);
        let (from, floor) = token.map_or((0, 0), |(_, from, floor)| (from, floor));
        let mut messages = Vec::new();
        let mut chats = Vec::new();
        let (mut up_to, mut has_more) = (self.change, false);
        let mut changed: Vec<_> = self.chats.iter().collect();
        changed.sort_by_key(|(_, chat)| chat.changed);
        for (chat_id, chat) in changed {
            let Some(view) = self.chat_for(user_id, *chat_id) else {
                continue;
            };
            if chat.changed <= from {
                continue;
            }
            if since.is_some() && chats.len() == SYNC_CHATS {
                has_more = true;
                break;
            }
            if chats.len() + 1 == SYNC_CHATS {
                up_to = chat.changed;
            }
            chats.push(view);
            messages.push(missed(*chat_id, chat, floor));
        }
        SyncAnswer {
            kind: match (is_valid, since) {
                (false, _) => SyncKind::Reset,
                (true, Some(_)) => SyncKind::Changes,
                (true, None) => SyncKind::Snapshot,
            },
            // What is missing of messages is told from the first page on.
            token: match has_more {
                true => format!("{}-{floor}", self.token_at(up_to)),
                false => self.token_at(self.change),
            },
            has_more,
            me: Me {
                user: self.users[&user_id].clone(),
                email: None,
                is_new: false,
                shows_read_receipts: true,
                shows_last_seen: true,
            },
            chats,
            messages: if since.is_some() {
                messages
            } else {
                Vec::new()
            },
            removed_chat_ids: Vec::new(),
            receipts: Vec::new(),
            settings: Vec::new(),
            users: self.users.values().cloned().collect(),
            next_chats_cursor: None,
        }
    }

    /// Answers a request.
    pub(crate) fn request(
        &mut self,
        user_id: UserId,
        request: &HttpRequest,
    ) -> Result<Vec<u8>, ErrorCode> {
        let (_, path) = request.url.split_once("/v1/").ok_or(ErrorCode::NotFound)?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let query: HashMap<_, _> = pairs.collect();
        let parts: Vec<_> = path.split('/').collect();
        let json = match (request.method, parts.as_slice()) {
            (Method::Get, ["sync"]) => {
                serde_json::to_vec(&self.sync(user_id, query.get("since").copied()))
            }
            (Method::Get, ["chats", chat_id]) => {
                let chat_id = chat_id.parse().map_err(|_| ErrorCode::NotFound)?;
                let chat = self.chat_for(user_id, chat_id).ok_or(ErrorCode::NotFound)?;
                let users = self.users.values().cloned().collect();
                serde_json::to_vec(&ChatWithUsers { chat, users })
            }
            (Method::Get, ["chats", chat_id, "messages"]) => {
                let chat_id = chat_id.parse().map_err(|_| ErrorCode::NotFound)?;
                serde_json::to_vec(&self.page(chat_id, &query)?)
            }
            (Method::Post, ["uploads"]) => {
                let body = request.body.as_ref().ok_or(ErrorCode::ImageInvalid)?;
                if body.content.size_bytes() > UPLOAD_BYTES {
                    return Err(ErrorCode::PayloadTooLarge);
                }
                self.files += 1;
                let (kind, pixels) = match query.get("kind") {
                    Some(&"file") => (AttachmentKind::File, 0),
                    _ => (AttachmentKind::Image, 1),
                };
                let attachment = Attachment {
                    id: AttachmentId(id(self.files)),
                    kind,
                    content_type: body.content_type.clone(),
                    size_bytes: body.content.size_bytes(),
                    width: pixels,
                    height: pixels,
                    thumb_hash: None,
                    file_name: None,
                };
                self.uploads.insert(attachment.id, attachment.clone());
                serde_json::to_vec(&attachment)
            }
            _ => return Err(ErrorCode::NotFound),
        };
        json.map_err(|_| ErrorCode::Internal)
    }

    fn page(&self, chat_id: ChatId, query: &HashMap<&str, &str>) -> Result<MessagePage, ErrorCode> {
        let chat = self.chats.get(&chat_id).ok_or(ErrorCode::NotFound)?;
        let number = |name: &str| query.get(name).and_then(|text| text.parse::<u64>().ok());
        let limit = number("limit").unwrap_or(50);
        let last = chat.info.last_seq;
        let (from, to) = match (number("before"), number("after"), number("around")) {
            (Some(before), _, _) => (before.saturating_sub(limit), before - 1),
            (_, Some(after), _) => (after + 1, after + limit),
            (_, _, Some(seq)) => (seq.saturating_sub(limit / 2), seq + limit / 2),
            _ => (last.saturating_sub(limit - 1), last),
        };
        let items = chat.messages.iter();
        let items = items.filter(|message| (from..=to).contains(&message.seq));
        Ok(MessagePage {
            items: items.cloned().collect(),
            users: Vec::new(),
            has_before: from > 1,
            has_after: to < last,
        })
    }
}

/// The epoch, the change up to which chats were told, and the one up to which messages were.
fn read_token(token: &str) -> (u64, u64, u64) {
    let number = |text: &str| text.parse::<u64>().expect("our token");
    let (position, floor) = match token.split_once('-') {
        Some((position, floor)) => (number(position), number(floor)),
        None => (number(token), number(token) % EPOCH),
    };
    (position / EPOCH, position % EPOCH, floor)
}

/// Messages that were sent or updated after `floor`, as many as a page holds of each. The others
/// are a gap.
fn missed(chat_id: ChatId, chat: &WorldChat, floor: u64) -> ChatMessages {
    let sent = chat.messages.iter().zip(&chat.sent);
    let sent = sent.filter(|(_, change)| **change > floor);
    let sent: Vec<_> = sent.map(|(message, _)| message.clone()).collect();
    let items = sent[sent.len().saturating_sub(SYNC_PAGE)..].to_vec();
    let first_new = items.first().map_or(u64::MAX, |message| message.seq);
    let updated = chat.updated.iter();
    let updated = updated.filter(|(seq, change)| **change > floor && **seq < first_new);
    let updated: Vec<_> = updated.map(|(seq, _)| *seq).collect();
    let (left_out, told) = updated.split_at(updated.len().saturating_sub(SYNC_PAGE));
    let sent_gap = sent.first().filter(|first| first.seq < first_new);
    let gaps = [
        sent_gap.map(|first| (first.seq, first_new - 1)),
        left_out.first().copied().zip(left_out.last().copied()),
    ];
    let gap = gaps.into_iter().flatten().reduce(|one, other| {
        let (first, last) = (one.0.min(other.0), one.1.max(other.1));
        (first, last)
    });
    let changed = chat.messages.iter();
    let changed = changed.filter(|message| told.contains(&message.seq));
    ChatMessages {
        chat_id,
        items,
        changed: changed.cloned().collect(),
        gap: gap.map(|(first_seq, last_seq)| Gap {
            first_seq,
            last_seq,
        }),
    }
}
