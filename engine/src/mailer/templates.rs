//! What the mails say. The templates are compiled in from `engine/templates`, one folder for each
//! mail and language; a host may bring its own words ([`LoginTemplate`]).
//!
//! HTML is escaped by the template engine. A subject is one line whatever goes into it, so that no
//! value can begin a header of its own. Nothing in a mail is fetched from a server: no pictures, no
//! fonts, no tracking.

mod languages;

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
    /// In which languages there are mails, English first.
    languages: Vec<String>,
    product_name: String,
    public_url: Option<String>,
}

/// The login mail in a language of the host's, or in its words instead of ours.
///
/// The three texts are [minijinja](https://docs.rs/minijinja) templates with the values
/// `product_name`, `code`, `link` (may be none), `valid_minutes` and `email`. HTML is escaped; the
/// subject becomes one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginTemplate {
    /// The language, such as `en` or `pt-BR`.
    pub language: String,
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// A template that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mail template {name} cannot be used: {problem}")]
pub struct TemplateError {
    /// Which one, such as `login_code/en/body.html`.
    pub name: String,
    /// What is wrong with it.
    pub problem: String,
}

const COMPILED_IN: &str = "the template is compiled in and a test renders it";
/// How many milliseconds a minute has.
const MINUTE_MS: i64 = 60_000;
/// The language of those who asked for none that we have.
const FALLBACK: &str = "en";
const LAYOUT: &str = "login_code/layout.html";

/// The texts of a language.
macro_rules! compiled_in {
    ($($language:literal),*) => {
        [$((
            $language,
            include_str!(concat!("../../templates/login_code/", $language, "/subject.txt")),
            include_str!(concat!("../../templates/login_code/", $language, "/body.txt")),
            include_str!(concat!("../../templates/login_code/", $language, "/body.html")),
        )),*]
    };
}

/// Language, subject, text and HTML of the login mail.
const LOGIN_CODE: [(&str, &str, &str, &str); 6] = compiled_in!("en", "de", "fr", "es", "pt", "ar");

/// The names of the three texts of a language.
fn names(language: &str) -> [String; 3] {
    ["subject.txt", "body.txt", "body.html"].map(|part| format!("login_code/{language}/{part}"))
}

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
        environment
            .add_template(
                LAYOUT,
                include_str!("../../templates/login_code/layout.html"),
            )
            .expect(COMPILED_IN);
        let mut templates = Self {
            environment,
            languages: Vec::new(),
            product_name: product_name.into(),
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
        };
        for (language, subject, text, html) in LOGIN_CODE {
            let added = templates.add(language, [subject, text, html].map(str::to_owned));
            added.expect(COMPILED_IN);
        }
        templates
    }

    /// Takes the host's words for a language, ours or another one.
    ///
    /// # Errors
    /// A text is no template, or needs a value that there is not.
    pub fn with_login(mut self, template: LoginTemplate) -> Result<Self, TemplateError> {
        let LoginTemplate {
            language,
            subject,
            text,
            html,
        } = template;
        self.add(&language, [subject, text, html])?;
        for link in [None, Some("https://example.com")] {
            for name in names(&language) {
                let values = context! {
                    product_name => "Example", code => "000000", link, valid_minutes => 10,
                    email => "somebody@example.com",
                };
                self.render(&name, &values)?;
            }
        }
        Ok(self)
    }

    fn add(&mut self, language: &str, texts: [String; 3]) -> Result<(), TemplateError> {
        for (name, text) in names(language).into_iter().zip(texts) {
            let added = self.environment.add_template_owned(name.clone(), text);
            added.map_err(|error| template_error(&name, &error))?;
        }
        if !self.languages.iter().any(|known| known == language) {
            self.languages.push(language.to_owned());
        }
        Ok(())
    }

    fn render(&self, name: &str, values: &minijinja::Value) -> Result<String, TemplateError> {
        let template = self.environment.get_template(name);
        let rendered = template.and_then(|template| template.render(values));
        rendered.map_err(|error| template_error(name, &error))
    }

    /// The link that logs in with `token`. The token follows a `#`, so that it reaches no server's
    /// log and no preview of a link uses it up.
    #[must_use]
    pub fn login_link(&self, token: &str) -> Option<String> {
        let public_url = self.public_url.as_ref()?;
        Some(format!("{public_url}/login#token={token}"))
    }

    /// The mail with a login code to `to`, in the first of `languages` (as in `Accept-Language`)
    /// that there are mails in. `id` names the mail: repeats are the same mail.
    #[must_use]
    pub fn login_mail(
        &self,
        (id, to): (Uuid, Email),
        login: LoginCode,
        languages: &str,
        now_ms: i64,
    ) -> Mail {
        let valid_minutes = (login.expires_at_ms - now_ms).div_euclid(MINUTE_MS).max(1);
        let values = context! {
            product_name => &self.product_name,
            code => &login.code,
            link => &login.link,
            valid_minutes,
            email => to.as_str(),
        };
        let language = languages::choose(languages, &self.languages).unwrap_or(FALLBACK);
        let [subject, text, html] = names(language).map(|name| {
            let rendered = self.render(&name, &values);
            rendered.expect("every template was rendered once when it was added")
        });
        Mail {
            subject: one_line(&subject),
            text,
            html,
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

fn template_error(name: &str, error: &minijinja::Error) -> TemplateError {
    TemplateError {
        name: name.to_owned(),
        problem: error.to_string(),
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
mod tests;
