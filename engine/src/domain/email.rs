//! E-mail addresses: one spelling for one mailbox.

use std::fmt;

/// A normalised e-mail address. Cannot be printed by accident: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

/// Longest address, in bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const EMAIL_BYTES_MAX: usize = 254;
/// Longest local part, in bytes (RFC 5321, 4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;

impl Email {
    /// Reads an address. Deliberately narrower than RFC 5321: a dot-atom, `@`, and a host name; no
    /// quotes, comments, address literals, control characters or spaces, so that nothing of it can
    /// break out of a mail header. Case is folded, for one mailbox has one account.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@')?;
        let is_valid = text.len() <= EMAIL_BYTES_MAX
            && (1..=LOCAL_BYTES_MAX).contains(&local.len())
            && local.split('.').all(is_atom)
            && host.contains('.')
            && host.split('.').all(is_label);
        is_valid.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The address itself. For sending mail and for comparing, never for logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`, from which a first display name is made.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// A display name made of the local part: what `anna.smith+chat@…` probably wants to be called.
    #[must_use]
    pub fn suggested_name(&self) -> String {
        let local = self.local_part();
        let base = local.split_once('+').map_or(
            local,
            |(base, _)| if base.is_empty() { local } else { base },
        );
        let words: Vec<String> = base
            .split(['.', '_', '-'])
            .filter(|word| !word.is_empty())
            .map(|word| {
                let (first, rest) = word.split_at(1);
                first.to_ascii_uppercase() + rest
            })
            .collect();
        if words.is_empty() {
            local.to_owned()
        } else {
            words.join(" ")
        }
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

/// RFC 5322 `atext`, one or more.
fn is_atom(atom: &str) -> bool {
    !atom.is_empty()
        && atom
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte))
}

/// A label of a host name (RFC 1123, 2.1).
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let parsed = Email::parse(text);
        assert_eq!(parsed.as_ref().map(Email::as_str), expected, "{text:?}");
    }

    #[test]
    fn one_mailbox_has_one_spelling() {
        check(" Alice@Example.COM ", Some("alice@example.com"));
        check("a.b+tag@mail.example.org", Some("a.b+tag@mail.example.org"));
    }

    #[test]
    fn a_first_name_is_made_from_the_local_part() {
        for (address, name) in [
            ("alice@example.com", "Alice"),
            ("anna.smith+chat@example.com", "Anna Smith"),
            ("j_r-r@example.com", "J R R"),
            ("+@example.com", "+"),
            ("_@example.com", "_"),
        ] {
            let email = Email::parse(address).expect("an address");
            assert_eq!(email.suggested_name(), name);
        }
    }

    #[test]
    fn nothing_that_could_leave_a_header_is_an_address() {
        for text in [
            "",
            "a",
            "@",
            "a@",
            "@b.c",
            "a@b",
            "a b@c.de",
            "a@b..c",
            ".a@b.cd",
            "a@-b.cd",
            "a@b.cd\r\nBcc: x@y.zz",
            "\"a\"@b.cd",
            "a@[127.0.0.1]",
            "a@b.cd,e@f.gh",
            "a\0@b.cd",
        ] {
            check(text, None);
        }
        check(&format!("{}@b.cd", "a".repeat(65)), None);
    }
}
