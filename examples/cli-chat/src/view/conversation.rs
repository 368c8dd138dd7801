//! The open chat: who it is with, the timeline, who is typing, and what is being typed.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    text::{Line, Span},
    widgets::{Block, Borders, Padding, Paragraph},
};
use relaychat_sdk::{ChatSummary, protocol::rest::chats::ChatKind};

use super::{Page, style, when};
use crate::{
    model::{Conversation, Focus, Model, Place},
    text,
};

/// The composer grows with what is typed, up to this.
const MOST_LINES: usize = 6;
const PROMPT: &str = "› ";

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let Some(open) = &model.open else {
        return nothing(frame, area, model);
    };
    frame.render_widget(edge(area, model), area);
    let parts = Parts::of(area, open, model);
    let chat = model.chat(open.id).map(|chat| &**chat);
    frame.render_widget(header(open, chat, model, parts.header.width), parts.header);
    let shown = page(area, open, model).show(open);
    let is_waiting = open.items.is_empty() && open.is_loading;
    let mut lines = match is_waiting {
        true => vec![Line::styled("Loading…", style::QUIET)],
        false => shown.lines,
    };
    let free = usize::from(parts.timeline.height).saturating_sub(lines.len());
    // A conversation grows from the composer upwards.
    lines.splice(0..0, std::iter::repeat_n(Line::default(), free));
    frame.render_widget(Paragraph::new(lines), parts.timeline);
    frame.render_widget(below(open, chat), parts.below);
    composer(frame, parts.composer, open, model);
}

/// The window that the timeline has in `area`.
pub(super) fn page(area: Rect, open: &Conversation, model: &Model) -> Page {
    let timeline = Parts::of(area, open, model).timeline;
    Page {
        width: timeline.width.into(),
        height: timeline.height.into(),
        now: model.now.clone(),
    }
}

struct Parts {
    header: Rect,
    timeline: Rect,
    below: Rect,
    composer: Rect,
}

impl Parts {
    fn of(area: Rect, open: &Conversation, model: &Model) -> Self {
        let inner = edge(area, model).inner(area);
        let columns = usize::from(inner.width).saturating_sub(text::width(PROMPT));
        let typed = open.input.lines(columns).0.len().clamp(1, MOST_LINES);
        let rows = [
            Constraint::Length(2),
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(u16::try_from(typed).unwrap_or(1)),
        ];
        let [header, timeline, below, composer] = Layout::vertical(rows).areas(inner);
        Self {
            header,
            timeline,
            below,
            composer,
        }
    }
}

/// A line to the list, if that is on the screen.
fn edge(area: Rect, model: &Model) -> Block<'static> {
    let is_beside = area.width < model.size.width;
    let borders = if is_beside {
        Borders::LEFT
    } else {
        Borders::NONE
    };
    let block = Block::new().borders(borders).border_style(style::QUIET);
    block.padding(Padding::horizontal(1))
}

fn nothing(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let block = edge(area, model);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let words = match (model.is_loading, model.chats.is_empty()) {
        (true, _) => "Loading…",
        (false, true) => "Nobody to read yet. ^N finds people.",
        (false, false) => "↑↓ and Enter open a chat, ^N begins a new one.",
    };
    let middle = inner.centered_vertically(Constraint::Length(1));
    frame.render_widget(Line::styled(words, style::QUIET).centered(), middle);
}

fn header(
    open: &Conversation,
    chat: Option<&ChatSummary>,
    model: &Model,
    columns: u16,
) -> Paragraph<'static> {
    let title = chat.map(|chat| text::safe_line(&chat.title));
    let about = chat.map_or_else(String::new, |chat| match chat.kind {
        ChatKind::Group => format!("{} people", chat.member_count),
        ChatKind::Direct => presence(open, model),
    });
    let columns = usize::from(columns);
    let room = columns.saturating_sub(text::width(&about) + 2);
    let title = text::cut(&title.unwrap_or_default(), room);
    let gap = columns.saturating_sub(text::width(&title) + text::width(&about));
    let is_online = open.presence.is_some_and(|now| now.is_online);
    let about_style = if is_online { style::GOOD } else { style::QUIET };
    Paragraph::new(vec![
        Line::from(vec![
            Span::styled(title, style::STRONG),
            Span::raw(" ".repeat(gap)),
            Span::styled(about, about_style),
        ]),
        Line::styled("─".repeat(columns), style::QUIET),
    ])
}

fn presence(open: &Conversation, model: &Model) -> String {
    match open.presence {
        Some(now) if now.is_online => "● online".to_owned(),
        Some(now) => now
            .last_seen_at_ms
            .map_or_else(String::new, |at_ms| when::last_seen(at_ms, &model.now)),
        None => String::new(),
    }
}

/// The line between the timeline and the composer.
fn below(open: &Conversation, chat: Option<&ChatSummary>) -> Line<'static> {
    let typing = chat.map_or_else(String::new, typing);
    if !typing.is_empty() {
        return Line::styled(typing, style::QUIET);
    }
    if let Place::At { .. } = open.place {
        return Line::styled("↓ there is more below; End goes there", style::NEW);
    }
    match open.queued_count() {
        0 => Line::default(),
        1 => Line::styled("◷ one message waits to be sent", style::QUIET),
        more => Line::styled(format!("◷ {more} messages wait to be sent"), style::QUIET),
    }
}

/// Who is typing, in words.
fn typing(chat: &ChatSummary) -> String {
    let names: Vec<_> = chat
        .typing
        .iter()
        .map(|user| text::safe_line(&user.name))
        .collect();
    match &names[..] {
        [] => String::new(),
        [one] => format!("{one} is typing…"),
        [one, other] => format!("{one} and {other} are typing…"),
        _ => format!("{} people are typing…", names.len()),
    }
}

fn composer(frame: &mut Frame<'_>, area: Rect, open: &Conversation, model: &Model) {
    frame.render_widget(Span::styled(PROMPT, style::NEW), area);
    let indent = u16::try_from(text::width(PROMPT)).unwrap_or(0);
    let area = Rect {
        x: area.x + indent.min(area.width),
        width: area.width.saturating_sub(indent),
        ..area
    };
    if open.input.is_empty() {
        frame.render_widget(Line::styled("Write a message", style::QUIET), area);
    }
    let (lines, (row, column)) = open.input.lines(area.width.into());
    let above = (row + 1).saturating_sub(area.height.into()).min(row);
    let lines: Vec<_> = lines.into_iter().skip(above).map(Line::raw).collect();
    frame.render_widget(Paragraph::new(lines), area);
    if model.focus == Focus::Conversation && model.overlay.is_none() {
        super::put_cursor(frame, area, (row - above, column));
    }
}
