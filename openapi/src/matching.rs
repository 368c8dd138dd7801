//! What finds a message: the one definition of search, for the server's index, for the scan of what
//! is not in the index yet, and for clients that search what they hold themselves.
//!
//! > A query finds a text when each of its pieces occurs in it at the beginning of a word. In
//! > scripts that are written without spaces, and among emojis, every character begins a word.
//!
//! Both are *folded* first: case, accents, points and widths do not count. A **piece** is what
//! stands between separators; where the kind of script changes a new piece begins (`iPhone手机` has
//! two). So `mul cafe` finds "Café Müller", `京都` finds "東京都庁" (its characters beside each
//! other, in this order), and `都京` does not. There is no ranking, no stemming and no list of words
//! that are left out: what is found can be said in one sentence, and tests hold every way to search
//! to [`Query::matches`].
//!
//! It lies beside the wire types, though it is a rule and not data, because it belongs to the
//! contract: a client without a connection finds in its own history what the server would.
//!
//! Deliberately without the tables of Unicode for normalising: they would be a tenth of the browser's
//! module. What they do to letters that people search by is in `folding`, in a few hundred bytes.

mod folding;
mod runs;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, ops::Range};

use runs::{Letter, runs};

/// Letters of a word that an index keeps: longer words are found by their beginning and then
/// compared whole. Longer than the words of prose; addresses and keys are cut.
const TERM_LETTERS: usize = 24;

/// Pieces of a query that count; further ones are ignored. More than a sentence that somebody
/// remembers.
pub const PIECES_MAX: usize = 16;

/// What somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pieces: Vec<Vec<Letter>>,
}

/// What an index is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Folded letters: none of them is a separator or ASCII punctuation.
    pub text: String,
    /// Whether terms that begin so are meant too.
    pub is_prefix: bool,
}

impl Query {
    /// Reads a query; nothing when there is nothing in it that could be found.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut pieces: Vec<_> = runs(text).take(PIECES_MAX).collect();
        pieces.dedup_by(|a, b| same(a, b));
        (!pieces.is_empty()).then_some(Self { pieces })
    }

    /// Whether it finds a text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let mut missing: Vec<_> = self.pieces.iter().collect();
        for run in runs(text) {
            missing.retain(|piece| places(&run, piece).next().is_none());
            if missing.is_empty() {
                return true;
            }
        }
        false
    }

    /// Where its pieces are in a text, in bytes: ascending, and none touches the next one.
    #[must_use]
    pub fn highlights(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for run in runs(text) {
            for range in self.pieces.iter().flat_map(|piece| places(&run, piece)) {
                // Few come in another order, and they are not far from theirs.
                let is_before = |known: &Range<usize>| known.start <= range.start;
                let place = found
                    .iter()
                    .rposition(is_before)
                    .map_or(0, |place| place + 1);
                found.insert(place, range);
            }
        }
        let mut joined: Vec<Range<usize>> = Vec::new();
        for range in found {
            match joined.last_mut() {
                Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        joined
    }

    /// What an index must hold of every text that this query finds. Not the other way round:
    /// whatever an index names is to be compared with [`Self::matches`].
    #[must_use]
    pub fn terms(&self) -> Vec<Term> {
        let terms: BTreeSet<Term> = self.pieces.iter().flat_map(|piece| wanted(piece)).collect();
        terms.into_iter().collect()
    }
}

/// What an index keeps of a text: the beginnings of its words, and in scripts without spaces each
/// character with the one after it.
#[must_use]
pub fn terms(text: &str) -> BTreeSet<String> {
    let of_run = |run: Vec<Letter>| -> Vec<String> {
        if run.first().is_some_and(|letter| letter.stands_alone) {
            let pairs = (0..run.len()).map(|place| &run[place..run.len().min(place + 2)]);
            pairs.map(spelled).collect()
        } else {
            vec![spelled(&run[..run.len().min(TERM_LETTERS)])]
        }
    };
    runs(text).flat_map(of_run).collect()
}

/// Whether there is a link in a text: `http://`, `https://` or `www.` with something after it.
#[must_use]
pub fn has_link(text: &str) -> bool {
    let begins = |word: &str, with: &str| {
        let head = word.get(..with.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(with)) && word.len() > with.len()
    };
    let trimmed = |word: &'_ str| -> usize { word.len() - word.trim_start_matches(OPENING).len() };
    text.split_whitespace().any(|word| {
        let word = &word[trimmed(word)..];
        ["http://", "https://", "www."]
            .iter()
            .any(|with| begins(word, with))
    })
}

/// What may stand right before a link.
const OPENING: [char; 6] = ['(', '[', '<', '"', '\'', '{'];

/// What an index is asked for, for one piece.
fn wanted(piece: &[Letter]) -> Vec<Term> {
    let term = |letters: &[Letter], is_prefix| Term {
        text: spelled(letters),
        is_prefix,
    };
    let stands_alone = piece.first().is_some_and(|letter| letter.stands_alone);
    if stands_alone && piece.len() > 1 {
        return piece.windows(2).map(|pair| term(pair, false)).collect();
    }
    let is_cut = piece.len() >= TERM_LETTERS;
    vec![term(&piece[..piece.len().min(TERM_LETTERS)], !is_cut)]
}

/// Where a piece begins a word of a run, in bytes of the text.
fn places<'a>(run: &'a [Letter], piece: &'a [Letter]) -> impl Iterator<Item = Range<usize>> + 'a {
    let stands_alone = run.first().is_some_and(|letter| letter.stands_alone);
    let starts = if stands_alone { run.len() } else { 1 };
    (0..starts).filter_map(move |start| {
        let found = run.get(start..start + piece.len())?;
        let range = found.first()?.bytes.start..found.last()?.bytes.end;
        same(found, piece).then_some(range)
    })
}

fn same(one: &[Letter], other: &[Letter]) -> bool {
    let is_same = |(one, other): (&Letter, &Letter)| one.folded == other.folded;
    one.len() == other.len() && one.iter().zip(other).all(is_same)
}

fn spelled(letters: &[Letter]) -> String {
    letters.iter().map(|letter| letter.folded).collect()
}
