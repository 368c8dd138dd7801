//! Gathers what was given: flags, then variables, then the file; the first that has a setting wins.
//!
//! Nothing is decided here but which text counts and where it came from.

mod file;

use std::{collections::BTreeMap, ffi::OsString, fmt, fs};

use clap::ArgMatches;

use super::{
    table::{self, Setting},
    value::Value,
};

/// Where settings lie unless a flag says otherwise.
pub(crate) const FILE: &str = "relaychat.toml";
/// The flag that says where settings lie. No setting itself: a file cannot name another.
pub(crate) const CONFIG: &str = "config";

/// What was given for each setting, and what was wrong with how it was given.
#[derive(Debug, Default)]
pub(crate) struct Given {
    entries: BTreeMap<&'static str, Entry>,
    /// The file that was read.
    pub(crate) file: Option<String>,
    pub(crate) problems: Vec<String>,
}

/// The value of a setting.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) value: Value,
    pub(crate) origin: Origin,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag(String),
    Variable(String),
    File(String),
    /// A file that holds this one value.
    Secret(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "--{name}"),
            Self::Variable(name) => f.write_str(name),
            Self::File(path) | Self::Secret(path) => f.write_str(path),
        }
    }
}

/// One source of values.
struct Layer {
    values: BTreeMap<String, Value>,
    origin: Box<dyn Fn(&str) -> Origin>,
}

impl Given {
    /// Reads the command line, the environment and the file.
    pub(crate) fn gather(matches: &ArgMatches) -> Self {
        Self::gather_from(matches, std::env::vars_os())
    }

