//! The keys, and the question before signing out.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::style;

const KEYS: [(&str, &str); 15] = [
    ("Enter", "open a chat; send"),
    ("Tab, Esc", "between the chats and the conversation"),
    ("Alt ↑ ↓", "the chat above, below"),
    ("↑ ↓ PgUp PgDn", "scroll; older messages come by themselves"),
    ("End", "to the newest message"),
    ("Alt Enter, ^J", "a new line"),
    ("^W ^U ^A ^E", "remove a word, a line; to its start, end"),
    ("^R", "try failed messages again"),
    ("^X", "take back the newest unsent message"),
    ("^N", "write to somebody new"),
    ("^T", "connect now"),
    ("^O", "sign out"),
    ("^C, ^Q", "quit; what is unsent is kept"),
    ("◷ ✓ ✓✓ seen", "waits, sent, delivered, read"),
    ("F1", "this help"),
];
const KEY_COLUMNS: usize = 15;

pub(super) fn draw(frame: &mut Frame<'_>, body: Rect) {
    let size = (58, u16::try_from(KEYS.len()).unwrap_or(u16::MAX));
    let area = super::boxed(frame, body, "Keys", size);
    let lines = KEYS.iter().map(|(keys, meaning)| {
        let keys = format!("{keys:<KEY_COLUMNS$}");
        Line::from(vec![Span::styled(keys, style::STRONG), Span::raw(*meaning)])
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), area);
}

pub(super) fn ask_sign_out(frame: &mut Frame<'_>, body: Rect) {
    let area = super::boxed(frame, body, "Sign out", (52, 4));
    let lines = [
        "Everything this program keeps is forgotten,",
        "unsent messages too.",
        "",
        "y signs out, any other key does not.",
    ];
    let lines: Vec<_> = lines.into_iter().map(Line::raw).collect();
    frame.render_widget(Paragraph::new(lines), area);
}
