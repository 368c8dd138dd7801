//! What people see: turns what is known into the client's public values.
//!
//! Nothing is remembered here but the last result of a timeline, so that unchanged items keep
//! their identity.

mod wanted;

use std::{collections::HashMap, sync::Arc};

use relaychat_protocol::{
    ChatId, UserId,
    rest::{
        attachments::Attachment as WireAttachment,
        chats::{ChatKind, Member as WireMember},
        messages::{
            ChatEvent as WireEvent, Message as WireMessage, Quote as WireQuote,
            Reaction as WireReaction,
        },
    },
};

use super::{
    State,
    chat_state::ChatState,
    history::{Divider, History},
    outbox::{OutgoingFile, OutgoingMessage},
};
use crate::{
    Attachment, ChatEvent, ChatSummary, DeliveryState, Member, Message, Quote, Reaction,
    TimelineItem, TimelineState, User, outgoing::wire_mentions,
};

const DAY_MS: i64 = 86_400_000;

impl State {
    /// A chat as the list shows it.
    pub(crate) fn summary(&self, chat: &ChatState) -> ChatSummary {
        let peer = match (chat.info.kind, chat.others.first()) {
            (ChatKind::Direct, Some(other)) => Some(self.users.get(other.user_id)),
            _ => None,
        };
        let title = match (&chat.info.name, &peer) {
            (Some(name), _) => name.clone(),
            (None, Some(peer)) => peer.name.clone(),
            (None, None) => String::new(),
        };
        let typists = chat.typists.iter();
        let settings = self.settings_of(chat);
        ChatSummary {
            id: chat.info.id,
            kind: chat.info.kind,
            title,
            host_key: chat.info.host_key.clone(),
            description: chat.info.description.clone(),
            avatar_url: match &peer {
                Some(peer) => peer.avatar_url.clone(),
                None => chat
                    .info
                    .avatar_url
                    .as_deref()
                    .map(|url| self.users.address(url)),
            },
            peer,
            last_message: chat
                .last_message
                .as_ref()
                .map(|message| Arc::new(self.message(message, Some(chat)))),
            send_role: chat.info.send_role,
            add_role: chat.info.add_role,
            pin_role: chat.info.pin_role,
            last_activity_at_ms: chat.info.last_activity_at_ms,
            unread_count: chat.unread_count(),
            mention_count: chat.mention_count(),
            last_seq: chat.info.last_seq,
            read_seq: chat.me.watermarks.read_seq,
            member_count: chat.info.member_count,
            pinned_at_ms: settings.pinned_at_ms,
            is_archived: settings.is_archived,
            is_marked_unread: settings.is_marked_unread,
            muted_until_ms: settings.muted_until_ms,
            typing: typists
                .map(|typist| self.users.get(typist.user_id))
                .collect(),
        }
    }

    /// The members of a chat, the caller first.
    pub(crate) fn members(&self, chat: &ChatState) -> Vec<Member> {
        let all = std::iter::once(&chat.me).chain(&chat.others);
        all.map(|member| self.member(member)).collect()
    }

    fn member(&self, member: &WireMember) -> Member {
        let WireMember {
            user_id,
            role,
            joined_at_ms,
            watermarks,
        } = member;
        Member {
            user: self.users.get(*user_id),
            role: *role,
            joined_at_ms: *joined_at_ms,
            delivered_seq: watermarks.delivered_seq,
            read_seq: watermarks.read_seq,
        }
    }

    /// A message the server has.
    pub(crate) fn message(&self, message: &WireMessage, chat: Option<&ChatState>) -> Message {
        let WireMessage {
            id,
            chat_id,
            seq,
            version: _,
            count: _,
            sender_id,
            sent_at_ms,
            text,
            attachments,
            edited_at_ms,
            deleted_at_ms,
            reply_to,
            reactions,
            mentions,
            pinned_at_ms,
            event,
        } = message;
        let is_own = self.is_me(*sender_id);
        self.with_wishes(Message {
            id: *id,
            seq: Some(*seq),
            chat_id: *chat_id,
            sender: self.users.get(*sender_id),
            is_own,
            sent_at_ms: *sent_at_ms,
            text: text.clone(),
            attachments: attachments
                .iter()
                .map(|file| self.attachment(file))
                .collect(),
            state: (is_own && event.is_none()).then(|| ticks(*seq, chat)),
            upload_permille: None,
            error: None,
            edited_at_ms: *edited_at_ms,
            is_deleted: deleted_at_ms.is_some(),
            reply_to: reply_to.as_deref().map(|quote| self.quote(*chat_id, quote)),
            reactions: reactions.iter().map(|each| self.reaction(each)).collect(),
            mentions: mentions.clone(),
            pinned_at_ms: *pinned_at_ms,
            event: event.as_deref().map(|event| self.event(event)),
            pending: None,
        })
    }

