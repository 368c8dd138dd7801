//! What letters are folded to: lower case, without accents, in one width.
//!
//! Both forms of one letter (composed, and with a mark after it) come to the same. What marks tell
//! apart in a language stays apart where people would miss it: か and が are different, é and e are
//! not. Tables are strings in which the place is the character, with a dot for "as it is".

/// What becomes of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folded {
    /// These letters; NUL stands for none.
    Letters([char; 3]),
    /// It belongs to the letter before it.
    Mark(char),
    /// It stands between words.
    Separator,
}

/// U+00C0 to U+024F.
const LATIN: &[u8; 0x190] = b"\
aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.yaaaaaaccccccccdd\
ddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllllllllnnnnnnn..oooooo..rrrrrrssssss\
ssttttttuuuuuuuuuuuuwwyyyzzzzzzsb......................i..l.....oo.............u\
u....zz......................aaiioouuuuuuuuuu.aaaa..ggggkkoooo..j...gg..nnaa....\
aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy......acclt....b..eejj..rryy";
/// U+1E00 to U+1EFF.
const LATIN_ADDITIONAL: &[u8; 0x100] = b"\
aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooo\
oooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy......\
aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuu\
uuyyyyyyyy......";
/// U+0386 to U+03CE, as [`GREEK_LETTERS`].
const GREEK: &[u8; 0x49] =
    b"a.ehi.o.uwi.........................iuaehiu.........................iuouw";
/// U+1F00 to U+1FFF, as [`GREEK_LETTERS`].
const GREEK_EXTENDED: &[u8; 0x100] = b"\
aaaaaaaaaaaaaaaaeeeeee..eeeeee..hhhhhhhhhhhhhhhhiiiiiiiiiiiiiiiioooooo..oooooo..\
uuuuuuuu.u.u.u.uwwwwwwwwwwwwwwwwaaeehhiioouuww..aaaaaaaaaaaaaaaahhhhhhhhhhhhhhhh\
wwwwwwwwwwwwwwwwaaaaa.aaaaaaa.....hhh.hheehhh...iiii..iiiiii....uuuurruuuuuur...\
..www.wwoowww...";
/// What the letters of the Greek tables stand for.
const GREEK_LETTERS: [(u8, char); 8] = [
    (b'a', 'α'),
    (b'e', 'ε'),
    (b'h', 'η'),
    (b'i', 'ι'),
    (b'o', 'ο'),
    (b'u', 'υ'),
    (b'w', 'ω'),
    (b'r', 'ρ'),
];

/// Single letters of other scripts that are one letter to who searches.
const ALIKE: &[(char, char)] = &[
    ('ς', 'σ'),
    ('ѐ', 'е'),
    ('ё', 'е'),
    ('ѝ', 'и'),
    ('й', 'и'),
    ('ѓ', 'г'),
    ('ї', 'і'),
    ('ќ', 'к'),
    ('ў', 'у'),
    ('آ', 'ا'),
    ('أ', 'ا'),
    ('إ', 'ا'),
    ('ٱ', 'ا'),
    ('ؤ', 'و'),
    ('ئ', 'ي'),
    ('ى', 'ي'),
    ('ی', 'ي'),
    ('ة', 'ه'),
    ('ک', 'ك'),
    ('\u{929}', '\u{928}'),
    ('\u{931}', '\u{930}'),
    ('\u{934}', '\u{933}'),
];

/// Letters that are written as two.
const DOUBLED: &[(char, [char; 3])] = &[
    ('ß', ['s', 's', '\0']),
    ('æ', ['a', 'e', '\0']),
    ('œ', ['o', 'e', '\0']),
    ('þ', ['t', 'h', '\0']),
    ('ĳ', ['i', 'j', '\0']),
    ('ﬀ', ['f', 'f', '\0']),
    ('ﬁ', ['f', 'i', '\0']),
    ('ﬂ', ['f', 'l', '\0']),
    ('ﬃ', ['f', 'f', 'i']),
    ('ﬄ', ['f', 'f', 'l']),
];

/// Marks: accents and points, what joins or directs, tags, and the tones of skin.
const MARKS: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),
    ('\u{300}', '\u{36f}'),
    ('\u{483}', '\u{489}'),
    ('\u{591}', '\u{5bd}'),
    ('\u{5bf}', '\u{5bf}'),
    ('\u{5c1}', '\u{5c2}'),
    ('\u{5c4}', '\u{5c5}'),
    ('\u{5c7}', '\u{5c7}'),
    ('\u{610}', '\u{61a}'),
    ('\u{640}', '\u{640}'),
    ('\u{64b}', '\u{65f}'),
    ('\u{670}', '\u{670}'),
    ('\u{6d6}', '\u{6dc}'),
    ('\u{6df}', '\u{6e4}'),
    ('\u{6e7}', '\u{6e8}'),
    ('\u{6ea}', '\u{6ed}'),
    ('\u{93c}', '\u{93c}'),
    ('\u{1ab0}', '\u{1aff}'),
    ('\u{1dc0}', '\u{1dff}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{2069}'),
    ('\u{20d0}', '\u{20ff}'),
    ('\u{3099}', '\u{309a}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{fe20}', '\u{fe2f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{1f3fb}', '\u{1f3ff}'),
    ('\u{e0020}', '\u{e007f}'),
    ('\u{e0100}', '\u{e01ef}'),
];

