//! Settings as a person reads them: the values in force, a file to start from, and the reference.

use std::fmt::Write;

use serde_json::{Value as Json, json};

use super::{
    layers::{Entry, Given},
    table::{self, SECTIONS, Setting},
    value::Value,
};

/// Column at which the origin begins in `config show`.
const ORIGIN_COLUMN: usize = 52;

/// Each setting with its value and where it came from.
pub(crate) fn effective(given: &Given) -> String {
    let mut text = String::new();
    for section in &SECTIONS {
        let _ = writeln!(text, "# {}", section.title);
        for setting in section.settings {
            let entry = given.entry(setting);
            let line = entry.map_or_else(
                || default_line(setting),
                |entry| format!("{} = {}", setting.name, toml_of(setting, &entry.value)),
            );
            let origin = entry.map_or("default".to_owned(), |entry| entry.origin.to_string());
            let _ = writeln!(text, "{line:<ORIGIN_COLUMN$} # {origin}");
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

/// The same for a program: an object of values and origins.
pub(crate) fn effective_json(given: &Given) -> Json {
    let settings = table::all().map(|setting| {
        let entry = given.entry(setting);
        let value = entry.map_or_else(
            || setting.default_value().map_or(Json::Null, Json::String),
            |entry| json_of(setting, entry),
        );
        let origin = entry.map_or("default".to_owned(), |entry| entry.origin.to_string());
        (
            setting.name.to_owned(),
            json!({ "value": value, "origin": origin }),
        )
    });
    Json::Object(settings.collect())
}

/// A file with every setting in it, commented out.
pub(crate) fn starting_file() -> String {
    let mut text =
        "# Settings of RelayChat. Everything has a default; remove a `#` to change it.\n\
        # A flag or a RELAY_… variable wins over this file. `relaychat config check` reads it.\n"
            .to_owned();
    for section in &SECTIONS {
        let _ = write!(text, "\n# ---- {} ----\n", section.title);
        for setting in section.settings {
            let _ = write!(text, "\n# {}.", setting.meaning);
            if setting.default_value().is_none() {
                let _ = write!(text, " Default: {}.", setting.default_words());
            }
            let example = setting.example.map(str::to_owned);
            let value = setting
                .default_value()
                .or(example)
                .unwrap_or_else(|| setting.kind.placeholder());
            let value = toml_text(setting, &Value::One(value));
            let _ = write!(text, "\n#{} = {value}\n", setting.name);
        }
    }
    text
}

/// The reference, in Markdown.
pub(crate) fn reference() -> String {
    let mut text = "# Settings\n\n\
        Written by `relaychat config docs`. A setting `some_name` is the flag `--some-name`, the \
        variable `RELAY_SOME_NAME` and the key `some_name` in `relaychat.toml`; the first of these \
        that is given wins. A setting marked *secret* can also be read from a file: \
        `some_name_file`.\n"
        .to_owned();
    for section in &SECTIONS {
        let _ = write!(
            text,
            "\n## {}\n\n| setting | value | default | meaning |\n|---|---|---|---|\n",
            section.title
        );
        for setting in section.settings {
            let default = setting
                .default_value()
                .map_or_else(|| setting.default_words(), |value| format!("`{value}`"));
            let secret = if setting.is_secret { " *Secret.*" } else { "" };
            let example = setting.default_value().is_none().then_some(setting.example);
            let example = example
                .flatten()
                .map_or(String::new(), |example| format!(" Such as `{example}`."));
            let _ = writeln!(
                text,
                "| `{}` | {} | {default} | {}.{example}{secret} |",
                setting.name,
                setting.kind.words(),
                setting.meaning
            );
        }
    }
    text
}

fn default_line(setting: &Setting) -> String {
    match setting.default_value() {
        Some(value) => format!(
            "{} = {}",
            setting.name,
            toml_text(setting, &Value::One(value))
        ),
        None => format!("# {}: {}", setting.name, setting.default_words()),
    }
}

fn json_of(setting: &Setting, entry: &Entry) -> Json {
    match &entry.value {
        Value::One(text) if setting.is_secret => Json::String(masked(text)),
        Value::One(text) => Json::String(text.clone()),
        Value::Many(texts) => json!(texts),
    }
}

fn toml_of(setting: &Setting, value: &Value) -> String {
    match value {
        Value::One(text) if setting.is_secret => toml_text(setting, &Value::One(masked(text))),
        value => toml_text(setting, value),
    }
}

/// A value as it is written in the file.
fn toml_text(setting: &Setting, value: &Value) -> String {
    use super::value::Kind;
    match setting.kind {
        Kind::Count(_) => value.one().to_owned(),
        Kind::List(_) => toml::Value::from(value.many()).to_string(),
        _ => toml::Value::from(value.one()).to_string(),
    }
}

/// A secret, shown. Of an address everything but the password remains, and what follows a question
/// mark; of anything else nothing.
fn masked(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return "***".to_owned();
    };
    let (rest, query) = rest
        .split_once('?')
        .map_or((rest, ""), |(rest, _)| (rest, "?***"));
    let rest = match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user, |(user, _)| user);
            format!("{user}:***@{host}")
        }
        None => rest.to_owned(),
    };
    format!("{scheme}://{rest}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::layers::tests::given;

    #[test]
    fn a_secret_is_never_shown() {
        let given = given(
            &[
                "--smtp-url",
                "smtps://u:canary@mail.example.com:465?x=canary",
            ],
            &[("RELAY_SECRET_KEY", "canary")],
        );
        let shown = effective(&given) + &effective_json(&given).to_string();
        assert!(!shown.contains("canary"), "{shown}");
        assert!(
            shown.contains("smtps://u:***@mail.example.com:465?***"),
            "{shown}"
        );
        assert!(
            shown.contains("# --smtp-url") && shown.contains("# RELAY_SECRET_KEY"),
            "{shown}"
        );
        assert_eq!(
            masked("postgres://a:b@c@host/db"),
            "postgres://a:***@host/db"
        );
    }

    #[test]
    fn the_starting_file_changes_nothing_and_works_with_every_line_in_force() {
        let text = starting_file();
        assert!(text.parse::<toml::Table>().expect("TOML").is_empty());
        let in_force: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix('#').filter(|line| !line.starts_with(' ')))
            .collect();
        let table = in_force.join("\n").parse::<toml::Table>().expect("TOML");
        assert_eq!(table.len(), table::all().count());
    }
}