    fn event(&self, event: &WireEvent) -> ChatEvent {
        ChatEvent {
            kind: event.kind,
            users: event
                .user_ids
                .iter()
                .map(|id| self.users.get(*id))
                .collect(),
            member_count: event.member_count.unwrap_or_default(),
            role: event.role,
            name: event.name.clone(),
        }
    }

    /// What a message answers. The message itself, where it is here, follows edits and deletion.
    fn quote(&self, chat_id: ChatId, quote: &WireQuote) -> Quote {
        let WireQuote {
            message_id,
            seq,
            sender_id,
            text,
            attachment_count,
            is_deleted,
        } = quote;
        let known = self
            .histories
            .get(&chat_id)
            .and_then(|history| history.get(*seq));
        let known = known.filter(|known| known.id == *message_id);
        let told = || Quote {
            message_id: *message_id,
            seq: *seq,
            sender: self.users.get(*sender_id),
            text: text.clone(),
            attachment_count: *attachment_count,
            is_deleted: *is_deleted,
        };
        let quote = known.map_or_else(told, |known| self.quote_of(known));
        self.quoted_with_wishes(quote)
    }

    fn reaction(&self, reaction: &WireReaction) -> Reaction {
        let WireReaction {
            emoji,
            count,
            user_ids,
        } = reaction;
        Reaction {
            emoji: emoji.clone(),
            count: *count,
            is_own: user_ids.iter().any(|id| self.is_me(*id)),
            users: user_ids.iter().map(|id| self.users.get(*id)).collect(),
        }
    }

    fn attachment(&self, info: &WireAttachment) -> Attachment {
        Attachment {
            info: info.clone(),
            local: self.recent_uploads.get(info.id),
        }
    }

    /// The echo of a message on its way.
    pub(crate) fn echo(&self, outgoing: &OutgoingMessage, sender: Arc<User>) -> Message {
        let state = outgoing.state();
        let (loaded, total) = outgoing.progress();
        let permille = u16::try_from(loaded * 1000 / total.max(1)).unwrap_or(1000);
        self.with_wishes(Message {
            id: outgoing.id,
            seq: None,
            chat_id: outgoing.chat_id,
            sender,
            is_own: true,
            sent_at_ms: outgoing.sent_at_ms,
            text: outgoing.text.clone(),
            attachments: outgoing.files.iter().map(local_attachment).collect(),
            state: Some(state),
            upload_permille: (state == DeliveryState::Uploading).then_some(permille),
            error: outgoing.error().cloned(),
            edited_at_ms: None,
            is_deleted: false,
            reply_to: outgoing.reply_to.and_then(|id| {
                let known = self.known_message(outgoing.chat_id, id)?;
                Some(self.quoted_with_wishes(self.quote_of(known)))
            }),
            reactions: Vec::new(),
            mentions: wire_mentions(outgoing.mentions.clone()),
            pinned_at_ms: None,
            event: None,
            pending: None,
        })
    }

    /// A message as others quote it.
    fn quote_of(&self, message: &WireMessage) -> Quote {
        Quote {
            message_id: message.id,
            seq: message.seq,
            sender: self.users.get(message.sender_id),
            text: message.text.clone(),
            attachment_count: message.attachments.len() as u64,
            is_deleted: message.deleted_at_ms.is_some(),
        }
    }

    fn is_me(&self, user_id: UserId) -> bool {
        self.me.as_ref().is_some_and(|me| me.user.id == user_id)
    }

    /// An open timeline. `known` are the items of its last snapshot.
    pub(crate) fn timeline(
        &self,
        chat_id: ChatId,
        known: &mut HashMap<String, Arc<TimelineItem>>,
    ) -> TimelineState {
        let chat = self.chats.get(&chat_id);
        let Some(history) = self.histories.get(&chat_id) else {
            return TimelineState::empty(true);
        };
        let last_seq = chat.map_or(0, |chat| chat.info.last_seq);
        let mut items = Items {
            offset: |at_ms| self.utc_offset_ms(at_ms),
            known,
            items: Vec::new(),
            last_day_ms: None,
        };
        self.fill(&mut items, chat_id, chat, history);
        let items = items.finish();
        TimelineState {
            items,
            is_loading: chat.is_none() && !self.is_missing(chat_id) || history.is_loading(last_seq),
            is_loading_before: history.is_loading_before(),
            has_before: chat.is_some() && history.has_before(last_seq),
            is_loading_after: history.is_loading_after(),
            has_after: history.has_after(last_seq),
            error: history.error.clone(),
        }
    }

