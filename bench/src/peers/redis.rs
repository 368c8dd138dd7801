//! Redis from the system's package, without persistence.

use std::process::Command;

use anyhow::{Context, Result};

use super::server::{Server, free_port};

/// A running server.
#[derive(Debug)]
pub(crate) struct Redis {
    server: Server,
    pub(crate) url: String,
}

impl Redis {
    pub(crate) fn start() -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("redis-server");
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1"]);
        command.args(["--save", "", "--appendonly", "no"]);
        let server = Server::on_port(&mut command, port)
            .context("Redis is missing: install the package `redis-server`")?;
        Ok(Self {
            server,
            url: format!("redis://127.0.0.1:{port}"),
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.server.id()
    }
}
