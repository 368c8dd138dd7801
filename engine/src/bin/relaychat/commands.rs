//! The commands, one a file: each has `command`, how it is written, and `run`, what it does.

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod openapi;
pub(crate) mod serve;
pub(crate) mod version;
