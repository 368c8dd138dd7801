//! What the program is started with, and where it keeps things.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use etcetera::{BaseStrategy, choose_base_strategy};

/// The engine that `relaychat serve` starts when nothing else is said.
const URL: &str = "http://127.0.0.1:8080";

pub(crate) const USAGE: &str = "\
A chat client for the terminal.

  cli-chat [URL] [--data FOLDER]

  URL             the server; http://127.0.0.1:8080 if nothing is said
  --data FOLDER   where the session, chats and unsent messages are kept: one
                  folder for each account and server. The platform's data
                  folder if nothing is said
  --help          this text

NO_COLOR=1 draws without colours.";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) url: String,
    /// `None` for the platform's folder.
    pub(crate) data: Option<PathBuf>,
}

impl Arguments {
    /// `None` when help was asked for.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut found = Self {
            url: URL.to_owned(),
            data: None,
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--help" | "-h" => return Ok(None),
                "--data" => {
                    let folder = words.next().context("--data needs a folder")?;
                    found.data = Some(folder.into());
                }
                url if !url.starts_with('-') => url.clone_into(&mut found.url),
                unknown => bail!("`{unknown}` is not known; --help shows what is"),
            }
        }
        Ok(Some(found))
    }

    /// The folder of this server, made if it does not exist.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        let folder = match &self.data {
            Some(folder) => folder.clone(),
            None => {
                let places = choose_base_strategy().context("there is no home folder")?;
                let host = self.url.split("://").last().unwrap_or_default();
                let name = host.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "_");
                places.data_dir().join("relaychat-cli").join(name)
            }
        };
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Option<Arguments>> {
        Arguments::parse(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn an_address_and_a_folder_are_understood_in_any_order() {
        let asked = parse(&["--data", "there", "https://chat.example.com"]).expect("it is fine");
        let expected = Arguments {
            url: "https://chat.example.com".to_owned(),
            data: Some("there".into()),
        };
        assert_eq!(asked, Some(expected));
        let nothing = parse(&[]).expect("it is fine").expect("no help");
        assert_eq!((nothing.url.as_str(), nothing.data), (URL, None));
    }

    #[test]
    fn help_is_given_and_nonsense_refused() {
        assert_eq!(parse(&["-h"]).expect("it is fine"), None);
        assert!(parse(&["--date"]).is_err());
        assert!(parse(&["--data"]).is_err());
    }
}
