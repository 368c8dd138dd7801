//! The mail server, and when there must be one.

use std::{fs, net::SocketAddr, sync::Arc, time::Duration};

use relaychat_engine::{
    Config,
    mailer::{Smtp, SmtpSettings},
};

use super::{
    layers::Given,
    table::{
        mail::{SMTP_FROM, SMTP_ROOT_CERTIFICATE, SMTP_TIMEOUT, SMTP_URL},
        people::AUTH,
    },
};

pub(super) fn smtp(given: &Given, problems: &mut Vec<String>) -> Option<Arc<Smtp>> {
    let url = given.one(&SMTP_URL)?;
    let Some(from) = given.one(&SMTP_FROM) else {
        problems
            .push("smtp_url needs smtp_from, such as smtp_from = \"chat@example.com\"".to_owned());
        return None;
    };
    let mut settings = SmtpSettings::new(url, from);
    settings.timeout = Duration::from_millis(given.number(&SMTP_TIMEOUT));
    if let Some(path) = given.one(&SMTP_ROOT_CERTIFICATE) {
        match fs::read(path) {
            Ok(pem) => settings.extra_root_pem = Some(pem),
            Err(error) => {
                problems.push(format!(
                    "smtp_root_certificate: {path} cannot be read: {error}"
                ));
            }
        }
    }
    Smtp::new(&settings)
        .map_err(|error| problems.push(format!("smtp_url: {error}")))
        .ok()
        .map(Arc::new)
}

/// Without a mail server, whoever can open the page can log in as anybody: fine on one's own
/// machine, and nowhere else.
pub(super) fn require(
    given: &Given,
    listen: SocketAddr,
    engine: &Config,
    problems: &mut Vec<String>,
) {
    let is_given = given.entry(&SMTP_URL).is_some();
    let is_noted = problems
        .iter()
        .any(|problem| problem.starts_with("smtp_url"));
    let has_own_accounts = given.text(&AUTH) != "jwt";
    if is_given || is_noted || !has_own_accounts || is_loopback_only(listen, engine) {
        return;
    }
    problems.push(
        "people can reach this server from outside, so login codes must go out by mail: set \
         smtp_url = \"smtps://user:password@mail.example.com\" and \
         smtp_from = \"chat@example.com\""
            .to_owned(),
    );
}

/// Whether nobody but the present machine reaches the server.
pub(crate) fn is_loopback_only(listen: SocketAddr, engine: &Config) -> bool {
    let is_public_loopback = engine
        .public_origin()
        .is_none_or(|origin| is_loopback(origin.authority()));
    listen.ip().is_loopback() && is_public_loopback
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
    use crate::settings::{Purpose, Settings, layers::tests::given};

    #[test]
    fn a_server_that_others_reach_needs_mail_and_says_which_lines_are_missing() {
        for flags in [
            [
                "--listen=0.0.0.0:8080",
                "--public-url=http://127.0.0.1:8080",
            ],
            [
                "--listen=127.0.0.1:1",
                "--public-url=https://chat.example.com",
            ],
            [
                "--listen=127.0.0.1:1",
                "--public-url=https://127.0.0.1.example.com",
            ],
        ] {
            let problems =
                Settings::decide(given(&flags, &[]), Purpose::Check).expect_err("cannot work");
            let problems = problems.join("\n");
            assert!(problems.contains("smtp_url = "), "{problems}");
            assert!(problems.contains("smtp_from = "), "{problems}");
        }
    }
}
