//! The flags of the command line, made from the table.

use clap::{Arg, ArgAction};

use super::{
    layers::{CONFIG, FILE},
    table::{self, SECTIONS, Section, Setting},
};

/// A flag for each setting. `is_shown` is for the command whose help lists them; the others take
/// them too and say where to look.
pub(crate) fn all(is_shown: bool) -> Vec<Arg> {
    let config = Arg::new(CONFIG)
        .long(CONFIG)
        .value_name("FILE")
        .action(ArgAction::Set)
        .help(format!(
            "File of settings [default: ./{FILE}, if it is there] [env:\u{a0}{}]",
            table::variable(CONFIG)
        ))
        .help_heading("Settings");
    let mut args = vec![config];
    for section in &SECTIONS {
        for setting in section.settings {
            args.push(of_setting(section, setting).hide(!is_shown));
            args.extend(of_file(section, setting).map(|arg| arg.hide(!is_shown)));
        }
    }
    args
}

fn of_setting(section: &Section, setting: &Setting) -> Arg {
    Arg::new(setting.name)
        .long(setting.flag())
        .value_name(setting.kind.placeholder())
        .action(ArgAction::Set)
        .allow_negative_numbers(true)
        .help(format!(
            "{} [default: {}] [env:\u{a0}{}]",
            setting.meaning,
            setting.default_words(),
            setting.variable()
        ))
        .help_heading(section.title)
        .hide_short_help(!setting.is_common)
}

fn of_file(section: &Section, setting: &Setting) -> Option<Arg> {
    let name = setting.file_name()?;
    let arg = Arg::new(name.clone())
        .long(table::flag(&name))
        .value_name("FILE")
        .action(ArgAction::Set)
        .help(format!(
            "File that holds the value of --{} [env:\u{a0}{}]",
            setting.flag(),
            table::variable(&name)
        ))
        .help_heading(section.title)
        .hide_short_help(true);
    Some(arg)
}
