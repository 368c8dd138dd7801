//! The RelayChat engine: chat that runs inside your own program, or as one binary.

#![allow(dead_code)] // removed when the layers meet

pub mod blobs;
pub mod clock;
pub mod config;
pub mod domain;
mod http;
mod images;
mod limits;
pub mod mailer;
pub mod random;
mod services;
pub mod storage;
mod wire;
