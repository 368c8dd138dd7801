//! From what was given to settings that can work, or the list of everything that cannot.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::{Context, bail};
use relaychat_engine::{
    Config,
    config::{DirectoryPolicy, DisplayName},
    mailer::{Smtp, SmtpSettings},
};

use crate::args::{Given, VARIABLES};

/// Where settings lie unless a flag says otherwise.
const FILE: &str = "relaychat.toml";

/// Settings of a server.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    /// `None`: the development inbox.
    pub(crate) smtp: Option<Arc<Smtp>>,
    pub(crate) log: String,
    pub(crate) is_log_json: bool,
    pub(crate) engine: Config,
}

impl Settings {
    /// Reads the file, then decides. All problems are in the error, one a line.
    pub(crate) fn load(given: Given) -> anyhow::Result<Self> {
        let mut problems =
            unknown_variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()));
        let file = read_file(given.config.as_deref(), &mut problems);
        Self::decide(given.or(file), problems)
    }

    fn decide(given: Given, mut problems: Vec<String>) -> anyhow::Result<Self> {
        let listen = given.listen.as_deref().unwrap_or("127.0.0.1:8080");
        let listen = listen.parse::<SocketAddr>().map_err(|_| {
            problems.push(format!(
                "listen: {listen:?} is not an address and port such as 127.0.0.1:8080"
            ));
        });
        let engine = engine_config(&given, listen.ok(), &mut problems);
        if let Err(error) = engine.validate() {
            problems.extend(error.0);
        }
        let smtp = smtp(&given, &mut problems);
        if smtp.is_none()
            && let Ok(listen) = listen
        {
            require_mail(&given, listen, &engine, &mut problems);
        }
        let log_format = given.log_format.as_deref().unwrap_or("text");
        if !["text", "json"].contains(&log_format) {
            problems.push(format!(
                "log_format: {log_format:?} is neither text nor json"
            ));
        }
        match listen {
            Ok(listen) if problems.is_empty() => Ok(Self {
                data: given
                    .data
                    .unwrap_or_else(|| "./relaychat-data".to_owned())
                    .into(),
                listen,
                smtp,
                log: given.log.unwrap_or_else(|| "info".to_owned()),
                is_log_json: log_format == "json",
                engine,
            }),
            _ => bail!("the settings cannot be used:\n  {}", problems.join("\n  ")),
        }
    }
}

fn unknown_variables(names: impl Iterator<Item = String>) -> Vec<String> {
    names
        .filter(|name| name.starts_with("RELAY_") && !VARIABLES.contains(&name.as_str()))
        .map(|name| format!("the environment variable {name} is not known"))
        .collect()
}

fn read_file(path: Option<&str>, problems: &mut Vec<String>) -> Given {
    let text = match (std::fs::read_to_string(path.unwrap_or(FILE)), path) {
        (Ok(text), _) => text,
        (Err(error), None) if error.kind() == std::io::ErrorKind::NotFound => {
            return Given::default();
        }
        (Err(error), _) => {
            problems.push(format!("{} cannot be read: {error}", path.unwrap_or(FILE)));
            return Given::default();
        }
    };
    toml::from_str(&text).unwrap_or_else(|error| {
        let problem = error.to_string().trim().replace('\n', "\n    ");
        problems.push(format!("{}: {problem}", path.unwrap_or(FILE)));
        Given::default()
    })
}

fn engine_config(given: &Given, listen: Option<SocketAddr>, problems: &mut Vec<String>) -> Config {
    let mut config = Config {
        public_url: given
            .public_url
            .clone()
            .or(listen.map(|listen| format!("http://{listen}"))),
        allowed_origins: parse_all("allowed_origins", given.allowed_origins.as_ref(), problems),
        trusted_proxies: parse_all("trusted_proxies", given.trusted_proxies.as_ref(), problems),
        ..Config::default()
    };
    if let Some(name) = &given.name {
        config.name = DisplayName(name.clone());
    }
    match given.directory.as_deref() {
        None | Some("everyone") => {}
        Some("contacts") => config.directory = DirectoryPolicy::Contacts,
        Some(other) => problems.push(format!(
            "directory: {other:?} is neither everyone nor contacts"
        )),
    }
    match given.rate_limits.as_deref() {
        None | Some("on") => {}
        Some("off") => {
            config.limits.is_rate_limited = false;
            config.login.codes_per_network = u32::MAX;
        }
        Some(other) => problems.push(format!("rate_limits: {other:?} is neither on nor off")),
    }
    if let Some(count) = &given.sockets_per_ip {
        match count.parse() {
            Ok(count) => config.limits.sockets_per_ip = count,
            Err(_) => problems.push(format!("sockets_per_ip: {count:?} is not a number")),
        }
    }
    config
}

