//! A text as runs of folded letters.
//!
//! A run is a word, or neighbouring characters of scripts that are written without spaces. Marks
//! that folding leaves out belong to the letter before them, so that what is highlighted is what
//! people see.

use std::ops::Range;

use super::folding::{self, Folded};

/// A folded letter, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    /// The letter.
    pub(super) folded: char,
    /// Whether it begins a word wherever it stands.
    pub(super) stands_alone: bool,
    /// The bytes of the text that it stands for.
    pub(super) bytes: Range<usize>,
}

/// The runs of a text, in order; none is empty.
pub(super) fn runs(text: &str) -> impl Iterator<Item = Vec<Letter>> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let mut run: Vec<Letter> = Vec::new();
        while let Some(&(start, char)) = chars.peek() {
            let bytes = start..start + char.len_utf8();
            match folding::fold(char) {
                Folded::Mark(mark) => add_mark(&mut run, mark, bytes.end),
                Folded::Separator if run.is_empty() => {}
                Folded::Separator => break,
                Folded::Letters(letters) => {
                    let stands_alone = folding::stands_alone(char);
                    let is_new_kind = run.last().map(|last| last.stands_alone);
                    if is_new_kind.is_some_and(|is_alone| is_alone != stands_alone) {
                        break;
                    }
                    let letters = letters.into_iter().filter(|letter| *letter != '\0');
                    run.extend(letters.map(|folded| Letter {
                        folded,
                        stands_alone,
                        bytes: bytes.clone(),
                    }));
                }
            }
            chars.next();
        }
        (!run.is_empty()).then_some(run)
    })
}

/// What a mark does to the letter before it.
fn add_mark(run: &mut [Letter], mark: char, end: usize) {
    let Some(last) = run.last_mut() else { return };
    if let Some(voiced) = folding::voiced(last.folded, mark) {
        last.folded = voiced;
    }
    last.bytes.end = end;
}
