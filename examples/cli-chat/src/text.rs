//! Text that others wrote, made fit for a terminal: without control characters, cut and wrapped by
//! the width it has on the screen.
//!
//! A terminal obeys what it is sent. Whoever may write a message could otherwise move the cursor,
//! change the title or answer in the reader's name, so nothing foreign is drawn that did not pass
//! through [`safe`]. Letters of every script stay as they are, in the order they were written.

use std::{borrow::Cow, ops::Range};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// A tab is drawn as this: its width would depend on where it stands.
const TAB: &str = "    ";

/// The text in a form that no terminal obeys. Ends of lines are kept.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c == '\n' || !is_obeyed(c)) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\t' => clean.push_str(TAB),
            c if is_direction(c) => {}
            c if is_obeyed(c) => clean.push(picture(c)),
            c => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

/// The same on one line: names, titles, previews.
pub(crate) fn safe_line(text: &str) -> String {
    let words = safe(text);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_obeyed(c: char) -> bool {
    c.is_control() || is_direction(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// The sign for a control character, such as `␛`: seen, and never obeyed.
fn picture(c: char) -> char {
    let code = u32::from(c);
    match code {
        0..0x20 => char::from_u32(0x2400 + code).unwrap_or('␦'),
        0x7f => '␡',
        _ => '␦',
    }
}

/// Characters that turn the direction of what follows, also of what is not theirs.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How many columns it takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The beginning that fits, with an ellipsis if something is missing.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    for grapheme in text.graphemes(true) {
        if width(&kept) + width(grapheme) + 1 > columns {
            break;
        }
        kept.push_str(grapheme);
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

/// The lines that fit into `columns`, broken between words where that is possible.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<&str> {
    let lines = wrapped(text, columns).into_iter();
    lines.map(|line| &text[line]).collect()
}

/// The same as places in the text. They leave out nothing but the ends of lines.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<Range<usize>> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut start = 0;
    for paragraph in text.split('\n') {
        let end = start + paragraph.len();
        let mut line = start..start;
        let mut used = 0;
        for (at, word) in paragraph.split_word_bound_indices() {
            if used > 0 && used + width(word.trim_end()) > columns {
                lines.push(std::mem::replace(&mut line, start + at..start + at));
                used = 0;
            }
            for (inside, grapheme) in word.grapheme_indices(true) {
                let is_space = grapheme.chars().all(char::is_whitespace);
                if used > 0 && used + width(grapheme) > columns && !is_space {
                    let next = start + at + inside;
                    lines.push(std::mem::replace(&mut line, next..next));
                    used = 0;
                }
                line.end += grapheme.len();
                used += width(grapheme);
            }
        }
        lines.push(line);
        start = end + 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_survives() {
        for code in (0..0x20).chain(0x7f..0xa0).chain([0x202e, 0x2066, 0x2028]) {
            let c = char::from_u32(code).expect("a character");
            let hostile = format!("a{c}[2Jb");
            let clean = safe(&hostile);
            assert!(
                clean.chars().all(|c| c == '\n' || !is_obeyed(c)),
                "{code:x}: {clean:?}"
            );
            assert!(!safe_line(&hostile).contains('\n'));
        }
        assert_eq!(safe("\u{1b}]0;title\u{7}"), "␛]0;title␇");
        assert_eq!(safe("a\tb\r\nc"), "a    b\nc");
    }

    #[test]
    fn letters_of_every_script_stay_as_they_are() {
        for text in [
            "שלום עולם",
            "مرحبا",
            "你好，世界",
            "👩‍👩‍👧‍👦 ❤️",
            "naïve e\u{301}",
            "क्षि",
        ] {
            assert!(matches!(safe(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn lines_break_between_words_and_long_words_anywhere() {
        assert_eq!(wrap("one two three", 8), ["one two ", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("a\n\nb", 4), ["a", "", "b"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn wide_letters_take_two_columns_and_are_not_split() {
        assert_eq!(wrap("你好世界", 5), ["你好", "世界"]);
        assert_eq!(wrap("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3), ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]);
        assert_eq!(cut("你好世界", 5), "你好…");
        assert_eq!(cut("short", 5), "short");
    }
}
