//! The log: short lines for people, or JSON for machines.

use relaychat_engine::clock::{Clock, SystemClock};
use tracing_subscriber::{
    EnvFilter,
    fmt::{format::Writer, time::FormatTime},
};

use crate::failure::Problems;

/// What is logged; the error is a sentence.
pub(crate) fn filter(text: &str) -> Result<EnvFilter, String> {
    EnvFilter::builder().parse(text).map_err(|_| {
        format!("{text:?} is not a filter such as info or warn,relaychat_engine=debug")
    })
}

/// Installs the logger of this process.
pub(crate) fn install(filter: &str, is_json: bool) -> anyhow::Result<()> {
    let filter = self::filter(filter).map_err(Problems::one)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter);
    if is_json {
        builder.json().init();
    } else {
        builder
            .compact()
            .with_target(false)
            .with_timer(TimeOfDay)
            .init();
    }
    Ok(())
}

/// The present time of day (UTC), as log lines begin.
pub(crate) fn time_of_day() -> String {
    let seconds = SystemClock.now_ms().div_euclid(1_000).rem_euclid(86_400);
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

struct TimeOfDay;

impl FormatTime for TimeOfDay {
    fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
        writer.write_str(&time_of_day())
    }
}