/// Scripts without spaces between words, and pictures.
const ALONE: &[(char, char)] = &[
    // Thai and Lao, Myanmar, Khmer.
    ('\u{e01}', '\u{e3a}'),
    ('\u{e40}', '\u{e4e}'),
    ('\u{e81}', '\u{ecd}'),
    ('\u{1000}', '\u{103f}'),
    ('\u{1780}', '\u{17d3}'),
    // Arrows, symbols and dingbats that are drawn as emojis.
    ('\u{2600}', '\u{27bf}'),
    ('\u{2b50}', '\u{2b55}'),
    // Kana with what repeats and lengthens, Bopomofo, and Han with its extensions.
    ('\u{3005}', '\u{3007}'),
    ('\u{3041}', '\u{3096}'),
    ('\u{309d}', '\u{309f}'),
    ('\u{30a1}', '\u{30fa}'),
    ('\u{30fc}', '\u{30ff}'),
    ('\u{3105}', '\u{312f}'),
    ('\u{31a0}', '\u{31bf}'),
    ('\u{31f0}', '\u{31ff}'),
    ('\u{3400}', '\u{4dbf}'),
    ('\u{4e00}', '\u{9fff}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{1f000}', '\u{1faff}'),
    ('\u{20000}', '\u{3ffff}'),
];

/// Signs inside words of Indic scripts that Unicode does not call letters: they silence a vowel.
const INSIDE: [char; 9] = [
    '\u{94d}', '\u{9cd}', '\u{a4d}', '\u{acd}', '\u{b4d}', '\u{bcd}', '\u{c4d}', '\u{ccd}',
    '\u{d4d}',
];

/// The zeros of digits that are one digit to who searches: Arabic, Persian, Devanagari, Bengali.
const ZEROS: [char; 4] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}'];

/// What becomes of a character.
pub(super) fn fold(char: char) -> Folded {
    if char.is_ascii() {
        return match char.is_ascii_alphanumeric() {
            true => one(char.to_ascii_lowercase()),
            false => Folded::Separator,
        };
    }
    // Full-width forms of ASCII.
    if let Some(narrow) = narrow(char) {
        return fold(narrow);
    }
    if is_in(MARKS, char) {
        return Folded::Mark(char);
    }
    if stands_alone(char) {
        return one(char);
    }
    if !char.is_alphanumeric() && !INSIDE.contains(&char) {
        return Folded::Separator;
    }
    letters(char)
}

/// Whether a character begins a word wherever it stands.
pub(super) fn stands_alone(char: char) -> bool {
    is_in(ALONE, char)
}

/// A kana with the mark that voices it, as one character.
pub(super) fn voiced(letter: char, mark: char) -> Option<char> {
    let step = match mark {
        '\u{3099}' => 1,
        '\u{309a}' => 2,
        _ => return None,
    };
    let is_kana = matches!(letter, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30f6}');
    let voiced = char::from_u32(u32::from(letter) + step);
    match (letter, mark) {
        ('う', '\u{3099}') => Some('ゔ'),
        ('ウ', '\u{3099}') => Some('ヴ'),
        _ => voiced.filter(|_| is_kana),
    }
}

/// Letters of a script with words.
fn letters(char: char) -> Folded {
    if let Some(jamo) = jamo(char) {
        return Folded::Letters(jamo);
    }
    let zero = ZEROS.iter().find_map(|zero| {
        let value = u32::from(char).checked_sub(u32::from(*zero))?;
        char::from_digit(value.min(10), 10)
    });
    if let Some(digit) = zero {
        return one(digit);
    }
    let mut small = char.to_lowercase();
    let small = small.next().unwrap_or(char);
    match DOUBLED.iter().find(|(letter, _)| *letter == small) {
        Some((_, two)) => Folded::Letters(*two),
        None => one(base(small)),
    }
}

/// A small letter without its accents.
fn base(char: char) -> char {
    let code = u32::from(char);
    let found = match code {
        0xC0..=0x24F => at(LATIN, code - 0xC0).map(char::from),
        0x1E00..=0x1EFF => at(LATIN_ADDITIONAL, code - 0x1E00).map(char::from),
        0x386..=0x3CE => at(GREEK, code - 0x386).and_then(greek),
        0x1F00..=0x1FFF => at(GREEK_EXTENDED, code - 0x1F00).and_then(greek),
        // Devanagari with a point below, composed.
        0x958..=0x95F => "कखगजडढफय".chars().nth((code - 0x958) as usize),
        _ => None,
    };
    let alike = || ALIKE.iter().find(|(letter, _)| *letter == char);
    found.unwrap_or_else(|| alike().map_or(char, |(_, base)| *base))
}

fn at(table: &[u8], place: u32) -> Option<u8> {
    let letter = table.get(place as usize).copied();
    letter.filter(|letter| *letter != b'.')
}

fn greek(letter: u8) -> Option<char> {
    let found = GREEK_LETTERS.iter().find(|(name, _)| *name == letter);
    found.map(|(_, letter)| *letter)
}

/// A syllable of Hangul as the letters it is made of: typed halfway it is found too.
fn jamo(char: char) -> Option<[char; 3]> {
    let place = u32::from(char).checked_sub(0xAC00)?;
    if place >= 11_172 {
        return None;
    }
    let letter = |code: u32| char::from_u32(code).unwrap_or('\0');
    let last = match place % 28 {
        0 => '\0',
        last => letter(0x11A7 + last),
    };
    Some([
        letter(0x1100 + place / 588),
        letter(0x1161 + place % 588 / 28),
        last,
    ])
}

/// A full-width form of ASCII as ASCII.
fn narrow(char: char) -> Option<char> {
    matches!(char, '\u{ff01}'..='\u{ff5e}')
        .then(|| char::from_u32(u32::from(char) - 0xFEE0))
        .flatten()
}

fn is_in(ranges: &[(char, char)], char: char) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= char);
    after
        .checked_sub(1)
        .is_some_and(|range| char <= ranges[range].1)
}

const fn one(letter: char) -> Folded {
    Folded::Letters([letter, '\0', '\0'])
}
