//! A line, or a few, that a person types: text and a cursor.
//!
//! One step of the cursor is what a reader takes for one character, however many code points it has.

use unicode_segmentation::UnicodeSegmentation;

use crate::text;

/// What is being typed.
#[derive(Debug, Default)]
pub(crate) struct Input {
    text: String,
    /// In bytes, always between two graphemes.
    cursor: usize,
}

impl Input {
    /// Begins with a text, the cursor behind it.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            cursor: text.len(),
            text,
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Takes the text away.
    pub(crate) fn take(&mut self) -> String {
        self.cursor = 0;
        std::mem::take(&mut self.text)
    }

    /// Types or pastes. What a terminal would obey does not get in here either.
    pub(crate) fn insert(&mut self, text: &str) {
        let text = text::safe(text);
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
    }

    pub(crate) fn remove_before(&mut self) {
        let start = self.before();
        self.text.drain(start..self.cursor);
        self.cursor = start;
    }

    pub(crate) fn remove_after(&mut self) {
        let end = self.after();
        self.text.drain(self.cursor..end);
    }

    /// Removes the word before the cursor, and the spaces after that word.
    pub(crate) fn remove_word(&mut self) {
        let typed = self.text[..self.cursor].trim_end();
        let last = typed.split_word_bound_indices().next_back();
        let start = last.map_or(0, |(start, _)| start);
        self.text.drain(start..self.cursor);
        self.cursor = start;
    }

    /// Removes the line up to the cursor.
    pub(crate) fn remove_to_start(&mut self) {
        let end = self.cursor;
        self.home();
        self.text.drain(self.cursor..end);
    }

    pub(crate) fn left(&mut self) {
        self.cursor = self.before();
    }

    pub(crate) fn right(&mut self) {
        self.cursor = self.after();
    }

    pub(crate) fn home(&mut self) {
        let line = self.text[..self.cursor].rfind('\n');
        self.cursor = line.map_or(0, |end| end + 1);
    }

    pub(crate) fn end(&mut self) {
        let line = self.text[self.cursor..].find('\n');
        self.cursor = line.map_or(self.text.len(), |end| self.cursor + end);
    }

    /// The lines as they are drawn, and in which of them, and in which column, the cursor is.
    pub(crate) fn lines(&self, columns: usize) -> (Vec<&str>, (usize, usize)) {
        // One column is for the cursor behind a line that is full.
        let places = text::wrapped(&self.text, columns.saturating_sub(1));
        let row = places.iter().rposition(|line| line.start <= self.cursor);
        let row = row.unwrap_or(0);
        let start = places.get(row).map_or(0, |line| line.start);
        let column = text::width(&self.text[start..self.cursor]);
        let lines = places.into_iter().map(|line| &self.text[line]).collect();
        (lines, (row, column))
    }

    fn before(&self) -> usize {
        let mut graphemes = self.text[..self.cursor].grapheme_indices(true);
        graphemes.next_back().map_or(0, |(start, _)| start)
    }

    fn after(&self) -> usize {
        let next = self.text[self.cursor..].graphemes(true).next();
        self.cursor + next.map_or(0, str::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_steps_over_what_looks_like_one_character() {
        let mut input = Input::new("a👩‍👩‍👧‍👦e\u{301}");
        input.left();
        input.left();
        input.insert("b");
        assert_eq!(input.text(), "ab👩‍👩‍👧‍👦e\u{301}");
        input.remove_after();
        input.remove_before();
        assert_eq!(input.text(), "ae\u{301}");
        input.remove_before();
        input.remove_before();
        assert_eq!(input.text(), "e\u{301}");
    }

    #[test]
    fn words_and_lines_are_left_by_one_key() {
        let mut input = Input::new("one\ntwo three ");
        input.remove_word();
        assert_eq!(input.text(), "one\ntwo ");
        input.home();
        input.insert("> ");
        input.end();
        input.insert("!");
        assert_eq!(input.text(), "one\n> two !");
        assert_eq!(input.take(), "one\n> two !");
        assert!(input.is_empty());
    }

    #[test]
    fn the_cursor_is_drawn_where_the_next_character_comes() {
        let mut input = Input::new("one two");
        assert_eq!(input.lines(5), (vec!["one ", "two"], (1, 3)));
        for _ in 0..3 {
            input.left();
        }
        assert_eq!(input.lines(5).1, (1, 0));
        input.left();
        assert_eq!(input.lines(5).1, (0, 3));
        let mut input = Input::new("你好\n");
        assert_eq!(input.lines(9), (vec!["你好", ""], (1, 0)));
        input.left();
        assert_eq!(input.lines(9).1, (0, 4));
    }

    #[test]
    fn a_paste_brings_nothing_that_a_terminal_obeys() {
        let mut input = Input::default();
        input.insert("a\u{1b}[31mb\r\nc");
        assert_eq!(input.text(), "a␛[31mb\nc");
    }
}
