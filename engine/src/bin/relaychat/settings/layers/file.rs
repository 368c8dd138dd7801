//! Reads `relaychat.toml`.

use std::{collections::BTreeMap, fs, io};

use toml::{Table, Value as Toml};

use super::{FILE, Value, did_you_mean, names};

/// The values of the file; `None` when there is none and none was asked for.
pub(super) fn read(
    path: Option<&str>,
    problems: &mut Vec<String>,
) -> Option<BTreeMap<String, Value>> {
    let text = match fs::read_to_string(path.unwrap_or(FILE)) {
        Ok(text) => text,
        Err(error) if path.is_none() && error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            problems.push(format!("{} cannot be read: {error}", path.unwrap_or(FILE)));
            return None;
        }
    };
    Some(parse(path.unwrap_or(FILE), &text, problems))
}

fn parse(path: &str, text: &str, problems: &mut Vec<String>) -> BTreeMap<String, Value> {
    let table = match text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            let message = error.message().replace('\n', ", ");
            problems.push(format!("{path}, line {line}: {message}"));
            return BTreeMap::new();
        }
    };
    let known: Vec<String> = names().filter(|name| name != super::CONFIG).collect();
    let mut values = BTreeMap::new();
    for (key, value) in table {
        if let Toml::Table(_) = value {
            problems.push(format!(
                "{path}: [{key}] is a section; settings are written without sections"
            ));
        } else if !known.contains(&key) {
            let hint = did_you_mean(&key, known.iter());
            problems.push(format!("{path}: {key} is not known{hint}"));
        } else if let Some(value) = convert(value) {
            values.insert(key, value);
        } else {
            problems.push(format!(
                "{path}: {key} must be a text, a number, true, false or a list of texts"
            ));
        }
    }
    values
}

fn convert(value: Toml) -> Option<Value> {
    match value {
        Toml::Array(values) => {
            let texts = values.into_iter().map(text_of);
            texts.collect::<Option<_>>().map(Value::Many)
        }
        other => text_of(other).map(Value::One),
    }
}

fn text_of(value: Toml) -> Option<String> {
    match value {
        Toml::String(text) => Some(text),
        Toml::Integer(number) => Some(number.to_string()),
        Toml::Boolean(true) => Some("on".to_owned()),
        Toml::Boolean(false) => Some("off".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut problems = Vec::new();
        parse("f", text, &mut problems);
        assert_eq!(problems.join("|"), expected, "{text}");
    }

    #[test]
    fn each_problem_of_a_file_is_one_line() {
        check("listen = \"x\"\nrate_limits = true\nsend_burst = 3", "");
        check(
            "lisen = \"x\"",
            "f: lisen is not known; did you mean listen?",
        );
        check("zebra = \"x\"", "f: zebra is not known");
        check("config = \"x\"", "f: config is not known");
        check(
            "[limits]\nsend_burst = 3",
            "f: [limits] is a section; settings are written without sections",
        );
        check(
            "name = 1.5",
            "f: name must be a text, a number, true, false or a list of texts",
        );
        check(
            "\nlisten = ",
            "f, line 2: string values must be quoted, expected literal string",
        );
        check("name = \"a\"\nname = \"b\"", "f, line 2: duplicate key");
    }
}
