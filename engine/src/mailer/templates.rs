//! What the mails say. The templates are compiled in from `engine/templates`.
//!
//! HTML is escaped by the template engine. A subject is one line whatever goes into it, so that no
//! value can begin a header of its own. Nothing in a mail is fetched from a server: no pictures, no
//! fonts, no tracking.

use minijinja::{AutoEscape, Environment, context};
use uuid::Uuid;

use super::Mail;
use crate::domain::email::Email;

/// What a login mail is about.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginCode {
    /// The digits.
    pub code: String,
    /// The one-time link that does the same, if the engine knows its public address.
    pub link: Option<String>,
    /// When both stop working.
    pub expires_at_ms: i64,
}

impl std::fmt::Debug for LoginCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginCode").finish_non_exhaustive()
    }
}

/// The mails of this engine.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    product_name: String,
    public_url: Option<String>,
}

const SUBJECT: &str = "login_code/subject.txt";
const TEXT: &str = "login_code/body.txt";
const HTML: &str = "login_code/body.html";
const COMPILED_IN: &str = "the template is compiled in and a test renders it";
/// How many milliseconds a minute has.
const MINUTE_MS: i64 = 60_000;

impl Templates {
    /// Mails that speak of `product_name` and lead to `public_url`. Without it they carry the code
    /// only.
    #[must_use]
    pub fn new(product_name: impl Into<String>, public_url: Option<&str>) -> Self {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
            true => AutoEscape::Html,
            false => AutoEscape::None,
        });
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        for (name, source) in [
            (
                SUBJECT,
                include_str!("../../templates/login_code/subject.txt"),
            ),
            (TEXT, include_str!("../../templates/login_code/body.txt")),
            (HTML, include_str!("../../templates/login_code/body.html")),
        ] {
            environment.add_template(name, source).expect(COMPILED_IN);
        }
        Self {
            environment,
            product_name: product_name.into(),
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
        }
    }

    /// The link that logs in with `token`. The token follows a `#`, so that it reaches no server's
    /// log and no preview of a link uses it up.
    #[must_use]
    pub fn login_link(&self, token: &str) -> Option<String> {
        let public_url = self.public_url.as_ref()?;
        Some(format!("{public_url}/login#token={token}"))
    }

    /// The mail with a login code. `id` names the mail: repeats are the same mail.
    #[must_use]
    pub fn login_mail(&self, id: Uuid, to: Email, login: LoginCode, now_ms: i64) -> Mail {
        let valid_minutes = (login.expires_at_ms - now_ms).div_euclid(MINUTE_MS).max(1);
        let values = context! {
            product_name => &self.product_name,
            code => &login.code,
            link => &login.link,
            valid_minutes,
            email => to.as_str(),
        };
        let render = |name| {
            let template = self.environment.get_template(name).expect(COMPILED_IN);
            template.render(&values).expect(COMPILED_IN)
        };
        Mail {
            subject: one_line(&render(SUBJECT)),
            text: render(TEXT),
            html: render(HTML),
            message_id: format!("{id}@{}", self.host()),
            login: Some(login),
            to,
        }
    }

    /// The host of the public address, for message ids.
    fn host(&self) -> String {
        self.public_url
            .as_deref()
            .and_then(|url| url::Url::parse(url).ok())
            .and_then(|url| url.host_str().map(str::to_owned))
            .filter(|host| {
                host.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
            })
            .unwrap_or_else(|| "relaychat.invalid".to_owned())
    }
}

/// The text without anything that would end a line.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(product_name: &str, link_token: &str) -> Mail {
        let templates = Templates::new(product_name, Some("https://chat.example.com/"));
        let login = LoginCode {
            code: "482913".to_owned(),
            link: templates.login_link(link_token),
            expires_at_ms: 1_700_000_600_000,
        };
        let to = Email::parse("alice@example.com").expect("valid");
        templates.login_mail(Uuid::nil(), to, login, 1_700_000_000_000)
    }

    #[test]
    fn the_login_mail_says_code_link_and_time() {
        let mail = mail("RelayChat", "c2VjcmV0LXRva2Vu");
        insta::assert_snapshot!("login_code_subject", mail.subject);
        insta::assert_snapshot!("login_code_text", mail.text);
        insta::assert_snapshot!("login_code_html", mail.html);
        assert_eq!(
            mail.message_id,
            "00000000-0000-0000-0000-000000000000@chat.example.com"
        );
    }

    #[test]
    fn the_html_loads_nothing_from_anywhere() {
        // The template engine escapes slashes too; every reader of HTML undoes it.
        let html = mail("RelayChat", "t").html.replace("&#x2f;", "/");
        for forbidden in ["<img", "src=", "url(", "@import", "<script", "<link"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        let links: Vec<_> = html.matches("https://").collect();
        assert!(!links.is_empty());
        assert_eq!(
            links.len(),
            html.matches("https://chat.example.com/login#token=")
                .count()
        );
    }

    #[test]
    fn no_value_becomes_markup_or_a_header() {
        let mail = mail(
            "<b>Evil & Co</b>\r\nBcc: victim@example.com",
            "\"><script>x</script>",
        );
        assert!(!mail.html.contains("<script>"));
        assert!(!mail.html.contains("<b>Evil"));
        assert!(mail.html.contains("&lt;b&gt;Evil &amp; Co"));
        assert!(!mail.subject.contains(['\r', '\n']));
    }

    #[test]
    fn without_a_public_address_there_is_a_code_and_no_link() {
        let templates = Templates::new("x", None);
        assert_eq!(templates.login_link("t"), None);
        let login = LoginCode {
            code: "482913".to_owned(),
            link: None,
            expires_at_ms: 600_000,
        };
        let to = Email::parse("alice@example.com").expect("valid");
        let mail = templates.login_mail(Uuid::nil(), to, login, 0);
        for body in [&mail.text, &mail.html] {
            assert!(body.contains("482913"));
            assert!(!body.contains("http") && !body.contains("Log in on this"));
        }
    }

    #[test]
    fn a_public_address_without_a_plain_host_still_gives_a_message_id() {
        let templates = Templates::new("x", Some("http://[::1]:8080"));
        assert_eq!(templates.host(), "relaychat.invalid");
    }
}
