//! What a value must be to be accepted. Pure, and the same for every route and frame.
//!
//! Message ids and ids of groups are made by clients. Any UUID is taken: version 7 is asked for in
//! the documentation because it keeps index pages together, but order never comes from it, so that
//! refusing another version would protect nothing.

use std::collections::HashSet;

use super::{ServiceError, emoji::is_emoji};
use crate::{
    domain::{
        host_login::ENGINE_ID_PREFIX,
        message::{Draft, Mentions},
        user::HostProfile,
    },
    limits::{
        ATTACHMENTS_PER_MESSAGE, DESCRIPTION_CHARS, DEVICE_NAME_CHARS, LIST_PAGE,
        LIST_PAGE_DEFAULT, MENTIONS_PER_MESSAGE, NAME_CHARS, REPORT_NOTE_CHARS, TEXT_BYTES,
    },
};

/// Longest external id, in bytes: any account number, address or subject of an identity provider
/// (OpenID Connect allows 255).
const EXTERNAL_ID_BYTES: usize = 255;
/// Longest address of a picture, in bytes: what browsers and proxies agree on.
const URL_BYTES: usize = 2_048;
/// Longest text to search for, in bytes: an address fits.
const QUERY_BYTES: usize = 254;

/// A display name: trimmed, not empty, on one line.
pub(super) fn name(field: &'static str, text: &str) -> Result<String, ServiceError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ServiceError::invalid(field, "The name is empty."));
    }
    if text.chars().count() > NAME_CHARS {
        return Err(ServiceError::invalid(
            field,
            format!("The name is longer than {NAME_CHARS} characters."),
        ));
    }
    if text.chars().any(is_unprintable) {
        return Err(ServiceError::invalid(
            field,
            "The name has control characters.",
        ));
    }
    Ok(text.to_owned())
}

