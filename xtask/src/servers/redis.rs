//! Redis from the system's package, without persistence.

use anyhow::Result;

use super::process::{Process, free_port, scratch};
use crate::command::{command, exists};
use crate::tools;

pub(super) fn start() -> Result<Process> {
    if !exists("redis-server") {
        tools::apt_install(&["redis-server"])?;
    }
    let folder = scratch("redis")?;
    let port = free_port()?;
    let port_text = port.to_string();
    let args = ["--port", &port_text, "--bind", "127.0.0.1", "--save", ""];
    let mut server = command(&folder, "redis-server", &args);
    server.args(["--appendonly", "no"]);
    let address = format!("redis://127.0.0.1:{port}");
    Process::start(&mut server, folder, port, address)
}
