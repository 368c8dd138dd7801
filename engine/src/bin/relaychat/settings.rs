//! From what was given to settings that can work, or the list of everything that cannot.
//!
//! [`table`] names every setting once; [`layers`] gathers what was given; here it becomes typed and
//! is checked as a whole. Nothing is opened, made or bound before that.

mod auth;
pub(crate) mod flags;
mod hook;
pub(crate) mod layers;
mod mail;
mod mail_templates;
pub(crate) mod places;
pub(crate) mod shown;
pub(crate) mod table;
pub(crate) mod value;

use std::{net::SocketAddr, sync::Arc};

use clap::ArgMatches;
use relaychat_engine::{
    Config,
    config::{DirectoryPolicy, DisplayName},
    hooks::RemoteHook,
    mailer::Smtp,
};

pub(crate) use self::mail::is_loopback_only;
use self::{
    auth::HostTokens,
    layers::Given,
    places::Places,
    table::{Setting, logs, people, server},
};
use crate::{failure::Problems, metrics::Exposed, preflight};

/// What settings are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To look into what a server keeps.
    Use,
    /// To say whether a server could run.
    Check,
    /// To run one now.
    Serve,
}

/// Settings of a server.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) places: Places,
    /// `None`: own accounts.
    pub(crate) tokens: Option<HostTokens>,
    /// `None`: nobody is asked.
    pub(crate) hook: Option<RemoteHook>,
    pub(crate) listen: SocketAddr,
    /// `None`: the development inbox.
    pub(crate) smtp: Option<Arc<Smtp>>,
    pub(crate) log: String,
    pub(crate) is_log_json: bool,
    pub(crate) metrics: Exposed,
    pub(crate) engine: Config,
}

impl Settings {
    /// Reads the command line, the environment and the file, and decides.
    ///
    /// # Errors
    /// All problems, one a line.
    pub(crate) fn load(matches: &ArgMatches, purpose: Purpose) -> anyhow::Result<Self> {
        Ok(Self::decide(Given::gather(matches), purpose).map_err(Problems)?)
    }

    /// The settings, or everything that is wrong with them and with this machine.
    pub(crate) fn decide(mut given: Given, purpose: Purpose) -> Result<Self, Vec<String>> {
        let mut problems = std::mem::take(&mut given.problems);
        let listen = given.text(&server::LISTEN).parse::<SocketAddr>().ok();
        let engine = engine_config(&given, listen, &mut problems);
        let smtp = mail::smtp(&given, &mut problems);
        if let Some(listen) = listen.filter(|_| purpose != Purpose::Use) {
            mail::require(&given, listen, &engine, &mut problems);
        }
        let tokens = HostTokens::of(&given, &mut problems);
        let hook = hook::of(&given, &mut problems);
        let places = Places::of(&given, &mut problems);
        let metrics = listen.map(|listen| exposed(&given, listen, &engine, &mut problems));
        let log = given.text(&logs::LOG);
        if let Err(problem) = crate::logging::filter(&log) {
            problems.push(format!("log: {problem}"));
        }
        problems.extend(preflight::places(&places));
        if purpose == Purpose::Serve {
            problems.extend(preflight::addresses(listen, metrics));
        }
        match listen.zip(metrics) {
            Some((listen, metrics)) if problems.is_empty() => Ok(Self {
                places,
                tokens,
                hook,
                listen,
                smtp,
                log,
                is_log_json: given.text(&logs::LOG_FORMAT) == "json",
                metrics,
                engine,
            }),
            _ => Err(problems),
        }
    }
}

impl Given {
    /// What was given, where it can be used.
    pub(crate) fn one(&self, setting: &Setting) -> Option<&str> {
        let entry = self.entry(setting)?;
        let is_usable = setting.kind.complaint(&entry.value).is_none();
        is_usable.then(|| entry.value.one())
    }

    /// What was given, or the default, or nothing.
    pub(crate) fn text(&self, setting: &Setting) -> String {
        let given = self.one(setting).map(str::to_owned);
        given
            .or_else(|| setting.default_value())
            .unwrap_or_default()
    }

    /// What was given, or the default, as a number.
    pub(crate) fn number(&self, setting: &Setting) -> u64 {
        let number = setting.kind.number(&self.text(setting));
        number.expect("given numbers are checked, defaults are tested")
    }

    /// What was given as a list, each read as a `T`.
    fn list<T: std::str::FromStr<Err = String>>(
        &self,
        setting: &Setting,
        problems: &mut Vec<String>,
    ) -> Vec<T> {
        let Some(entry) = self.entry(setting) else {
            return Vec::new();
        };
        let (name, origin) = (setting.name, &entry.origin);
        let parse = |text: &str| {
            text.parse()
                .map_err(|problem| problems.push(format!("{name}: {problem} (from {origin})")))
                .ok()
        };
        entry.value.many().into_iter().filter_map(parse).collect()
    }
}

