//! The few styles there are. Only the terminal's own colours, so that a dark and a light one both
//! stay readable, and no meaning by colour alone: `NO_COLOR` is respected by the terminal library.

use ratatui::{
    style::{Color, Modifier, Style},
    widgets::{Block, BorderType, Padding},
};
use relaychat_sdk::protocol::UserId;

pub(super) const PLAIN: Style = Style::new();
pub(super) const QUIET: Style = Style::new().add_modifier(Modifier::DIM);
pub(super) const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
pub(super) const CHOSEN: Style = Style::new().add_modifier(Modifier::REVERSED);
pub(super) const NEW: Style = Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD);
pub(super) const GOOD: Style = Style::new().fg(Color::Green);
pub(super) const BAD: Style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);

/// Colours that are readable on black and on white.
const NAMES: [Color; 3] = [Color::Cyan, Color::Green, Color::Magenta];

/// The same for a person everywhere.
pub(super) fn name(id: UserId) -> Style {
    let sum: usize = id.0.as_bytes().iter().map(|byte| usize::from(*byte)).sum();
    STRONG.fg(NAMES[sum % NAMES.len()])
}

/// The frame of a box.
pub(super) fn frame() -> Block<'static> {
    Block::bordered()
        .border_type(BorderType::Rounded)
        .padding(Padding::horizontal(1))
}
