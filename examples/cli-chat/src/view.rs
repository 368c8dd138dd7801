//! Draws the model. Each part of the screen is a module; what others wrote gets here through
//! [`crate::text`] only.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    widgets::Clear,
};

pub(crate) use self::page::Page;
use crate::model::{Focus, Model, Overlay};

mod conversation;
mod help;
mod item;
mod list;
mod login;
mod page;
mod people;
mod status;
mod style;
#[cfg(test)]
mod tests;
mod told;
mod when;

/// Narrower screens show the list or the conversation, whichever has the keys.
const BOTH_COLUMNS: u16 = 64;
/// A quarter of the screen, within what names and previews need.
const LIST_COLUMNS: (u16, u16) = (24, 36);

/// Draws everything.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model) {
    let areas = Areas::of(model);
    if model.is_signed_out() {
        login::draw(frame, areas.body, model);
    } else {
        if let Some(area) = areas.list {
            list::draw(frame, area, model);
        }
        if let Some(area) = areas.conversation {
            conversation::draw(frame, area, model);
        }
    }
    status::draw(frame, areas.status, model);
    match &model.overlay {
        Some(Overlay::Help) => help::draw(frame, areas.body),
        Some(Overlay::People(picker)) => people::draw(frame, areas.body, picker),
        Some(Overlay::SignOut) => help::ask_sign_out(frame, areas.body),
        None => {}
    }
}

/// The page of the open conversation; none while nothing is open.
pub(crate) fn page(model: &Model) -> Option<Page> {
    let open = model.open.as_ref()?;
    // A conversation that is hidden now is shown as wide as the screen.
    let area = Areas::of(model).conversation;
    let area = area.unwrap_or_else(|| Areas::of(model).body);
    Some(conversation::page(area, open, model))
}

/// Whether the open conversation is on the screen.
pub(crate) fn shows_conversation(model: &Model) -> bool {
    model.open.is_some() && Areas::of(model).conversation.is_some()
}

/// Where things are.
struct Areas {
    body: Rect,
    list: Option<Rect>,
    conversation: Option<Rect>,
    status: Rect,
}

impl Areas {
    fn of(model: &Model) -> Self {
        let whole = Rect::new(0, 0, model.size.width, model.size.height);
        let rows = [Constraint::Fill(1), Constraint::Length(1)];
        let [body, status] = Layout::vertical(rows).areas(whole);
        let (list, conversation) = if whole.width >= BOTH_COLUMNS {
            let width = (whole.width / 4).clamp(LIST_COLUMNS.0, LIST_COLUMNS.1);
            let columns = [Constraint::Length(width), Constraint::Fill(1)];
            let [list, conversation] = Layout::horizontal(columns).areas(body);
            (Some(list), Some(conversation))
        } else if model.focus == Focus::Conversation {
            (None, Some(body))
        } else {
            (Some(body), None)
        };
        Self {
            body,
            list,
            conversation,
            status,
        }
    }
}

/// A box in the middle, over what is there.
fn boxed(frame: &mut Frame<'_>, body: Rect, title: &str, size: (u16, u16)) -> Rect {
    let width = size.0.saturating_add(4).min(body.width);
    let height = size.1.saturating_add(2).min(body.height);
    let area = body.centered(Constraint::Length(width), Constraint::Length(height));
    // The terminal may have become smaller since its size was asked for.
    let area = area.intersection(frame.area());
    frame.render_widget(Clear, area);
    let block = style::frame().title(format!(" {title} "));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

/// The terminal's own cursor, at a row and column of what is typed.
fn put_cursor(frame: &mut Frame<'_>, area: Rect, (row, column): (usize, usize)) {
    let row = u16::try_from(row).unwrap_or(u16::MAX);
    let column = u16::try_from(column).unwrap_or(u16::MAX);
    let last = area.right().saturating_sub(1);
    let place = (
        area.x.saturating_add(column).min(last),
        area.y.saturating_add(row),
    );
    if place.1 < frame.area().bottom() {
        frame.set_cursor_position(place);
    }
}
