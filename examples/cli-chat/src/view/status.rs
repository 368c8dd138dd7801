//! The last line: how the connection is, who one is, and the keys that help further.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use relaychat_sdk::{ConnectionState, StorageState};

use super::{style, when};
use crate::{model::Model, text};

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let columns = usize::from(area.width);
    let (word, word_style) = match &model.notice {
        Some(notice) => (text::safe_line(notice), style::BAD),
        None => connection(model),
    };
    let keys = match model.is_signed_out() {
        true => "^C quit ",
        false => "^N new chat  F1 keys  ^C quit ",
    };
    let word = text::cut(&word, columns.saturating_sub(2));
    let mut left = vec![Span::raw(" "), Span::styled(word.clone(), word_style)];
    let mut used = 1 + text::width(&word);
    let who = model.me.as_ref().filter(|_| model.notice.is_none());
    if let Some(me) = who {
        let name = format!("  {}", text::safe_line(&me.user.name));
        if used + text::width(&name) + text::width(keys) < columns {
            used += text::width(&name);
            left.push(Span::styled(name, style::QUIET));
        }
    }
    if *model.storage == StorageState::Lost {
        let warning = "  nothing is kept on disk";
        used += text::width(warning);
        left.push(Span::styled(warning, style::BAD));
    }
    if let Some(free) = columns.checked_sub(used + text::width(keys)) {
        left.push(Span::raw(" ".repeat(free)));
        left.push(Span::styled(keys, style::QUIET));
    }
    frame.render_widget(Line::from(left), area);
}

fn connection(model: &Model) -> (String, Style) {
    match &*model.connection {
        ConnectionState::Connecting => ("○ connecting…".to_owned(), style::QUIET),
        ConnectionState::Connected => ("● connected".to_owned(), style::GOOD),
        ConnectionState::Reconnecting { retry_at_ms, .. } => {
            let seconds = when::seconds_until(*retry_at_ms, &model.now);
            let word = match seconds {
                ..=0 => "○ no connection, trying…".to_owned(),
                _ => format!("○ no connection, next try in {seconds} s (^T now)"),
            };
            (word, style::BAD)
        }
        ConnectionState::Offline => ("○ no network".to_owned(), style::BAD),
        ConnectionState::SignedOut { reason: None } => ("○ signed out".to_owned(), style::QUIET),
        ConnectionState::SignedOut { reason: Some(code) } => {
            (format!("○ the session has ended ({code})"), style::BAD)
        }
        ConnectionState::Closed { error } => {
            let why = error.as_ref().map_or("", |error| &error.detail);
            (format!("○ closed: {}", text::safe_line(why)), style::BAD)
        }
    }
}
