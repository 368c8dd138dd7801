//! What PostgreSQL's errors mean to the engine.

use sqlx::migrate::MigrateError;

use crate::storage::{StorageError, StorageErrorKind, migrations};

/// The error of a seam for an error of the driver.
pub(super) fn storage_error(operation: &'static str, error: sqlx::Error) -> StorageError {
    StorageError::new(kind(&error), operation, error)
}

/// The error of a seam for tables that could not be brought up to date.
pub(super) fn migrate_error(error: MigrateError) -> StorageError {
    let kind = match &error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => kind(error),
        // Made by a newer engine, changed by hand, or half done: nothing to write into.
        _ => StorageErrorKind::Unusable,
    };
    let operation = "bring the tables up to date";
    match migrations::explain(&error) {
        Some(sentence) => StorageError::new(kind, operation, sentence),
        None => StorageError::new(kind, operation, error),
    }
}

/// The server did not answer in time.
pub(super) fn timed_out() -> sqlx::Error {
    let kind = std::io::ErrorKind::TimedOut;
    sqlx::Error::Io(std::io::Error::new(kind, "the database does not answer"))
}

/// Whether the connection is gone, so that another may do better.
pub(super) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_lost_code(&code)),
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        _ => false,
    }
}

/// Whether only the statement failed, for what it would have written: behind a savepoint the
/// transaction stands.
pub(super) fn is_constraint(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code.starts_with("23"))
}

fn kind(error: &sqlx::Error) -> StorageErrorKind {
    match error {
        sqlx::Error::Database(error) => kind_of_code(error.code().as_deref().unwrap_or_default()),
        sqlx::Error::Io(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::BeginFailed
        | sqlx::Error::WorkerCrashed => StorageErrorKind::Unavailable,
        sqlx::Error::Configuration(_) => StorageErrorKind::Unusable,
        _ => StorageErrorKind::Internal,
    }
}

/// Connection exceptions; ended by an operator, a crash, a shutdown, or for lying idle.
fn is_lost_code(code: &str) -> bool {
    code.starts_with("08") || code.starts_with("57P") || code == "25P03" || code == "25P04"
}

/// Codes of <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn kind_of_code(code: &str) -> StorageErrorKind {
    match code {
        "23505" => StorageErrorKind::Conflict,
        "25006" => StorageErrorKind::ReadOnly,
        // The disk, or a quota.
        "53100" | "54000" => StorageErrorKind::Full,
        // Too slow or in each other's way, too many connections, too little memory.
        "57014" | "55P03" | "40001" | "40P01" => StorageErrorKind::Unavailable,
        code if is_lost_code(code) || code.starts_with("53") => StorageErrorKind::Unavailable,
        // A wrong password, database or schema, a missing right, damaged data.
        code if code.starts_with("28")
            || code.starts_with("3D")
            || code.starts_with("3F")
            || code.starts_with("XX00")
            || code == "42501" =>
        {
            StorageErrorKind::Unusable
        }
        _ => StorageErrorKind::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_the_engine_decides_by() {
        use StorageErrorKind::{Conflict, Full, Internal, ReadOnly, Unavailable, Unusable};
        let meanings = [
            ("23505", Conflict),
            ("23503", Internal),
            ("25006", ReadOnly),
            ("53100", Full),
            ("53300", Unavailable),
            ("57P01", Unavailable),
            ("57P03", Unavailable),
            ("57014", Unavailable),
            ("08006", Unavailable),
            ("25P03", Unavailable),
            ("28P01", Unusable),
            ("3D000", Unusable),
            ("42501", Unusable),
            ("42601", Internal),
            ("", Internal),
        ];
        for (code, kind) in meanings {
            assert_eq!(kind_of_code(code), kind, "{code}");
        }
    }
}
