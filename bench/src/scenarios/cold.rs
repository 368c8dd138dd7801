//! From the start of the program, on data that is there, to the first connection it takes.

use std::{
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::{
    peers::{Server, free_port, relay_program},
    process::resident_bytes,
    report::Record,
};

/// Far beyond what a start takes.
const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) fn run(record: &mut Record) -> Result<()> {
    let folder = tempfile::tempdir()?;
    // The first start makes the tables; the second is what is measured.
    for attempt in 0..2 {
        let port = free_port()?;
        let mut command = Command::new(relay_program()?);
        let address = format!("127.0.0.1:{port}");
        command.args(["serve", "--log", "warn", "--listen", &address, "--data"]);
        command.arg(folder.path().join("data"));
        let began = Instant::now();
        let server = Server::spawned(&mut command)?;
        while TcpStream::connect(&address).is_err() {
            ensure!(began.elapsed() < DEADLINE, "it does not start");
            std::thread::sleep(Duration::from_millis(1));
        }
        if attempt == 1 {
            let start_ms = began.elapsed().as_secs_f64() * 1_000.0;
            let resident = resident_bytes(server.id())? as f64 / 1024.0 / 1024.0;
            record.figures.insert("start_ms".into(), start_ms);
            record.figures.insert("resident_mib".into(), resident);
        }
    }
    Ok(())
}
