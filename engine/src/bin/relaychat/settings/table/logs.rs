//! What an operator sees.

use super::{Section, Setting};
use crate::settings::value::Kind;

pub(crate) const LOG: Setting = Setting::new(
    "log",
    Kind::Text("FILTER"),
    "What is logged: error, warn, info, debug or trace, also by module",
)
.default("info")
.example("warn,relaychat_engine=debug");

pub(crate) const LOG_FORMAT: Setting = Setting::new(
    "log_format",
    Kind::Choice(&["text", "json"]),
    "How it is logged: for people, or one JSON object a line",
)
.default("text");

pub(crate) const METRICS: Setting = Setting::new(
    "metrics",
    Kind::Text("off|path|ADDRESS:PORT"),
    "Where the figures for Prometheus are: nowhere, at /metrics of the server, or of a listener of their own",
)
.otherwise("path while only this machine can reach the server, else off")
.example("127.0.0.1:9464");

pub(crate) const SECTION: Section = Section {
    title: "Logs and figures",
    settings: &[LOG, LOG_FORMAT, METRICS],
};
