//! `relaychat mail test`: whether mail leaves.

use anyhow::anyhow;
use clap::{Arg, ArgMatches, Command};
use relaychat_engine::{
    clock::{Clock, SystemClock},
    domain::email::Email,
    mailer::{Mail, Mailer, MailerError},
    random::{RandomExt, SystemRandom},
};

use super::wait_for;
use crate::{
    failure::Problems,
    settings::{Purpose, Settings},
};

pub(crate) fn command() -> Command {
    Command::new("mail")
        .about("Try the mail server")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("test")
                .about("Send a mail to an address, as login codes are sent")
                .arg(Arg::new("address").value_name("ADDRESS").required(true)),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let (_, matches) = matches.subcommand().expect("clap requires one");
    let settings = Settings::load(matches, Purpose::Use)?;
    let to = matches.get_one::<String>("address").expect("is required");
    let to = Email::parse(to).ok_or_else(|| {
        Problems::one(format!("{to:?} is not an address such as ann@example.com"))
    })?;
    let Some(smtp) = &settings.smtp else {
        return Err(Problems::one(
            "there is no mail server: set smtp_url and smtp_from",
        ));
    };
    let mail = mail(to, &settings.engine.name.0);
    wait_for(async {
        smtp.send(&mail).await.map_err(|error| said(&error))?;
        println!("the mail server has taken the mail");
        Ok(())
    })
}

fn mail(to: Email, name: &str) -> Mail {
    let text = format!("This is a test of {name}. If you read it, login codes will arrive too.");
    let name = name.replace(['\r', '\n'], " ");
    Mail {
        to,
        subject: format!("{name}: test"),
        html: format!("<p>{}</p>", text.replace('&', "&amp;").replace('<', "&lt;")),
        text,
        message_id: format!("{}@relaychat", SystemRandom.uuid_v7(SystemClock.now_ms())),
        login: None,
    }
}

/// What the mail server said, in a sentence.
pub(crate) fn said(error: &MailerError) -> anyhow::Error {
    let source = error.source.as_ref().map(ToString::to_string);
    anyhow!(source.unwrap_or_else(|| error.to_string())).context("the mail was not taken")
}
