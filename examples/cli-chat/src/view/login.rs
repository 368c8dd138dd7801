//! The page before the chats.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::style;
use crate::{
    model::{LoginStep, Model},
    text,
};

const SIZE: (u16, u16) = (52, 9);

pub(super) fn draw(frame: &mut Frame<'_>, body: Rect, model: &Model) {
    let area = super::boxed(frame, body, "RelayChat", SIZE);
    let login = &model.login;
    let columns = usize::from(area.width);
    let (question, hint) = match login.step {
        LoginStep::Email => ("Your e-mail address", "Enter sends a code there"),
        LoginStep::Code(_) => ("The code from the mail", "^R sends another, Esc goes back"),
    };
    let about = match login.step {
        LoginStep::Email => format!("at {}", text::safe_line(&model.server)),
        LoginStep::Code(_) => format!("sent to {}", text::safe_line(&login.email)),
    };
    let (typed, (row, column)) = login.input.lines(columns.saturating_sub(2));
    let typed = typed.get(row).copied().unwrap_or_default().to_owned();
    let mut lines = vec![
        Line::styled(question, style::STRONG),
        Line::styled(text::cut(&about, columns), style::QUIET),
        Line::default(),
        Line::from(vec![Span::styled("› ", style::NEW), Span::raw(typed)]),
        Line::default(),
    ];
    match (&login.error, login.is_busy) {
        (Some(error), _) => {
            let why = text::safe_line(&error.detail);
            let why = text::wrap(&why, columns).into_iter();
            lines.extend(
                why.take(2)
                    .map(|line| Line::styled(line.to_owned(), style::BAD)),
            );
        }
        (None, true) => lines.push(Line::styled("One moment…", style::QUIET)),
        (None, false) => lines.push(Line::styled(hint, style::QUIET)),
    }
    if let (LoginStep::Code(_), Some(inbox)) = (&login.step, inbox(&model.server)) {
        lines.push(Line::default());
        lines.push(Line::styled(text::cut(&inbox, columns), style::QUIET));
    }
    frame.render_widget(Paragraph::new(lines), area);
    if model.overlay.is_none() {
        let typing = Rect {
            x: area.x + 2,
            y: area.y + 3,
            ..area
        };
        super::put_cursor(frame, typing, (0, column));
    }
}

/// A server on this machine may have no mail yet: then it shows codes itself.
fn inbox(server: &str) -> Option<String> {
    let is_here = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|here| server.starts_with(here));
    is_here.then(|| format!("no mail? {server}/_/inbox"))
}