fn engine_config(given: &Given, listen: Option<SocketAddr>, problems: &mut Vec<String>) -> Config {
    let mut config = Config {
        public_url: given
            .one(&server::PUBLIC_URL)
            .map(str::to_owned)
            .or(listen.map(|listen| format!("http://{listen}"))),
        allowed_origins: given.list(&server::ALLOWED_ORIGINS, problems),
        trusted_proxies: given.list(&server::TRUSTED_PROXIES, problems),
        name: DisplayName(given.text(&server::NAME)),
        directory: match given.text(&people::DIRECTORY).as_str() {
            "contacts" => DirectoryPolicy::Contacts,
            _ => DirectoryPolicy::Everyone,
        },
        read_receipts: given.text(&people::READ_RECEIPTS) == "on",
        system_lines: given.text(&people::SYSTEM_LINES) == "on",
        ..Config::default()
    };
    for setting in table::all() {
        let Some(field) = setting.field else { continue };
        if !(field.set)(&mut config, given.number(setting)) {
            problems.push(format!("{}: the number is too large", setting.name));
        }
    }
    if given.text(&table::limits::RATE_LIMITS) == "off" {
        config.limits.is_rate_limited = false;
        config.login.codes_per_network = u32::MAX;
    }
    config.webhooks.allows_private_addresses =
        given.text(&table::webhooks::WEBHOOK_ADDRESSES) == "any";
    config.login.mails = mail_templates::of(given, problems);
    if let Err(error) = config.validate() {
        problems.extend(error.0.iter().map(|problem| in_our_words(problem)));
    }
    config
}

/// The engine names fields of its structs; here they are settings.
fn in_our_words(problem: &str) -> String {
    ["limits.", "login.", "realtime.", "cluster."]
        .iter()
        .fold(
            problem.replace("login.mails", "mail_templates"),
            |text, section| text.replace(section, ""),
        )
        .replace("_ms", "")
        .replace("webhooks.", "webhook_")
        .replace("image_bytes", "image_size")
        .replace("file_bytes", "file_size")
        .replace("queue_bytes", "queue_size")
}

/// Figures name nobody, but tell how busy a server is: shown unasked on one's own machine only.
fn exposed(
    given: &Given,
    listen: SocketAddr,
    engine: &Config,
    problems: &mut Vec<String>,
) -> Exposed {
    match given.one(&logs::METRICS) {
        None if is_loopback_only(listen, engine) => Exposed::Path,
        None | Some("off") => Exposed::Nowhere,
        Some("path") => Exposed::Path,
        Some(text) => match text.parse() {
            Ok(address) if address != listen || listen.port() == 0 => Exposed::Listener(address),
            Ok(_) => {
                problems.push("metrics: the server listens there; write path".to_owned());
                Exposed::Nowhere
            }
            Err(_) => {
                problems.push(format!(
                    "metrics: {text:?} is neither off, path nor an address and port"
                ));
                Exposed::Nowhere
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{layers::tests::given, *};

    fn problems(flags: &[&str]) -> Vec<String> {
        Settings::decide(given(flags, &[]), Purpose::Check).expect_err("cannot work")
    }

    #[test]
    fn nothing_has_to_be_set() {
        let settings = Settings::decide(Given::default(), Purpose::Check).expect("works");
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        let url = settings.engine.public_url.as_deref();
        assert_eq!(url, Some("http://127.0.0.1:8080"));
        let engine = settings.engine;
        let default = Config::default();
        assert_eq!(
            (engine.limits, engine.login, engine.realtime, engine.cluster),
            (
                default.limits,
                default.login,
                default.realtime,
                default.cluster
            )
        );
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let problems = problems(&[
            "--listen=nowhere",
            "--public-url=ftp://x",
            "--allowed-origins=a",
            "--trusted-proxies=b",
            "--directory=c",
            "--log-format=d",
            "--sockets-per-ip=e",
            "--session-lifetime=1s",
        ]);
        assert_eq!(problems.len(), 8, "{problems:#?}");
    }

    #[test]
    fn problems_of_the_engine_name_settings() {
        let problems = problems(&["--session-lifetime=1m", "--image-size=1GiB"]).join("\n");
        assert!(problems.contains("access_lifetime must be"), "{problems}");
        assert!(problems.contains("image_size must be"), "{problems}");
        assert!(!problems.contains("_ms"), "{problems}");
    }
}