/// What a group is about: trimmed, several lines if need be; nothing when it is blank.
pub(super) fn description(text: &str) -> Result<Option<String>, ServiceError> {
    let text = text.trim();
    if text.chars().count() > DESCRIPTION_CHARS {
        return Err(ServiceError::invalid(
            "description",
            format!("The description is longer than {DESCRIPTION_CHARS} characters."),
        ));
    }
    if text.chars().any(|c| c != '\n' && is_unprintable(c)) {
        return Err(ServiceError::invalid(
            "description",
            "The description has control characters.",
        ));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// What a host says about one of its people.
pub(super) fn host_profile(profile: HostProfile) -> Result<HostProfile, ServiceError> {
    let HostProfile {
        external_id,
        name: given_name,
        avatar_url,
    } = profile;
    if !is_external_id(&external_id) {
        return Err(ServiceError::invalid(
            "external_id",
            format!(
                "An external id is one line of 1 to {EXTERNAL_ID_BYTES} bytes, without space at \
                 its ends, and does not begin with `id:`."
            ),
        ));
    }
    if avatar_url.as_deref().is_some_and(|url| !is_picture(url)) {
        return Err(ServiceError::invalid(
            "avatar_url",
            format!("A picture has an http address of at most {URL_BYTES} bytes."),
        ));
    }
    let name = given_name.map(|text| name("name", &text)).transpose()?;
    Ok(HostProfile {
        external_id,
        name,
        avatar_url,
    })
}

/// The same for a login, which is not refused for a name or a picture: what is not acceptable is
/// cut or left out.
pub(super) fn lenient_host_profile(profile: HostProfile) -> Result<HostProfile, ServiceError> {
    let clean = |text: String| {
        let text: String = text.chars().filter(|c| !is_unprintable(*c)).collect();
        let text: String = text.trim().chars().take(NAME_CHARS).collect();
        name("name", &text).ok()
    };
    host_profile(HostProfile {
        external_id: profile.external_id,
        name: profile.name.and_then(clean),
        avatar_url: profile.avatar_url.filter(|url| is_picture(url)),
    })
}

/// A first name for somebody of whom the host has said nothing but the id.
pub(super) fn name_of_external_id(external_id: &str) -> String {
    external_id.chars().take(NAME_CHARS).collect()
}

/// Whether a host may call somebody so.
pub(super) fn is_external_id(text: &str) -> bool {
    (1..=EXTERNAL_ID_BYTES).contains(&text.len())
        && text.trim() == text
        && !text.starts_with(ENGINE_ID_PREFIX)
        && !text.chars().any(is_unprintable)
}

/// Whether it is an address a browser would load a picture from, or empty.
fn is_picture(url: &str) -> bool {
    let is_address = || {
        url::Url::parse(url)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    };
    // A parser of addresses passes over what no database and no page should be given.
    let is_clean = !url.chars().any(is_unprintable);
    url.is_empty() || (url.len() <= URL_BYTES && is_clean && is_address())
}

/// What a device calls itself; nothing when it is blank.
pub(super) fn device_name(text: Option<String>) -> Result<Option<String>, ServiceError> {
    let Some(text) = text else { return Ok(None) };
    let text = text.trim();
    if text.chars().count() > DEVICE_NAME_CHARS || text.chars().any(is_unprintable) {
        return Err(ServiceError::invalid(
            "device_name",
            format!("The device name is not one line of at most {DEVICE_NAME_CHARS} characters."),
        ));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// The text of a message, as far as it can be judged alone.
pub(super) fn text(field: &'static str, text: &str) -> Result<(), ServiceError> {
    if text.len() > TEXT_BYTES {
        return Err(ServiceError::invalid(
            field,
            format!("The text is longer than {TEXT_BYTES} bytes."),
        ));
    }
    if text.contains('\0') {
        return Err(ServiceError::invalid(field, "The text has a NUL."));
    }
    Ok(())
}

/// What is written about a report: trimmed; nothing when it is blank.
pub(super) fn report_note(text: Option<String>) -> Result<Option<String>, ServiceError> {
    let Some(text) = text else { return Ok(None) };
    let text = text.trim();
    if text.chars().count() > REPORT_NOTE_CHARS {
        return Err(ServiceError::invalid(
            "note",
            format!("The note is longer than {REPORT_NOTE_CHARS} characters."),
        ));
    }
    if text.contains('\0') {
        return Err(ServiceError::invalid("note", "The note has a NUL."));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// What somebody reacts with.
pub(super) fn emoji(text: &str) -> Result<(), ServiceError> {
    match is_emoji(text) {
        true => Ok(()),
        false => Err(ServiceError::invalid("emoji", "This is not one emoji.")),
    }
}

/// A message somebody wants to send, as far as it can be judged without storage.
pub(super) fn draft(draft: &Draft) -> Result<(), ServiceError> {
    text("text", &draft.text)?;
    if draft.text.trim().is_empty() && draft.attachment_ids.is_empty() {
        return Err(ServiceError::invalid("text", "The message is empty."));
    }
    if draft.attachment_ids.len() > ATTACHMENTS_PER_MESSAGE {
        return Err(ServiceError::invalid(
            "attachment_ids",
            format!("A message has at most {ATTACHMENTS_PER_MESSAGE} attachments."),
        ));
    }
    mentions(&draft.mentions)?;
    let distinct: HashSet<_> = draft.attachment_ids.iter().collect();
    if distinct.len() != draft.attachment_ids.len() {
        return Err(ServiceError::invalid(
            "attachment_ids",
            "An attachment is named twice.",
        ));
    }
    Ok(())
}

/// Whom a message mentions.
pub(super) fn mentions(mentions: &Mentions) -> Result<(), ServiceError> {
    if mentions.user_ids.len() > MENTIONS_PER_MESSAGE {
        return Err(ServiceError::invalid(
            "mentions",
            format!("A message mentions at most {MENTIONS_PER_MESSAGE} people."),
        ));
    }
    Ok(())
}

/// A text to search for; nothing when it is blank.
pub(super) fn query(text: Option<&str>) -> Result<Option<&str>, ServiceError> {
    let text = text.map_or("", str::trim);
    if text.len() > QUERY_BYTES || text.contains('\0') {
        return Err(ServiceError::invalid(
            "query",
            format!("The text to search for is longer than {QUERY_BYTES} bytes or has a NUL."),
        ));
    }
    Ok((!text.is_empty()).then_some(text))
}

/// Length of a page of people, chats or members.
pub(super) fn page_limit(limit: Option<u32>) -> Result<u32, ServiceError> {
    limit_within(limit, LIST_PAGE_DEFAULT, LIST_PAGE)
}

/// Length of a page.
pub(super) fn limit_within(
    limit: Option<u32>,
    default: u32,
    most: u32,
) -> Result<u32, ServiceError> {
    let limit = limit.unwrap_or(default);
    if (1..=most).contains(&limit) {
        Ok(limit)
    } else {
        Err(ServiceError::invalid(
            "limit",
            format!("A page has 1 to {most} items."),
        ))
    }
}

/// Control characters, and those that make a line read differently from how it is stored.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Longest list of languages that is kept, in bytes: what browsers send has about forty.
const LANGUAGES_BYTES: usize = 100;

/// A list of languages as in `Accept-Language`, or nothing when it is none.
pub(super) fn languages(given: &str) -> String {
    let is_list = |text: &str| {
        let mut bytes = text.bytes();
        bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-,;=.* ".contains(&byte))
    };
    match given.len() <= LANGUAGES_BYTES && is_list(given) {
        true => given.to_owned(),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use relaychat_protocol::{AttachmentId, ChatId, MessageId, UserId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn names_are_trimmed_and_kept_to_one_short_line() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(name("name", text).ok().as_deref(), expected, "{text:?}");
        };
        check("  Alice ", Some("Alice"));
        check("李雷 🙂", Some("李雷 🙂"));
        check(&"ä".repeat(80), Some(&"ä".repeat(80)));
        check(&"ä".repeat(81), None);
        check(" \t\n ", None);
        check("a\nb", None);
        check("a\0b", None);
        check("evil\u{202e}gnp", None);
    }

    fn message(text: &str, attachments: &[u128]) -> Result<(), ServiceError> {
        draft(&Draft {
            id: MessageId(Uuid::nil()),
            chat_id: ChatId(Uuid::nil()),
            sender_id: UserId(Uuid::nil()),
            text: text.to_owned(),
            attachment_ids: attachments
                .iter()
                .map(|id| AttachmentId(Uuid::from_u128(*id)))
                .collect(),
            reply_to_id: None,
            mentions: Mentions::default(),
        })
    }

    #[test]
    fn a_message_says_something_and_is_not_too_long() {
        message("hi", &[]).expect("text");
        message("", &[1]).expect("a picture");
        message(&"a".repeat(TEXT_BYTES), &[]).expect("the longest text");
        for (text, attachments, field) in [
            ("", &[][..], "text"),
            (" \n ", &[], "text"),
            ("a\0", &[], "text"),
            (&*"a".repeat(TEXT_BYTES + 1), &[], "text"),
            ("", &[1, 1], "attachment_ids"),
            ("", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], "attachment_ids"),
        ] {
            let error = message(text, attachments).expect_err("refused");
            assert_eq!(error.field, Some(field));
        }
    }
}
