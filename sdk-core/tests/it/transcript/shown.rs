//! Everything a client shows, as lines: with names in place of ids, and without times.
//!
//! `transcript.mjs` writes the same lines from what JavaScript sees.

use std::fmt::Write;

use relaychat_sdk::{
    ChatSummary, ConnectionState, DeliveryState, Lookup, Message, TimelineItem, TimelineState,
    protocol::rest::chats::ChatKind,
};

use super::player::Player;

pub(super) fn shown(player: &Player) -> String {
    let mut out = String::new();
    line(&mut out, format_args!("connection: {}", connection(player)));
    let me = player.client.me().get();
    let me = me.as_ref().as_ref().map_or("nobody", |me| &me.user.name);
    line(&mut out, format_args!("me: {me}"));
    let list = player.client.chats().state().get();
    line(
        &mut out,
        format_args!(
            "chats: {} unread, loading {}, more {}",
            list.unread_count,
            word(list.is_loading),
            word(list.has_more)
        ),
    );
    for chat in &list.items {
        line(&mut out, format_args!("  {}", summary(chat)));
    }
    if let Some(open) = &player.open {
        let found = match &*open.summary.get() {
            Lookup::Pending => "pending".to_owned(),
            Lookup::Missing => "missing".to_owned(),
            Lookup::Found(chat) => summary(chat),
        };
        line(&mut out, format_args!("chat: {found}"));
        for member in open.members.get().iter() {
            let (delivered, read) = (member.delivered_seq, member.read_seq);
            let name = quoted(&member.user.name);
            line(
                &mut out,
                format_args!("  member {name}: delivered {delivered}, read {read}"),
            );
        }
        timeline(&mut out, &open.timeline.state().get());
    }
    for (text, sent) in &player.sent {
        let state = state_word(sent.state().get().state);
        line(&mut out, format_args!("outgoing {}: {state}", quoted(text)));
    }
    out
}

fn connection(player: &Player) -> String {
    match &*player.client.connection().get() {
        ConnectionState::Connecting => "connecting".to_owned(),
        ConnectionState::Connected => "connected".to_owned(),
        ConnectionState::Reconnecting { .. } => "reconnecting".to_owned(),
        ConnectionState::Offline => "offline".to_owned(),
        ConnectionState::SignedOut { reason } => {
            format!("signed_out {}", reason.unwrap_or("-"))
        }
        ConnectionState::Closed { .. } => "closed".to_owned(),
    }
}

fn summary(chat: &ChatSummary) -> String {
    let kind = match chat.kind {
        ChatKind::Direct => "direct",
        ChatKind::Group => "group",
    };
    let last = chat.last_message.as_ref().map(|last| message(last));
    format!(
        "{kind} {}: {} members, {} unread, read {} of {}, last: {}",
        quoted(&chat.title),
        chat.member_count,
        chat.unread_count,
        chat.read_seq,
        chat.last_seq,
        last.as_deref().unwrap_or("none")
    )
}

fn timeline(out: &mut String, now: &TimelineState) {
    let error = now.error.as_ref().map_or("none", |error| error.code);
    line(
        out,
        format_args!(
            "timeline: loading {}, before {} {}, after {} {}, error {error}",
            word(now.is_loading),
            word(now.has_before),
            word(now.is_loading_before),
            word(now.has_after),
            word(now.is_loading_after)
        ),
    );
    let mut has_day = false;
    let mut items = now.items.iter().peekable();
    while let Some(item) = items.next() {
        match &**item {
            TimelineItem::Start { key } => line(out, format_args!("  start [{key}]")),
            // A run that lasts over midnight has one more.
            TimelineItem::DateDivider { .. } if has_day => {}
            TimelineItem::DateDivider { key, .. } => {
                has_day = true;
                let key = if key.starts_with("day-") { "day" } else { key };
                line(out, format_args!("  day [{key}]"));
            }
            TimelineItem::UnreadDivider { key, count } => {
                line(out, format_args!("  unread {count} [{key}]"));
            }
            TimelineItem::Message { message, .. } if number(item).is_some() => {
                let first = number(item).unwrap_or(0);
                let mut last = first;
                while items
                    .next_if(|next| number(next) == Some(last + 1))
                    .is_some()
                {
                    last += 1;
                }
                let name = quoted(&message.sender.name);
                line(
                    out,
                    format_args!("  numbers {first} to {last} from {name} [id]"),
                );
            }
            TimelineItem::Message {
                key,
                message: shown,
            }
            | TimelineItem::Event {
                key,
                message: shown,
            } => {
                let is_id = *key == shown.id.to_string();
                let key = if is_id { "id" } else { key };
                line(out, format_args!("  {} [{key}]", message(shown)));
            }
        }
    }
}

/// The number of a message that says nothing but its number.
fn number(item: &TimelineItem) -> Option<u64> {
    let TimelineItem::Message { key, message } = item else {
        return None;
    };
    let seq = message.seq?;
    let is_plain = message.text == format!("number {seq}")
        && *key == message.id.to_string()
        && message.attachments.is_empty()
        && message.state.is_none()
        && !message.is_own;
    is_plain.then_some(seq)
}

fn message(message: &Message) -> String {
    let seq = message
        .seq
        .map_or_else(|| "-".to_owned(), |seq| seq.to_string());
    let who = match message.is_own {
        true => "own".to_owned(),
        false => format!("from {}", quoted(&message.sender.name)),
    };
    let mut text = format!("{seq} {who} {}", quoted(&message.text));
    for attachment in &message.attachments {
        let info = &attachment.info;
        let kind = serde_json::to_value(info.kind).expect("it is a word");
        let kind = kind.as_str().unwrap_or_default();
        let name = quoted(info.file_name.as_deref().unwrap_or_default());
        let size = format!("{}x{}", info.width, info.height);
        let local = if attachment.local.is_some() {
            " local"
        } else {
            ""
        };
        let _ = write!(text, " + {kind} {} {size} {name}{local}", info.content_type);
    }
    if let Some(state) = message.state {
        let _ = write!(text, " {}", state_word(state));
    }
    if let Some(error) = &message.error {
        let _ = write!(
            text,
            " ({}, retryable {})",
            error.code,
            word(error.retryable)
        );
    }
    text
}

fn state_word(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Queued => "queued",
        DeliveryState::Uploading => "uploading",
        DeliveryState::Sending => "sending",
        DeliveryState::Sent => "sent",
        DeliveryState::Delivered => "delivered",
        DeliveryState::Read => "read",
        DeliveryState::Failed => "failed",
    }
}

fn word(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}
