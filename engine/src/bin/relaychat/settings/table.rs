//! Every setting, once: its name, what it means, and its default.
//!
//! Flags, variables, keys of the file, `--help`, `config docs`, `config init`, `config show` and the
//! words of errors all come from these rows. A setting of the engine also says where it lies in the
//! engine's own configuration; its default is the engine's.

pub(crate) mod limits;
pub(crate) mod logs;
pub(crate) mod mail;
pub(crate) mod nodes;
pub(crate) mod people;
pub(crate) mod realtime;
pub(crate) mod server;
pub(crate) mod storage;
pub(crate) mod webhooks;

use relaychat_engine::Config;

use super::value::Kind;

/// One thing that can be set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// The key in a file; flag and variable are made of it.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What it is, in one line without a full stop.
    pub(crate) meaning: &'static str,
    pub(crate) default: Default,
    /// Whether it is hidden where settings are shown, and may come from a file of its own.
    pub(crate) is_secret: bool,
    /// Whether `-h` shows it.
    pub(crate) is_common: bool,
    /// What could be written, where a default does not show it.
    pub(crate) example: Option<&'static str>,
    /// Where a number lies in the engine's configuration.
    pub(crate) field: Option<Field>,
}

/// What holds while nothing is given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Default {
    /// This value.
    Value(&'static str),
    /// No value; the words say what then happens.
    Words(&'static str),
    /// What the engine has in its field.
    Field,
}

/// A number in the engine's configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) get: fn(&Config) -> u64,
    /// Answers whether the number fits.
    pub(crate) set: fn(&mut Config, u64) -> bool,
}

/// A group of settings.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) settings: &'static [Setting],
}

/// All settings.
pub(crate) static SECTIONS: [Section; 9] = [
    server::SECTION,
    storage::SECTION,
    mail::SECTION,
    people::SECTION,
    limits::SECTION,
    realtime::SECTION,
    nodes::SECTION,
    webhooks::SECTION,
    logs::SECTION,
];

/// Every setting, in the order of the sections.
pub(crate) fn all() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.settings)
}

/// A row for a number that the engine's configuration holds.
macro_rules! engine_setting {
    ($name:literal, $kind:expr, $($field:ident).+, $meaning:literal) => {
        $crate::settings::table::Setting::new($name, $kind, $meaning).field(
            $crate::settings::table::Field {
                get: |config| u64::try_from(config.$($field).+).unwrap_or(u64::MAX),
                set: |config, number| {
                    number.try_into().map(|fits| config.$($field).+ = fits).is_ok()
                },
            },
        )
    };
}
pub(crate) use engine_setting;

impl Setting {
    pub(crate) const fn new(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self {
            name,
            kind,
            meaning,
            default: Default::Words("none"),
            is_secret: false,
            is_common: false,
            example: None,
            field: None,
        }
    }

    pub(crate) const fn default(mut self, value: &'static str) -> Self {
        self.default = Default::Value(value);
        self
    }

    /// There is no default value; `words` say what then happens.
    pub(crate) const fn otherwise(mut self, words: &'static str) -> Self {
        self.default = Default::Words(words);
        self
    }

    pub(crate) const fn example(mut self, example: &'static str) -> Self {
        self.example = Some(example);
        self
    }

    pub(crate) const fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    pub(crate) const fn common(mut self) -> Self {
        self.is_common = true;
        self
    }

    pub(crate) const fn field(mut self, field: Field) -> Self {
        self.field = Some(field);
        self.default = Default::Field;
        self
    }

    /// The flag, without the dashes before it.
    pub(crate) fn flag(&self) -> String {
        flag(self.name)
    }

    /// The environment variable.
    pub(crate) fn variable(&self) -> String {
        variable(self.name)
    }

    /// The name of the setting that names a file which holds this one's value.
    pub(crate) fn file_name(&self) -> Option<String> {
        self.is_secret.then(|| format!("{}_file", self.name))
    }

    /// The default as a value, where there is one.
    pub(crate) fn default_value(&self) -> Option<String> {
        match (self.default, self.field) {
            (Default::Value(value), _) => Some(value.to_owned()),
            (Default::Field, Some(field)) => Some(self.kind.text((field.get)(&Config::default()))),
            _ => None,
        }
    }

    /// The default in words.
    pub(crate) fn default_words(&self) -> String {
        match self.default {
            Default::Words(words) => words.to_owned(),
            _ => self.default_value().unwrap_or_default(),
        }
    }
}

/// The flag of a key.
pub(crate) fn flag(name: &str) -> String {
    name.replace('_', "-")
}

/// The variable of a key.
pub(crate) fn variable(name: &str) -> String {
    format!("RELAY_{}", name.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::settings::value::Value;

    #[test]
    fn every_setting_has_its_own_name_and_a_default_that_works() {
        let mut names = HashSet::new();
        for setting in all() {
            let Setting { name, kind, .. } = *setting;
            assert!(names.insert(name.to_owned()), "{name} is there twice");
            assert!(
                setting.file_name().is_none_or(|name| names.insert(name)),
                "{name}_file"
            );
            assert!(!setting.meaning.ends_with('.'), "{name}");
            let values = [setting.default_value(), setting.example.map(str::to_owned)];
            for value in values.into_iter().flatten() {
                assert_eq!(kind.complaint(&Value::One(value)), None, "{name}");
            }
        }
        assert!(names.len() > 40, "{}", names.len());
    }
}
