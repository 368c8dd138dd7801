//! Choosing somebody to write to.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::style;
use crate::{model::Picker, text};

const SIZE: (u16, u16) = (44, 14);
/// What is asked and an empty line come before the first person.
const HEAD: usize = 2;

pub(super) fn draw(frame: &mut Frame<'_>, body: Rect, picker: &Picker) {
    let area = super::boxed(frame, body, "New chat", SIZE);
    let columns = usize::from(area.width);
    let (typed, (row, column)) = picker.query.lines(columns.saturating_sub(2));
    let typed = typed.get(row).copied().unwrap_or_default().to_owned();
    let typed = match picker.query.is_empty() {
        true => Span::styled("a name, or a whole address", style::QUIET),
        false => Span::raw(typed),
    };
    let mut lines = vec![
        Line::from(vec![Span::styled("› ", style::NEW), typed]),
        Line::default(),
    ];
    let room = usize::from(area.height).saturating_sub(HEAD).max(1);
    let first = (picker.selected + 1).saturating_sub(room);
    for (index, user) in picker.found.iter().enumerate().skip(first).take(room) {
        let name = text::cut(&text::safe_line(&user.name), columns.saturating_sub(2));
        let line = format!(
            " {name}{}",
            " ".repeat(columns.saturating_sub(text::width(&name) + 1))
        );
        let style = match index == picker.selected {
            true => style::CHOSEN,
            false => style::PLAIN,
        };
        lines.push(Line::styled(line, style));
    }
    if lines.len() == HEAD {
        let words = match (&picker.error, picker.is_busy) {
            (Some(error), _) => text::safe_line(&error.detail),
            (None, true) => "Looking…".to_owned(),
            (None, false) => "Nobody of that name".to_owned(),
        };
        lines.push(Line::styled(text::cut(&words, columns), style::QUIET));
    }
    frame.render_widget(Paragraph::new(lines), area);
    let typing = Rect {
        x: area.x + 2,
        ..area
    };
    super::put_cursor(frame, typing, (0, column));
}
