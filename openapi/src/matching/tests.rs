//! The definition by examples, in many scripts.

use super::*;

fn finds(query: &str, text: &str) -> bool {
    let parsed = Query::parse(query).expect("something to find");
    let found = parsed.matches(text);
    let terms = terms(text);
    let has = |term: &Term| {
        let same = |one: &String| *one == term.text;
        let begins = |one: &String| term.is_prefix && one.starts_with(&term.text);
        terms.iter().any(|one| same(one) || begins(one))
    };
    assert!(
        !found || parsed.terms().iter().all(has),
        "{query} in {text}"
    );
    assert!(!found || !parsed.highlights(text).is_empty());
    found
}

fn lit<'a>(query: &str, text: &'a str) -> Vec<&'a str> {
    let found = Query::parse(query).expect("something").highlights(text);
    found.into_iter().map(|range| &text[range]).collect()
}

#[test]
fn a_word_is_found_by_its_beginning_in_any_case() {
    for (query, text) in [
        ("hel", "Hello, world"),
        ("WORLD hello", "Hello, world"),
        ("don't", "I don't"),
        ("42", "room 42b"),
        ("a_b", "b a"),
    ] {
        assert!(finds(query, text), "{query} in {text}");
    }
    for (query, text) in [
        ("ello", "Hello"),
        ("hello you", "Hello"),
        ("helloo", "hello"),
    ] {
        assert!(!finds(query, text), "{query} in {text}");
    }
}

#[test]
fn accents_points_and_forms_do_not_count() {
    for (query, text) in [
        ("cafe muller", "Café Müller"),
        ("cafe\u{301}", "café"),
        ("STRASSE", "Straße"),
        ("istanbul", "İstanbul"),
        ("lodz", "Łódź"),
        ("viet", "Việt Nam"),
        ("ελλαδα", "Ελλάδα"),
        ("λογος", "ΛΌΓΟΣ"),
        ("λόγοσ", "λόγος"),
        ("елка", "Ёлка"),
        ("иод", "и\u{306}од"),
        ("שלום", "שָׁלוֹם"),
        ("مرحبا", "مَرْحَبًا"),
        ("احمد", "أحمد"),
        ("ａｂｃ１", "abc123"),
        ("ガラス", "カ\u{3099}ラス"),
        ("한국", "한국어"),
        ("하", "한국"),
        ("한", "\u{1112}\u{1161}\u{11ab}"),
        ("हिन्", "हिन्दी"),
        ("۴۲", "42"),
        ("👍", "ok👍🏽"),
    ] {
        assert!(finds(query, text), "{query} in {text}");
    }
    assert!(!finds("か", "が"));
}

#[test]
fn scripts_without_spaces_are_found_anywhere_and_in_order() {
    for (query, text) in [
        ("京都", "東京都庁"),
        ("庁", "東京都庁"),
        ("手机 iphone", "新iPhone手机壳"),
        ("iPhone手机", "iphone 手机"),
        ("ラーメン", "おいしいラーメンを食べた"),
        ("สวัสดี", "คำว่าสวัสดีครับ"),
        ("🎉🎉", "yes🎉🎉🎉"),
    ] {
        assert!(finds(query, text), "{query} in {text}");
    }
    assert!(!finds("都京", "東京都庁"));
    assert!(!finds("東都", "東京都庁"));
    assert!(!finds("一二", "一 二"));
}

#[test]
fn what_is_nothing_but_separators_is_no_query() {
    for text in ["", "  ", "?!…", "\u{301}", "_"] {
        assert_eq!(Query::parse(text), None, "{text:?}");
    }
}

#[test]
fn highlights_are_whole_characters_as_they_were_written() {
    assert_eq!(lit("caf", "Ein Cafe\u{301}, zwei Cafés"), ["Caf", "Caf"]);
    assert_eq!(lit("cafe", "Cafe\u{301}s"), ["Cafe\u{301}"]);
    assert_eq!(lit("stras", "Straße"), ["Straß"]);
    assert_eq!(lit("하", "한국"), ["한"]);
    assert_eq!(lit("東京 京都", "東京都庁"), ["東京都"]);
    assert_eq!(lit("👍", "ok 👍🏽!"), ["👍🏽"]);
}

#[test]
fn long_words_are_compared_whole() {
    let key = "0123456789abcdefghijklmnopqrstuvwxyz";
    assert!(finds(key, &format!("key {key}!")));
    assert!(finds(&key[..30], key));
    assert!(!finds(&format!("{}x", &key[..30]), key));
    assert!(
        terms(key)
            .iter()
            .all(|term| term.chars().count() == TERM_LETTERS)
    );
}

#[test]
fn links_are_seen() {
    for text in ["see https://example.com", "(HTTP://a.b)", "www.example.com"] {
        assert!(has_link(text), "{text}");
    }
    for text in ["http://", "example.com", "awww.no", "ä"] {
        assert!(!has_link(text), "{text}");
    }
}

#[test]
fn what_is_folded_stays_as_it_is() {
    use super::folding::{Folded, fold};
    for code in 0..=u32::from(char::MAX) {
        let Some(char) = char::from_u32(code) else {
            continue;
        };
        let Folded::Letters(letters) = fold(char) else {
            continue;
        };
        for letter in letters.into_iter().filter(|letter| *letter != '\0') {
            let again = fold(letter);
            assert_eq!(again, Folded::Letters([letter, '\0', '\0']), "{char:?}");
            assert!(!letter.is_ascii_punctuation() && !letter.is_whitespace());
        }
    }
}
