//! The log: short lines for people, or JSON for machines.
//!
//! What other libraries say in detail may hold what people wrote (a database driver that shows the
//! values of a statement, an HTTP library that shows headers), so of them nothing below `info` is
//! ever logged, whatever the filter says.

use relaychat_engine::clock::{Clock, SystemClock};
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter,
    filter::filter_fn,
    fmt::{self, format::Writer, time::FormatTime},
    layer::SubscriberExt,
    util::SubscriberInitExt,
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
    let registry = tracing_subscriber::registry()
        .with(filter)
        .with(filter_fn(may_be_logged));
    if is_json {
        registry.with(fmt::layer().json()).init();
    } else {
        let layer = fmt::layer()
            .compact()
            .with_target(false)
            .with_timer(TimeOfDay);
        registry.with(layer).init();
    }
    Ok(())
}

/// Ours, which are tested to be silent about people, or nothing in detail.
fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("relaychat") || *metadata.level() <= Level::INFO
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
