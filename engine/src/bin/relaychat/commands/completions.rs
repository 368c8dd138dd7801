//! `relaychat completions`: the commands and flags, for a shell.

use clap::{Arg, ArgMatches, Command, builder::EnumValueParser};
use clap_complete::Shell;

pub(crate) fn command() -> Command {
    Command::new("completions")
        .about("Print completions for a shell")
        .after_help("For bash: relaychat completions bash > /etc/bash_completion.d/relaychat")
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .value_parser(EnumValueParser::<Shell>::new())
                .required(true),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let shell = *matches.get_one::<Shell>("shell").expect("is required");
    let mut command = crate::args::command();
    clap_complete::generate(shell, &mut command, "relaychat", &mut std::io::stdout());
    Ok(())
}
