//! The list of chats: name and hour, what was written last, how much is unread.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};
use relaychat_sdk::{ChatSummary, DeliveryState, protocol::rest::chats::ChatKind};

use super::{style, told::told, when};
use crate::{
    model::{Focus, Model},
    text,
};

/// A name and a preview.
const ROWS: usize = 2;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let rows = [
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Fill(1),
    ];
    let [head, rule, body] = Layout::vertical(rows).areas(area);
    let mut title = vec![Span::styled(" Chats", style::STRONG)];
    if model.unread_count > 0 {
        let unread = format!("  {} unread", model.unread_count);
        title.push(Span::styled(unread, style::NEW));
    }
    frame.render_widget(Line::from(title), head);
    let line = "─".repeat(rule.width.into());
    frame.render_widget(Line::styled(line, style::QUIET), rule);
    let room = (usize::from(body.height) / ROWS).max(1);
    let selected = model
        .chats
        .iter()
        .position(|chat| Some(chat.id) == model.selected);
    let first = (selected.unwrap_or(0) + 1).saturating_sub(room);
    let columns = usize::from(body.width);
    let chats = model.chats.iter().skip(first).take(room);
    let lines: Vec<_> = chats
        .flat_map(|chat| rows_of(chat, columns, model))
        .collect();
    let lines = match (lines.is_empty(), model.is_loading) {
        (true, true) => vec![Line::styled(" Loading…", style::QUIET)],
        (true, false) => vec![Line::styled(" No chats yet", style::QUIET)],
        (false, _) => lines,
    };
    frame.render_widget(Paragraph::new(lines), body);
}

fn rows_of(chat: &ChatSummary, columns: usize, model: &Model) -> [Line<'static>; ROWS] {
    let is_selected = Some(chat.id) == model.selected;
    let hour = match &chat.last_message {
        Some(last) => when::short(last.sent_at_ms, &model.now),
        None => String::new(),
    };
    let room = columns.saturating_sub(text::width(&hour) + 3);
    let title = text::cut(&text::safe_line(&chat.title), room);
    let name = spread(&title, &hour, columns, style::STRONG, style::QUIET);
    let unread = match chat.unread_count {
        0 => String::new(),
        more => format!("({more})"),
    };
    let room = columns.saturating_sub(text::width(&unread) + 3);
    let preview = text::cut(&preview(chat), room);
    let mut rows = [
        name,
        spread(&preview, &unread, columns, style::QUIET, style::NEW),
    ];
    let mark = match (is_selected, model.focus) {
        (true, Focus::List) => style::CHOSEN,
        (true, Focus::Conversation) => style::NEW,
        (false, _) => return rows,
    };
    // A bar at the edge marks the chat without a colour.
    for row in &mut rows {
        if model.focus == Focus::List {
            row.style = mark;
        } else {
            row.spans[0] = Span::styled("▌", mark);
        }
    }
    rows
}

/// Something at the left and something at the right.
fn spread(
    left: &str,
    right: &str,
    columns: usize,
    left_style: Style,
    right_style: Style,
) -> Line<'static> {
    let used = text::width(left) + text::width(right) + 2;
    Line::from(vec![
        Span::raw(" "),
        Span::styled(left.to_owned(), left_style),
        Span::raw(" ".repeat(columns.saturating_sub(used))),
        Span::styled(right.to_owned(), right_style),
        Span::raw(" "),
    ])
}

/// Who is typing, or what was written last.
fn preview(chat: &ChatSummary) -> String {
    if let Some(user) = chat.typing.first() {
        return match chat.kind {
            ChatKind::Direct => "typing…".to_owned(),
            ChatKind::Group => format!("{} is typing…", text::safe_line(&user.name)),
        };
    }
    let Some(last) = &chat.last_message else {
        return "nothing written yet".to_owned();
    };
    if last.event.is_some() {
        return told(last).unwrap_or_default();
    }
    let words = match last.text.is_empty() {
        true => "▣ picture".to_owned(),
        false => text::safe_line(&last.text),
    };
    match (last.is_own, chat.kind) {
        (true, _) if last.state == Some(DeliveryState::Failed) => format!("! {words}"),
        (true, _) if last.seq.is_none() => format!("◷ {words}"),
        (true, _) => format!("You: {words}"),
        (false, ChatKind::Group) => format!("{}: {words}", text::safe_line(&last.sender.name)),
        (false, ChatKind::Direct) => words,
    }
}
