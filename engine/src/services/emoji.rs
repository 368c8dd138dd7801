//! What counts as one emoji.
//!
//! The grammar of Unicode's UTS #51 (ED-17a, what may be an emoji) over the blocks that hold them:
//! it takes every emoji of today and those that will be put beside them, without a table that ages.
//! Not a judge of taste, and no promise that a device has a picture for it.

/// Longest emoji, in bytes: a family of two tones of skin has 35, the flag of a region 28.
const EMOJI_BYTES: usize = 64;
const JOINER: char = '\u{200d}';
const AS_PICTURE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const TAG_END: char = '\u{e007f}';

/// Whether a text is exactly one emoji.
pub(super) fn is_emoji(text: &str) -> bool {
    let chars: Vec<char> = text.chars().take(EMOJI_BYTES).collect();
    text.len() <= EMOJI_BYTES && !chars.is_empty() && chars.split(|c| *c == JOINER).all(is_element)
}

/// What may stand between joiners.
fn is_element(chars: &[char]) -> bool {
    match chars {
        [digit, AS_PICTURE, KEYCAP] | [digit, KEYCAP] => {
            digit.is_ascii_digit() || matches!(digit, '#' | '*')
        }
        [a, b] if is_regional(*a) && is_regional(*b) => true,
        [base] | [base, AS_PICTURE] => is_base(*base),
        [base, tone] if is_tone(*tone) => is_base(*base),
        [base, tags @ .., TAG_END] => {
            is_base(*base) && !tags.is_empty() && tags.iter().all(|tag| is_tag(*tag))
        }
        _ => false,
    }
}

const fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

const fn is_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

const fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007e}')
}

/// The blocks of emojis. A few of their signs are none; nobody can type those by mistake.
const fn is_base(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}'
        | '\u{24c2}'
        | '\u{25a0}'..='\u{27bf}'
        | '\u{2934}' | '\u{2935}'
        | '\u{2b00}'..='\u{2bff}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1f1e5}'
        | '\u{1f200}'..='\u{1faff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_of_any_kind_is_taken() {
        for emoji in [
            "👍",
            "❤",
            "❤️",
            "👍🏿",
            "🇩🇪",
            "1️⃣",
            "#⃣",
            "👩‍👩‍👧‍👦",
            "👩🏻‍❤️‍💋‍👩🏿",
            "🏴‍☠️",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "🏳️‍🌈",
            "🫡",
            "⏰",
            "™️",
            "🧑🏽‍🚀",
        ] {
            assert!(is_emoji(emoji), "{emoji:?}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for text in [
            "",
            "a",
            "ab",
            "1",
            "👍👍",
            "👍 ",
            " 👍",
            "🇩",
            "🇩🇪🇫🇷",
            "<b>",
            "👍\u{200d}",
            "\u{200d}",
            "\u{fe0f}",
            "👍\0",
            "ä",
            "字",
            "\u{202e}",
            "e\u{301}",
            "🏴\u{e007f}",
        ] {
            assert!(!is_emoji(text), "{text:?}");
        }
        assert!(!is_emoji(&["👩"; 20].join("\u{200d}")));
    }
}
