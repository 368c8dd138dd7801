//! `relaychat doctor`: looks at everything a server depends on and says what to do about it.
//!
//! Changes nothing but a file of its own in the folder of the uploads (or an object in their
//! store), which it removes again. May run beside the server.

mod machine;
mod network;
mod places;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use super::wait_for;
use crate::{
    failure::Said,
    settings::{Purpose, Settings, layers::Given},
};

/// The exit code when something is broken.
const BROKEN: u8 = 1;

/// What was found about one thing.
struct Finding {
    what: &'static str,
    state: State,
    detail: String,
    /// What to do; empty where nothing has to be.
    advice: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ok,
    Warn,
    Fail,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Finding {
    fn ok(what: &'static str, detail: impl Into<String>) -> Self {
        Self {
            what,
            state: State::Ok,
            detail: detail.into(),
            advice: String::new(),
        }
    }

    fn warn(what: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            state: State::Warn,
            advice: advice.into(),
            ..Self::ok(what, detail)
        }
    }

    fn fail(what: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            state: State::Fail,
            ..Self::warn(what, detail, advice)
        }
    }
}

pub(crate) fn command() -> Command {
    let json = Arg::new("json")
        .long("json")
        .action(ArgAction::SetTrue)
        .help("As JSON, for scripts");
    Command::new("doctor")
        .about("Look at everything the server depends on; ends with 1 if something is broken")
        .arg(json)
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let findings = match Settings::decide(Given::gather(matches), Purpose::Check) {
        Ok(settings) => wait_for(async { Ok(examine(&settings).await) })?,
        Err(problems) => problems
            .into_iter()
            .map(|problem| Finding::fail("settings", problem, "see relaychat config docs"))
            .collect(),
    };
    if matches.get_flag("json") {
        print_json(&findings);
    } else {
        findings.iter().for_each(print);
    }
    if findings.iter().any(|finding| finding.state == State::Fail) {
        return Err(Said(BROKEN).into());
    }
    Ok(())
}

async fn examine(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![Finding::ok("settings", "they fit together")];
    findings.extend(machine::examine(settings));
    findings.extend(places::examine(settings).await);
    findings.extend(network::examine(settings).await);
    findings
}

fn print(finding: &Finding) {
    let Finding {
        what,
        state,
        detail,
        advice,
    } = finding;
    println!("{:<5} {what:<12} {detail}", state.word());
    if !advice.is_empty() {
        println!("                   {advice}");
    }
}

fn print_json(findings: &[Finding]) {
    let rows = findings.iter().map(|finding| {
        json!({
            "what": finding.what,
            "state": finding.state.word(),
            "detail": finding.detail,
            "advice": finding.advice,
        })
    });
    println!("{:#}", json!(rows.collect::<Vec<_>>()));
}
