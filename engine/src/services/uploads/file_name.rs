//! Names of files: data to show and to suggest, never a path.

/// Longest name, in bytes: what file systems take.
const NAME_BYTES_MAX: usize = 255;

/// The last part of a name, without anything that could deceive whoever reads it; `None` when
/// nothing is left.
pub(super) fn clean(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|c| !is_deceptive(*c)).collect();
    let mut visible = visible.trim();
    while visible.len() > NAME_BYTES_MAX {
        let (last, _) = visible.char_indices().next_back()?;
        visible = &visible[..last];
    }
    let is_name = !visible.chars().all(|c| c == '.' || c.is_whitespace());
    is_name.then(|| visible.trim_end().to_owned())
}

/// Control characters, and those that turn text around or cannot be seen: "photo\u{202e}gpj.exe"
/// looks like a picture.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{061c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<&str>) {
        assert_eq!(clean(name).as_deref(), expected, "{name:?}");
    }

    #[test]
    fn only_the_last_visible_part_is_kept() {
        check("cat.png", Some("cat.png"));
        check("  My cat, größer 🐈.png ", Some("My cat, größer 🐈.png"));
        check("../../etc/passwd", Some("passwd"));
        check("C:\\Users\\a\\cat.png", Some("cat.png"));
        check("photo\u{202e}gpj.exe", Some("photogpj.exe"));
        check("a\r\nSet-Cookie: x=1.png", Some("aSet-Cookie: x=1.png"));
        check("a\0b.png", Some("ab.png"));
        check(".gitignore", Some(".gitignore"));
        for nothing in ["", ".", "..", "/", "a/", "\u{200b}", "  "] {
            check(nothing, None);
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let cut = clean(&"ä".repeat(500)).expect("something is left");
        assert_eq!(cut.len(), 254);
    }
}