fn parse_all<T: std::str::FromStr<Err = String>>(
    name: &str,
    texts: Option<&Vec<String>>,
    problems: &mut Vec<String>,
) -> Vec<T> {
    let texts = texts.into_iter().flatten().map(|text| text.trim());
    texts
        .filter(|text| !text.is_empty())
        .filter_map(|text| {
            text.parse()
                .map_err(|problem| problems.push(format!("{name}: {problem}")))
                .ok()
        })
        .collect()
}

fn smtp(given: &Given, problems: &mut Vec<String>) -> Option<Arc<Smtp>> {
    let url = match (&given.smtp_url, &given.smtp_url_file) {
        (Some(_), Some(_)) => {
            problems.push("smtp_url and smtp_url_file cannot both be given".to_owned());
            return None;
        }
        (Some(url), None) => url.clone(),
        (None, Some(path)) => match read_secret(path) {
            Ok(url) => url,
            Err(error) => {
                problems.push(format!("smtp_url_file: {error:#}"));
                return None;
            }
        },
        (None, None) => return None,
    };
    let Some(from) = &given.smtp_from else {
        problems
            .push("smtp_url needs smtp_from, such as smtp_from = \"chat@example.com\"".to_owned());
        return None;
    };
    Smtp::new(&SmtpSettings::new(url, from))
        .map_err(|error| problems.push(format!("smtp: {error}")))
        .ok()
        .map(Arc::new)
}

fn read_secret(path: &str) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{path} cannot be read"))?;
    Ok(text.trim().to_owned())
}

/// Without a mail server, whoever can open the page can log in as anybody: fine on one's own
/// machine, and nowhere else.
fn require_mail(given: &Given, listen: SocketAddr, engine: &Config, problems: &mut Vec<String>) {
    if given.smtp_url.is_some() || given.smtp_url_file.is_some() {
        return; // its own problem has been noted
    }
    let is_public_loopback = engine
        .public_origin()
        .is_none_or(|origin| is_loopback(origin.authority()));
    if !listen.ip().is_loopback() || !is_public_loopback {
        problems.push(
            "people can reach this server from outside, so login codes must go out by mail; add to \
             relaychat.toml:\n    smtp_url = \"smtps://user:password@mail.example.com\"\n    \
             smtp_from = \"chat@example.com\""
                .to_owned(),
        );
    }
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Given {
        toml::from_str(text).expect("settings")
    }

    fn problems(text: &str) -> String {
        let error = Settings::decide(given(text), Vec::new()).expect_err("cannot work");
        error.to_string()
    }

    #[test]
    fn nothing_has_to_be_set() {
        let settings = Settings::decide(Given::default(), Vec::new()).expect("works");
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(
            settings.engine.public_url.as_deref(),
            Some("http://127.0.0.1:8080")
        );
    }

    #[test]
    fn a_server_that_others_reach_needs_mail_and_says_which_lines_are_missing() {
        for text in [
            "listen = \"0.0.0.0:8080\"\npublic_url = \"http://127.0.0.1:8080\"",
            "public_url = \"https://chat.example.com\"",
            "public_url = \"https://127.0.0.1.example.com\"",
        ] {
            let problems = problems(text);
            assert!(problems.contains("smtp_url = "), "{problems}");
            assert!(problems.contains("smtp_from = "), "{problems}");
        }
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let problems = problems(
            "listen = \"nowhere\"\npublic_url = \"ftp://x\"\nallowed_origins = [\"a\"]\n\
             trusted_proxies = [\"b\"]\ndirectory = \"c\"\nlog_format = \"d\"\nsockets_per_ip = \"e\"",
        );
        assert_eq!(problems.lines().count(), 8, "{problems}");
    }

    #[test]
    fn unknown_keys_are_errors() {
        assert!(toml::from_str::<Given>("lisen = \"x\"").is_err());
        let names = ["RELAY_LISEN", "RELAY_LISTEN", "HOME"].map(str::to_owned);
        assert_eq!(unknown_variables(names.into_iter()).len(), 1);
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let merged = given("data = \"flag\"").or(given("data = \"file\"\nname = \"N\""));
        assert_eq!(merged.data.as_deref(), Some("flag"));
        assert_eq!(merged.name.as_deref(), Some("N"));
    }
}