    fn gather_from(
        matches: &ArgMatches,
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Self {
        let mut given = Self::default();
        let flags = flags(matches);
        let mut variables = given.variables(variables);
        let path = flag_value(matches, CONFIG).or_else(|| {
            let value = variables.values.remove(CONFIG)?;
            Some(value.one().to_owned())
        });
        let values = file::read(path.as_deref(), &mut given.problems);
        let path = path.unwrap_or_else(|| FILE.to_owned());
        given.file = values.is_some().then(|| path.clone());
        let file = Layer {
            values: values.unwrap_or_default(),
            origin: Box::new(move |_| Origin::File(path.clone())),
        };
        given.choose(&[flags, variables, file]);
        given
    }

    /// What was given for `setting`.
    pub(crate) fn entry(&self, setting: &Setting) -> Option<&Entry> {
        self.entries.get(setting.name)
    }

    /// How many settings are not at their default.
    pub(crate) fn count(&self) -> usize {
        self.entries.len()
    }

    /// The variables that are ours. An empty one counts as not given: that is what a compose file
    /// makes of a variable that nobody has set.
    fn variables(&mut self, variables: impl Iterator<Item = (OsString, OsString)>) -> Layer {
        let known: BTreeMap<String, String> =
            names().map(|name| (table::variable(&name), name)).collect();
        let mut values = BTreeMap::new();
        for (variable, value) in variables {
            let Some(variable) = variable.to_str().filter(|name| name.starts_with("RELAY_")) else {
                continue;
            };
            match (known.get(variable), value.into_string()) {
                (None, _) => self.problems.push(format!(
                    "the environment variable {variable} is not known{}",
                    did_you_mean(variable, known.keys())
                )),
                (Some(_), Err(_)) => self
                    .problems
                    .push(format!("the environment variable {variable} is not text")),
                (Some(_), Ok(value)) if value.trim().is_empty() => {}
                (Some(name), Ok(value)) => {
                    values.insert(name.clone(), Value::One(value));
                }
            }
        }
        Layer {
            values,
            origin: Box::new(|name| Origin::Variable(table::variable(name))),
        }
    }

    fn choose(&mut self, layers: &[Layer]) {
        for setting in table::all() {
            for layer in layers {
                if let Some(entry) = self.of_layer(setting, layer) {
                    self.check(setting, &entry);
                    self.entries.insert(setting.name, entry);
                    break;
                }
            }
        }
        self.problems.sort();
    }

    fn of_layer(&mut self, setting: &Setting, layer: &Layer) -> Option<Entry> {
        let value = layer.values.get(setting.name);
        let file_name = setting.file_name();
        let path = file_name.as_ref().and_then(|name| layer.values.get(name));
        let origin = (layer.origin)(setting.name);
        match (value, path, file_name) {
            (Some(value), None, _) => Some(Entry {
                value: value.clone(),
                origin,
            }),
            (None, Some(path), Some(name)) => self.secret(&name, path.one()),
            (Some(_), Some(_), Some(name)) => {
                self.problems.push(format!(
                    "{} and {name} cannot both be given (from {origin})",
                    setting.name
                ));
                None
            }
            _ => None,
        }
    }

    fn secret(&mut self, name: &str, path: &str) -> Option<Entry> {
        let problem = match fs::read_to_string(path) {
            Ok(text) if text.trim().is_empty() => format!("{name}: {path} is empty"),
            Ok(text) => {
                return Some(Entry {
                    value: Value::One(text.trim().to_owned()),
                    origin: Origin::Secret(path.to_owned()),
                });
            }
            Err(error) => format!("{name}: {path} cannot be read: {error}"),
        };
        self.problems.push(problem);
        None
    }

    fn check(&mut self, setting: &Setting, entry: &Entry) {
        if let Some(complaint) = setting.kind.complaint(&entry.value) {
            let value = match &entry.value {
                Value::One(text) if !setting.is_secret => format!("{text:?}"),
                _ => "the value".to_owned(),
            };
            self.problems.push(format!(
                "{}: {value} {complaint} (from {})",
                setting.name, entry.origin
            ));
        }
    }
}

/// Every name that may be given.
pub(crate) fn names() -> impl Iterator<Item = String> {
    table::all()
        .flat_map(|setting| [Some(setting.name.to_owned()), setting.file_name()])
        .flatten()
        .chain([CONFIG.to_owned()])
}

/// A question that helps, where a known name is near.
fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> String {
    let near = known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .min()
        .filter(|(distance, known)| *distance <= 2.max(known.len() / 4));
    near.map_or(String::new(), |(_, known)| {
        format!("; did you mean {known}?")
    })
}

fn flags(matches: &ArgMatches) -> Layer {
    let values = names()
        .filter_map(|name| flag_value(matches, &name).map(|text| (name, Value::One(text))))
        .collect();
    Layer {
        values,
        origin: Box::new(|name| Origin::Flag(table::flag(name))),
    }
}

/// What follows a flag, where the command has that flag.
fn flag_value(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.try_get_one::<String>(name).ok().flatten().cloned()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What a command line and variables give.
    pub(crate) fn given(flags: &[&str], variables: &[(&str, &str)]) -> Given {
        let command = clap::Command::new("test").args(crate::settings::flags::all(false));
        let matches = command
            .try_get_matches_from([&["test"], flags].concat())
            .expect("flags");
        let variables = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        Given::gather_from(&matches, variables)
    }

    #[test]
    fn a_flag_wins_over_a_variable_and_a_variable_over_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.toml");
        fs::write(&path, "data = \"c\"\nname = \"c\"\nlog = \"c\"").expect("writes");
        let variables = [
            ("RELAY_CONFIG", path.to_str().expect("text")),
            ("RELAY_NAME", "b"),
            ("RELAY_LOG", "b"),
            ("RELAY_LISTEN", ""),
        ];
        let given = given(&["--log", "a"], &variables);
        assert_eq!(given.problems, Vec::<String>::new());
        let of = |name: &str| given.entries.get(name).map(|entry| entry.value.one());
        assert_eq!(
            [of("log"), of("name"), of("data"), of("listen")],
            [Some("a"), Some("b"), Some("c"), None]
        );
    }

    #[test]
    fn a_misspelt_variable_is_an_error_with_a_hint() {
        let given = given(&[], &[("RELAY_LISEN", "x"), ("HOME", "y")]);
        assert_eq!(
            given.problems,
            ["the environment variable RELAY_LISEN is not known; did you mean RELAY_LISTEN?"]
        );
    }

    #[test]
    fn a_secret_comes_from_a_file_of_its_own_but_not_from_both() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("smtp");
        fs::write(&path, "smtp://localhost\n").expect("writes");
        let path = path.to_str().expect("text");
        let one = given(
            &["--smtp-url-file", path],
            &[("RELAY_SMTP_URL", "smtp://other")],
        );
        assert_eq!(one.entries["smtp_url"].value.one(), "smtp://localhost");
        let both = given(
            &["--smtp-url-file", path, "--smtp-url", "smtp://other"],
            &[],
        );
        assert_eq!(both.problems.len(), 1, "{:?}", both.problems);
    }
}