    fn fill(
        &self,
        items: &mut Items<'_, impl Fn(i64) -> i64>,
        chat_id: ChatId,
        chat: Option<&ChatState>,
        history: &History,
    ) {
        let last_seq = chat.map_or(0, |chat| chat.info.last_seq);
        if chat.is_some() && !history.is_loading(last_seq) && !history.has_before(last_seq) {
            items.push(TimelineItem::Start {
                key: "start".to_owned(),
            });
        }
        let shown_first = history.shown().map_or(0, |(first, _)| first);
        let divider = history
            .divider
            .filter(|divider| divider.after_seq + 1 >= shown_first);
        let mut divider = divider.filter(|divider| divider.count > 0);
        for message in history.shown_messages() {
            if let Some(Divider { after_seq, count }) = divider
                && message.seq > after_seq
                && message.event.is_none()
            {
                let key = "unread".to_owned();
                items.date(message.sent_at_ms);
                items.push(TimelineItem::UnreadDivider { key, count });
                divider = None;
            }
            items.message(self.message(message, chat));
        }
        if history.is_following() {
            for message in history.early_messages() {
                items.message(self.message(message, chat));
            }
            if let Some(me) = &self.me {
                for outgoing in self.outbox.of_chat(chat_id) {
                    items.message(self.echo(outgoing, Arc::clone(&me.user)));
                }
            }
        }
    }
}

impl TimelineState {
    pub(crate) fn empty(is_loading: bool) -> Self {
        Self {
            items: Vec::new(),
            is_loading,
            is_loading_before: false,
            has_before: false,
            is_loading_after: false,
            has_after: false,
            error: None,
        }
    }
}

/// How far an own message has come, from everybody's watermarks.
fn ticks(seq: u64, chat: Option<&ChatState>) -> DeliveryState {
    let (delivered_seq, read_seq) = chat.map_or((0, 0), ChatState::reached_everybody);
    if seq <= read_seq {
        DeliveryState::Read
    } else if seq <= delivered_seq {
        DeliveryState::Delivered
    } else {
        DeliveryState::Sent
    }
}

fn local_attachment(file: &OutgoingFile) -> Attachment {
    let (width, height) = file.upload.pixels.unwrap_or_default();
    let local = WireAttachment {
        id: file.local_id,
        kind: file.upload.kind(),
        content_type: file.upload.content_type.clone(),
        size_bytes: file.upload.content.size_bytes(),
        width,
        height,
        thumb_hash: None,
        file_name: file.upload.file_name.clone(),
    };
    Attachment {
        info: file.uploaded.clone().unwrap_or(local),
        local: Some(file.upload.clone()),
    }
}

/// A timeline being put together.
struct Items<'a, F> {
    offset: F,
    known: &'a mut HashMap<String, Arc<TimelineItem>>,
    items: Vec<Arc<TimelineItem>>,
    last_day_ms: Option<i64>,
}

impl<F: Fn(i64) -> i64> Items<'_, F> {
    fn push(&mut self, item: TimelineItem) {
        let item = match self.known.get(item.key()) {
            Some(known) if **known == item => Arc::clone(known),
            _ => Arc::new(item),
        };
        self.items.push(item);
    }

    fn message(&mut self, message: Message) {
        self.date(message.sent_at_ms);
        let (key, is_line) = (message.id.to_string(), message.event.is_some());
        let message = Arc::new(message);
        self.push(match is_line {
            true => TimelineItem::Event { key, message },
            false => TimelineItem::Message { key, message },
        });
    }

    /// A divider if a later day begins. Order is by `seq` and clocks differ: a day that comes back
    /// gets no second divider.
    fn date(&mut self, at_ms: i64) {
        let offset_ms = (self.offset)(at_ms);
        let local_day_ms = (at_ms + offset_ms).div_euclid(DAY_MS) * DAY_MS;
        if self.last_day_ms.is_some_and(|last| local_day_ms <= last) {
            return;
        }
        self.last_day_ms = Some(local_day_ms);
        self.push(TimelineItem::DateDivider {
            key: format!("day-{}", local_day_ms / DAY_MS),
            day_ms: local_day_ms - offset_ms,
        });
    }

    fn finish(self) -> Vec<Arc<TimelineItem>> {
        let entries = self.items.iter();
        *self.known = entries
            .map(|item| (item.key().to_owned(), Arc::clone(item)))
            .collect();
        self.items
    }
}
