//! An S3 store: moto's server from the Python environment of the tests.

use anyhow::Result;

use super::process::{Process, free_port, scratch};
use crate::command::command;
use crate::tools;

/// The packages of the environment.
const REQUIREMENTS: &str = "openapi/stranger/requirements.txt";

pub(super) fn start() -> Result<Process> {
    let python = tools::python(REQUIREMENTS)?;
    let folder = scratch("s3")?;
    let port = free_port()?;
    let port_text = port.to_string();
    let args = ["-m", "moto.server", "-H", "127.0.0.1", "-p", &port_text];
    let mut server = command(&folder, python, &args);
    let address = format!("http://127.0.0.1:{port}");
    Process::start(&mut server, folder, port, address)
}
