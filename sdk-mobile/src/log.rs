//! What the client has to say about itself, for the application's own log.
//!
//! Only what the threads of one client say, so two clients have two logs and the process has no
//! global one. Never what a person wrote, nor a token or an address. A sink that is slow loses
//! lines instead of holding up the client.

use std::{fmt::Write as _, sync::Arc};

use tokio::{sync::mpsc, task::spawn_blocking};
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
};

use crate::ListenerError;

/// Lines that wait for a slow sink: some seconds of a busy client at its most talkative.
const WAITING_LINES: usize = 256;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum LogLevel {
    /// Something is broken.
    Error,
    /// Something is not as it should be.
    Warn,
    /// Something happened.
    Info,
    /// For who looks for a cause.
    Debug,
    /// Every step.
    Trace,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct LogRecord {
    /// How much it matters.
    pub level: LogLevel,
    /// The part of the library that says it.
    pub target: String,
    /// What it says.
    pub text: String,
}

/// Takes the lines of a client's log, one after the other.
#[uniffi::export(with_foreign)]
pub trait LogSink: Send + Sync {
    /// One more line.
    ///
    /// # Errors
    /// Whatever the application throws; it is dropped.
    fn log(&self, record: LogRecord) -> Result<(), ListenerError>;
}

/// Takes what threads log up to `level`, and gives the lines.
pub(crate) fn collect(level: LogLevel) -> (Dispatch, mpsc::Receiver<LogRecord>) {
    let (lines, waiting) = mpsc::channel(WAITING_LINES);
    let collector = Collector {
        level: level.into(),
        lines,
    };
    (Dispatch::new(collector), waiting)
}

/// Hands the lines to the sink until there can be no more.
pub(crate) async fn tell(sink: Arc<dyn LogSink>, mut waiting: mpsc::Receiver<LogRecord>) {
    while let Some(record) = waiting.recv().await {
        let sink = Arc::clone(&sink);
        spawn_blocking(move || sink.log(record).ok()).await.ok();
    }
}

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

impl From<Level> for LogLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warn,
            Level::INFO => Self::Info,
            Level::DEBUG => Self::Debug,
            _ => Self::Trace,
        }
    }
}

/// Makes lines of events. Spans are not told apart.
struct Collector {
    level: LevelFilter,
    lines: mpsc::Sender<LogRecord>,
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && *metadata.level() <= self.level
            && metadata.target().starts_with("relaychat")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        // Full: the sink is slow, and this line is lost.
        let line = self.lines.try_send(LogRecord {
            level: (*event.metadata().level()).into(),
            target: event.metadata().target().to_owned(),
            text: text.0,
        });
        line.ok();
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The message of an event, and behind it the fields.
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let space = if self.0.is_empty() { "" } else { " " };
        let written = match field.name() {
            "message" => {
                let rest = std::mem::take(&mut self.0);
                let space = if rest.is_empty() { "" } else { " " };
                write!(self.0, "{value:?}{space}{rest}")
            }
            name => write!(self.0, "{space}{name}={value:?}"),
        };
        // A String takes everything.
        written.ok();
    }
}
