//! The machine: space, time, files.

use std::{os::unix::fs::PermissionsExt, path::Path};

use relaychat_engine::clock::{Clock, SystemClock};

use super::Finding;
use crate::{metrics::open_files_max, settings::Settings, settings::value::Kind};

/// Free space below which a busy day can fill the disk.
const SPACE_LOW_BYTES: u64 = 1024 * 1024 * 1024;
/// Free space below which the database cannot be trusted to commit.
const SPACE_GONE_BYTES: u64 = 64 * 1024 * 1024;
/// Files for the database, logs and uploads beside the sockets.
const FILES_BESIDE_SOCKETS: u64 = 256;
/// Sockets a small installation needs; the usual limit of 1,024 files holds fewer.
const FILES_FEW: u64 = 4_096;
/// The beginning of 2026: no version is older.
const OLDEST_TIME_MS: i64 = 1_767_225_600_000;

pub(super) fn examine(settings: &Settings) -> Vec<Finding> {
    let data = &settings.places.data;
    vec![folder(data), space(data), clock(), files()]
}

fn folder(data: &Path) -> Finding {
    const WHAT: &str = "data folder";
    let shown = data.display();
    let Ok(found) = data.metadata() else {
        return Finding::ok(WHAT, format!("{shown} is made on the first start"));
    };
    let others = found.permissions().mode() & 0o077;
    if others != 0 {
        return Finding::warn(
            WHAT,
            format!("{shown} is open to other users of this machine"),
            format!("chmod 700 {shown}"),
        );
    }
    Finding::ok(WHAT, format!("{shown} can be written to"))
}

fn space(data: &Path) -> Finding {
    const WHAT: &str = "disk space";
    let existing = data.ancestors().find(|path| path.exists());
    let existing = existing.unwrap_or(Path::new("."));
    let Ok(found) = rustix::fs::statvfs(existing) else {
        return Finding::warn(WHAT, "the system does not tell", "");
    };
    let free_bytes = found.f_bavail.saturating_mul(found.f_frsize);
    // In whole GiB, or MiB when there is little.
    let unit = if free_bytes >> 30 > 0 { 30 } else { 20 };
    let detail = format!("{} free", Kind::Bytes.text(free_bytes >> unit << unit));
    if free_bytes < SPACE_GONE_BYTES {
        Finding::fail(WHAT, detail, "make room: commits will fail")
    } else if free_bytes < SPACE_LOW_BYTES {
        Finding::warn(WHAT, detail, "make room, or move --data")
    } else {
        Finding::ok(WHAT, detail)
    }
}

fn clock() -> Finding {
    const WHAT: &str = "clock";
    if SystemClock.now_ms() < OLDEST_TIME_MS {
        return Finding::fail(
            WHAT,
            "the system's time lies in the past",
            "set it, and let NTP keep it: codes, tokens and signed links expire by it",
        );
    }
    Finding::ok(WHAT, "the system's time is plausible")
}

fn files() -> Finding {
    const WHAT: &str = "open files";
    let Some(limit) = open_files_max() else {
        return Finding::warn(WHAT, "the system does not tell", "");
    };
    let sockets = limit.saturating_sub(FILES_BESIDE_SOCKETS);
    let detail = format!("{limit} may be open: about {sockets} sockets");
    if limit < FILES_FEW {
        return Finding::warn(
            WHAT,
            detail,
            "raise it: ulimit -n 65536, or LimitNOFILE=65536",
        );
    }
    Finding::ok(WHAT, detail)
}
