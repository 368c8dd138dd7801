//! Which language somebody reads, out of those there are.

/// The one of `known` that `wanted` (as in `Accept-Language`, RFC 9110, 12.5.4) likes best: by its
/// weights, then by its order. `pt-BR` is content with `pt`, and `pt` with `pt-BR`.
pub(super) fn choose<'a>(wanted: &str, known: &'a [String]) -> Option<&'a str> {
    let mut best: Option<(u32, &str)> = None;
    for part in wanted.split(',') {
        let (tag, weight) = read(part);
        let Some(found) = find(tag, known).filter(|_| weight > 0) else {
            continue;
        };
        if best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, found));
        }
    }
    best.map(|(_, language)| language)
}

/// A tag and its weight in thousandths.
fn read(part: &str) -> (&str, u32) {
    let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
    let weight = parameters.trim().strip_prefix("q=").map(|weight| {
        let weight: f32 = weight.trim().parse().unwrap_or(0.0);
        // Between 0 and 1 and at most three digits, by the grammar; anything else is cut to that.
        (weight.clamp(0.0, 1.0) * 1_000.0) as u32
    });
    (tag.trim(), weight.unwrap_or(1_000))
}

fn find<'a>(tag: &str, known: &'a [String]) -> Option<&'a str> {
    let is_same = |language: &&String| language.eq_ignore_ascii_case(tag);
    let is_kin = |language: &&String| primary(language).eq_ignore_ascii_case(primary(tag));
    let found = known.iter().find(is_same);
    found
        .or_else(|| known.iter().find(is_kin))
        .map(|language| &**language)
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: &str, expected: Option<&str>) {
        let known = ["en", "de", "pt", "pt-BR", "ar"].map(str::to_owned);
        assert_eq!(choose(wanted, &known), expected, "{wanted:?}");
    }

    #[test]
    fn the_language_that_somebody_likes_best_is_chosen() {
        check("de", Some("de"));
        check("de-AT,de;q=0.9,en;q=0.8", Some("de"));
        check("PT-br", Some("pt-BR"));
        check("pt-PT", Some("pt"));
        check("fr,ar;q=0.5,en;q=0.4", Some("ar"));
        check("en;q=0.1, de;q=0.2", Some("de"));
        check("de;q=0, en", Some("en"));
    }

    #[test]
    fn what_cannot_be_read_or_is_not_known_is_nobodys() {
        for wanted in [
            "", "*", "fr", ";;;", "de;q=x", "q=1", ",,,", "de;q=NaN", "\u{202e}",
        ] {
            check(wanted, None);
        }
    }
}
