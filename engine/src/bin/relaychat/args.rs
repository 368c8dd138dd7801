//! The command line.

use clap::{Args, Parser, Subcommand};
use serde::Deserialize;

/// A chat server in one program: no database server, no mail server, no configuration needed.
#[derive(Parser, Debug)]
#[command(name = "relaychat", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Run the server.
    #[command(
        after_help = "Each setting can be given as a flag, as the environment variable in \
        brackets, or in relaychat.toml under the flag's name with `_` for `-`; the first of these \
        wins, then the default."
    )]
    Serve(Box<Given>),
    /// Try things out.
    #[command(subcommand)]
    Demo(Demo),
    /// Print the OpenAPI document of the REST API.
    Openapi,
    /// Print the version.
    Version,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Demo {
    /// Fill a new data folder with Ann, Bob and Cem and a chat of many messages.
    Seed(Box<Given>),
}

/// Settings as they are given: by flags and variables, or (the same fields) by a file.
#[derive(Args, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Given {
    /// File of settings [default: ./relaychat.toml, if it is there]
    #[arg(long, env = "RELAY_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub(crate) config: Option<String>,
    /// Folder of the database and the uploads, made if need be [default: ./relaychat-data]
    #[arg(long, env = "RELAY_DATA", value_name = "FOLDER")]
    pub(crate) data: Option<String>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "RELAY_LISTEN", value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,
    /// Address under which people reach the server [default: http:// and the listener]
    #[arg(long, env = "RELAY_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// What mails call this server [default: RelayChat]
    #[arg(long, env = "RELAY_NAME", value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Mail server, such as smtps://user:password@mail.example.com [default: none, on loopback only]
    #[arg(
        long,
        env = "RELAY_SMTP_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) smtp_url: Option<String>,
    /// File that holds the value of --smtp-url
    #[arg(long, env = "RELAY_SMTP_URL_FILE", value_name = "FILE")]
    pub(crate) smtp_url_file: Option<String>,
    /// Sender of mails, such as chat@example.com
    #[arg(long, env = "RELAY_SMTP_FROM", value_name = "ADDRESS")]
    pub(crate) smtp_from: Option<String>,
    /// Other web origins whose pages may call the API, separated by commas [default: none]
    #[arg(
        long,
        env = "RELAY_ALLOWED_ORIGINS",
        value_name = "ORIGINS",
        value_delimiter = ','
    )]
    pub(crate) allowed_origins: Option<Vec<String>>,
    /// Proxies whose X-Forwarded-For is believed, separated by commas [default: none]
    #[arg(
        long,
        env = "RELAY_TRUSTED_PROXIES",
        value_name = "RANGES",
        value_delimiter = ','
    )]
    pub(crate) trusted_proxies: Option<Vec<String>>,
    /// Whom people find without knowing the address: everyone or contacts [default: everyone]
    #[arg(long, env = "RELAY_DIRECTORY", value_name = "WHO")]
    pub(crate) directory: Option<String>,
    /// Whether users are slowed down: on, or off for load tests [default: on]
    #[arg(long, env = "RELAY_RATE_LIMITS", value_name = "ON|OFF")]
    pub(crate) rate_limits: Option<String>,
    /// Sockets one network address may hold [default: 200]
    #[arg(long, env = "RELAY_SOCKETS_PER_IP", value_name = "COUNT")]
    #[serde(deserialize_with = "number_or_text")]
    pub(crate) sockets_per_ip: Option<String>,
    /// What is logged, such as info or warn,relaychat_engine=debug [default: info]
    #[arg(long, env = "RELAY_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// How it is logged: text or json [default: text]
    #[arg(long, env = "RELAY_LOG_FORMAT", value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
}

/// Every variable that is read. Another one that begins with `RELAY_` is a mistake.
pub(crate) const VARIABLES: [&str; 15] = [
    "RELAY_CONFIG",
    "RELAY_DATA",
    "RELAY_LISTEN",
    "RELAY_PUBLIC_URL",
    "RELAY_NAME",
    "RELAY_SMTP_URL",
    "RELAY_SMTP_URL_FILE",
    "RELAY_SMTP_FROM",
    "RELAY_ALLOWED_ORIGINS",
    "RELAY_TRUSTED_PROXIES",
    "RELAY_DIRECTORY",
    "RELAY_RATE_LIMITS",
    "RELAY_SOCKETS_PER_IP",
    "RELAY_LOG",
    "RELAY_LOG_FORMAT",
];

impl Given {
    /// What is given here, and where nothing is, what `other` gives.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            config: self.config.or(other.config),
            data: self.data.or(other.data),
            listen: self.listen.or(other.listen),
            public_url: self.public_url.or(other.public_url),
            name: self.name.or(other.name),
            smtp_url_file: self
                .smtp_url_file
                .or(other.smtp_url_file.filter(|_| self.smtp_url.is_none())),
            smtp_url: self.smtp_url.or(other.smtp_url),
            smtp_from: self.smtp_from.or(other.smtp_from),
            allowed_origins: self.allowed_origins.or(other.allowed_origins),
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            directory: self.directory.or(other.directory),
            rate_limits: self.rate_limits.or(other.rate_limits),
            sockets_per_ip: self.sockets_per_ip.or(other.sockets_per_ip),
            log: self.log.or(other.log),
            log_format: self.log_format.or(other.log_format),
        }
    }
}

/// Numbers in a file may be written as numbers.
fn number_or_text<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(i64),
        Text(String),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Number(number) => Some(number.to_string()),
        Either::Text(text) => Some(text),
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_variable_is_on_the_list() {
        let command = Arguments::command();
        let serve = command.find_subcommand("serve").expect("serve");
        for argument in serve.get_arguments() {
            if let Some(variable) = argument.get_env() {
                let variable = variable.to_str().expect("text");
                assert!(VARIABLES.contains(&variable), "{variable}");
            }
        }
    }
}
