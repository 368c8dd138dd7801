//! The steps that bring the tables up to date, once for all databases.
//!
//! A step is a pair of texts with one number and one name. A step that was released is never
//! edited: what a database has taken is compared with what is written here.

use sqlx::{
    SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

/// A step of the tables of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStep {
    /// Its number.
    pub number: i64,
    /// What it does; empty for a step that this version does not know.
    pub name: &'static str,
    /// Whether the database has taken it.
    pub is_taken: bool,
}

/// What lists the steps that a database has taken.
pub(super) const TAKEN: &str =
    "SELECT version FROM relay_migrations WHERE success ORDER BY version";

/// Our steps and those of `taken` that are not ours, by number.
pub(super) fn compare(taken: &[i64]) -> Vec<MigrationStep> {
    let ours = STEPS.iter().map(|step| MigrationStep {
        number: step.number,
        name: step.name,
        is_taken: taken.contains(&step.number),
    });
    let is_ours = |number: &i64| STEPS.iter().any(|step| step.number == *number);
    let foreign = taken.iter().filter(|number| !is_ours(number));
    let foreign = foreign.map(|number| MigrationStep {
        number: *number,
        name: "",
        is_taken: true,
    });
    let mut steps: Vec<_> = ours.chain(foreign).collect();
    steps.sort_by_key(|step| step.number);
    steps
}

/// Where it is noted what was done; under our prefix, for a host may keep its own tables in the
/// same database.
const TABLE: &str = "relay_migrations";

/// One step in all dialects.
struct Step {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// A step from its two files.
macro_rules! step {
    ($number:literal, $name:literal, $file:literal) => {
        Step {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../../migrations/postgres/", $file)),
        }
    };
}

/// All steps, in order.
const STEPS: &[Step] = &[
    step!(1, "create tables", "0001_create_tables.sql"),
    step!(2, "note changes", "0002_note_changes.sql"),
    step!(3, "add host people", "0003_add_host_people.sql"),
    step!(4, "anchor chats", "0004_anchor_chats.sql"),
    step!(5, "create notices", "0005_create_notices.sql"),
    step!(6, "add mail language", "0006_add_mail_language.sql"),
    step!(7, "number webhooks", "0007_number_webhooks.sql"),
    step!(8, "drop message changes", "0008_drop_message_changes.sql"),
    step!(9, "change messages", "0009_change_messages.sql"),
    step!(10, "describe groups", "0010_describe_groups.sql"),
    step!(11, "mention people", "0011_mention_people.sql"),
    step!(12, "create chat settings", "0012_create_chat_settings.sql"),
    step!(14, "index words", "0014_index_words.sql"),
    step!(15, "take any file", "0015_take_any_file.sql"),
    step!(16, "create invites", "0016_create_invites.sql"),
    step!(18, "create blocks", "0018_create_blocks.sql"),
    step!(19, "rule groups", "0019_rule_groups.sql"),
    step!(20, "pin messages", "0020_pin_messages.sql"),
    step!(21, "create reports", "0021_create_reports.sql"),
    step!(22, "add privacy", "0022_add_privacy.sql"),
    step!(23, "keep drafts", "0023_keep_drafts.sql"),
    step!(24, "add lines", "0024_add_lines.sql"),
    step!(26, "upload parts", "0026_upload_parts.sql"),
];

/// Which texts to take.
#[derive(Clone, Copy, Debug)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// What takes the steps that a database has not taken, each in a transaction of its own, and
/// refuses a database that has taken steps which this engine does not know.
pub(super) fn migrator(dialect: Dialect) -> Migrator {
    let steps = STEPS.iter().map(|step| {
        let text = match dialect {
            Dialect::Sqlite => step.sqlite,
            Dialect::Postgres => step.postgres,
        };
        let text = text.into_sql_str();
        Migration::new(
            step.number,
            step.name.into(),
            MigrationType::Simple,
            text,
            false,
        )
    });
    let mut migrator = Migrator::with_migrations(steps.collect());
    migrator.dangerous_set_table_name(TABLE);
    migrator
}

/// The number of the newest step.
pub(crate) fn newest_step() -> i64 {
    STEPS.last().map_or(0, |step| step.number)
}

/// What is wrong with a database whose steps are not ours, in a sentence.
pub(super) fn explain(error: &MigrateError) -> Option<String> {
    let newest = newest_step();
    match error {
        MigrateError::VersionMissing(number) => Some(format!(
            "the database was written by a newer version of RelayChat: it has taken step {number}, \
             this version knows steps up to {newest}"
        )),
        MigrateError::VersionMismatch(number) => Some(format!(
            "step {number} of the database is not the one that this version knows: it was written \
             by an unreleased version of RelayChat"
        )),
        MigrateError::Dirty(number) => Some(format!(
            "step {number} of the database was begun and not finished"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn files(folder: &str) -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(folder);
        let files = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn both_databases_have_the_same_steps_and_all_are_listed() {
        let listed: Vec<_> = STEPS
            .iter()
            .map(|step| format!("{:04}_{}.sql", step.number, step.name.replace(' ', "_")))
            .collect();
        assert!(STEPS.is_sorted_by_key(|step| step.number));
        assert_eq!(files("sqlite"), listed);
        assert_eq!(files("postgres"), listed);
    }

    #[test]
    fn every_table_and_index_carries_our_prefix() {
        for text in STEPS.iter().flat_map(|step| [step.sqlite, step.postgres]) {
            for line in text.lines() {
                let words: Vec<_> = line.split_whitespace().collect();
                let name = match *words.as_slice() {
                    ["CREATE", "UNIQUE", "INDEX", name, ..]
                    | ["CREATE", "TABLE" | "INDEX", name, ..]
                    | ["ALTER", "TABLE", name, ..] => name,
                    _ => continue,
                };
                assert!(name.starts_with("relay_"), "{line}");
            }
        }
    }
}
