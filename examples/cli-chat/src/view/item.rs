//! One item of a timeline as lines.

use jiff::Zoned;
use ratatui::{
    style::Style,
    text::{Line, Span},
};
use relaychat_sdk::{Attachment, DeliveryState, Message, TimelineItem};

use super::{style, told::told, when};
use crate::{model::Conversation, text};

/// Messages of one person that are further apart than this begin with a name again.
const SAME_BREATH_MS: i64 = 5 * 60 * 1_000;
/// What is kept free behind own messages: `✓✓ seen` and a space.
const STATE_COLUMNS: usize = 8;

/// The lines of the item at `index`.
pub(super) fn lines(
    open: &Conversation,
    index: usize,
    columns: usize,
    now: &Zoned,
) -> Vec<Line<'static>> {
    match &*open.items[index] {
        TimelineItem::Start { .. } => {
            vec![divider("the beginning", columns, style::QUIET)]
        }
        TimelineItem::DateDivider { day_ms, .. } => {
            vec![divider(&when::day(*day_ms, now), columns, style::QUIET)]
        }
        TimelineItem::UnreadDivider { count, .. } => {
            vec![divider(&format!("{count} new"), columns, style::NEW)]
        }
        TimelineItem::Event { message, .. } => told(message)
            .map(|words| divider(&words, columns, style::QUIET))
            .into_iter()
            .collect(),
        TimelineItem::Message { message, .. } => {
            let before = index
                .checked_sub(1)
                .and_then(|before| open.items.get(before));
            let before = before.and_then(|item| item.message());
            let mut lines = heading(message, before.map(|before| &**before), now);
            body(message, columns, &mut lines);
            let is_newest_seen = open.newest_seen() == Some(message.id);
            state(message, is_newest_seen, columns, &mut lines);
            lines
        }
    }
}

/// A word in the middle of a rule.
fn divider(word: &str, columns: usize, style: Style) -> Line<'static> {
    let left = columns.saturating_sub(text::width(word) + 2);
    let (before, after) = ("─".repeat(left / 2), "─".repeat(left - left / 2));
    Line::styled(format!("{before} {word} {after}"), style)
}

/// Who and when, unless the message before has said it.
fn heading(message: &Message, before: Option<&Message>, now: &Zoned) -> Vec<Line<'static>> {
    let is_same_breath = before.is_some_and(|before| {
        before.sender.id == message.sender.id
            && message.sent_at_ms - before.sent_at_ms < SAME_BREATH_MS
    });
    if is_same_breath {
        return Vec::new();
    }
    let name = match message.is_own {
        true => Span::styled("You", style::STRONG),
        false => Span::styled(
            text::safe_line(&message.sender.name),
            style::name(message.sender.id),
        ),
    };
    let hour = format!("  {}", when::hour(message.sent_at_ms, now));
    let heading = Line::from(vec![name, Span::styled(hour, style::QUIET)]);
    match before {
        Some(_) => vec![Line::default(), heading],
        None => vec![heading],
    }
}

fn body(message: &Message, columns: usize, lines: &mut Vec<Line<'static>>) {
    let columns = match message.is_own {
        true => columns.saturating_sub(STATE_COLUMNS),
        false => columns,
    };
    for attachment in &message.attachments {
        let line = text::cut(&picture(attachment), columns);
        lines.push(Line::styled(line, style::QUIET));
    }
    if !message.text.is_empty() {
        let clean = text::safe(&message.text);
        let wrapped = text::wrap(&clean, columns).into_iter();
        lines.extend(wrapped.map(|line| Line::raw(line.to_owned())));
    }
}

fn picture(attachment: &Attachment) -> String {
    let info = &attachment.info;
    let name = info.file_name.as_deref().map(text::safe_line);
    let name = name.unwrap_or_else(|| "picture".to_owned());
    format!("▣ {name}  {}×{}", info.width, info.height)
}

/// How far an own message is, at the right of its last line.
fn state(message: &Message, is_newest_seen: bool, columns: usize, lines: &mut Vec<Line<'static>>) {
    let Some(state) = message.state else { return };
    let (mark, style) = match state {
        DeliveryState::Queued | DeliveryState::Sending => ("◷".to_owned(), style::QUIET),
        DeliveryState::Uploading => {
            let permille = message.upload_permille.unwrap_or(0);
            (format!("↑ {}%", permille / 10), style::QUIET)
        }
        DeliveryState::Sent => ("✓".to_owned(), style::QUIET),
        DeliveryState::Delivered => ("✓✓".to_owned(), style::QUIET),
        DeliveryState::Read if is_newest_seen => ("✓✓ seen".to_owned(), style::GOOD),
        DeliveryState::Read => ("✓✓".to_owned(), style::GOOD),
        DeliveryState::Failed => ("!".to_owned(), style::BAD),
    };
    if let Some(last) = lines.last_mut() {
        let free = columns.saturating_sub(last.width() + text::width(&mark));
        last.push_span(Span::raw(" ".repeat(free)));
        last.push_span(Span::styled(mark, style));
    }
    if state == DeliveryState::Failed {
        let why = message
            .error
            .as_ref()
            .map(|error| text::safe_line(&error.detail));
        let note = format!(
            "not sent: {}  ^R again  ^X take back",
            why.unwrap_or_default().trim_end_matches('.')
        );
        let wrapped = text::wrap(&note, columns).into_iter();
        lines.extend(wrapped.map(|line| Line::styled(line.to_owned(), style::BAD)));
    }
}
