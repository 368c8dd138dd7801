//! The command line: one file a command, one row here.

use clap::{ArgMatches, Command};

use crate::{commands, settings::flags};

/// A command: how it is written, and what it does.
struct Row {
    command: fn() -> Command,
    run: fn(&ArgMatches) -> anyhow::Result<()>,
    takes: Takes,
}

/// Which settings a command takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    /// All of them, listed in its help.
    Listed,
    /// All of them; its help says where they are listed.
    Settings,
}

/// All commands, in the order in which help shows them.
static COMMANDS: [Row; 17] = [
    row(
        commands::serve::command,
        commands::serve::run,
        Takes::Listed,
    ),
    row(
        commands::config::command,
        commands::config::run,
        Takes::Settings,
    ),
    row(
        commands::user::command,
        commands::user::run,
        Takes::Settings,
    ),
    row(
        commands::token::command,
        commands::token::run,
        Takes::Settings,
    ),
    row(commands::key::command, commands::key::run, Takes::Settings),
    row(
        commands::migrate::command,
        commands::migrate::run,
        Takes::Settings,
    ),
    row(
        commands::doctor::command,
        commands::doctor::run,
        Takes::Settings,
    ),
    row(
        commands::health::command,
        commands::health::run,
        Takes::Settings,
    ),
    row(
        commands::mail::command,
        commands::mail::run,
        Takes::Settings,
    ),
    row(
        commands::demo::command,
        commands::demo::run,
        Takes::Settings,
    ),
    row(
        commands::backup::command,
        commands::backup::run,
        Takes::Settings,
    ),
    row(
        commands::restore::command,
        commands::restore::run,
        Takes::Settings,
    ),
    row(
        commands::verify::command,
        commands::verify::run,
        Takes::Nothing,
    ),
    row(
        commands::storage::command,
        commands::storage::run,
        Takes::Nothing,
    ),
    row(
        commands::openapi::command,
        commands::openapi::run,
        Takes::Nothing,
    ),
    row(
        commands::completions::command,
        commands::completions::run,
        Takes::Nothing,
    ),
    row(
        commands::version::command,
        commands::version::run,
        Takes::Nothing,
    ),
];

const fn row(
    command: fn() -> Command,
    run: fn(&ArgMatches) -> anyhow::Result<()>,
    takes: Takes,
) -> Row {
    Row {
        command,
        run,
        takes,
    }
}

/// The whole command line.
pub(crate) fn command() -> Command {
    let mut command = Command::new("relaychat")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A chat server in one program: no database server, no mail server, no configuration needed.")
        .after_help("`relaychat serve` starts a server in the present folder.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true);
    for row in &COMMANDS {
        command = command.subcommand(with_settings((row.command)(), row.takes));
    }
    command
}

/// Does what was asked.
pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let (name, matches) = matches.subcommand().expect("clap requires one");
    let row = COMMANDS
        .iter()
        .find(|row| (row.command)().get_name() == name);
    let row = row.expect("clap knows the names of the rows only");
    (row.run)(matches)
}

/// Settings belong to the innermost commands, so that they can stand at the end of a line.
fn with_settings(command: Command, takes: Takes) -> Command {
    if takes == Takes::Nothing {
        return command;
    }
    if command.has_subcommands() {
        return command.mut_subcommands(|inner| with_settings(inner, takes));
    }
    let command = command.args(flags::all(takes == Takes::Listed));
    if takes == Takes::Settings {
        return command.after_help("Takes the settings of `relaychat serve` too.");
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does() {
        fn check(command: &Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            command.get_subcommands().for_each(check);
        }
        check(&command());
    }
}
