//! `relaychat health`: asks a running server whether it is ready, for a container's health check.
//!
//! A request by hand over the loopback: an image without a shell has no other program for it.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, bail};
use clap::{ArgMatches, Command};

use crate::settings::{layers::Given, table::server::LISTEN};

/// How long an answer may take: longer than the server's own limit for its checks.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The most of an answer that is read: its first line is what counts.
const ANSWER_BYTES_MAX: u64 = 4_096;

pub(crate) fn command() -> Command {
    Command::new("health").about("Ask the running server whether it is ready; ends with 1 if not")
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let given = Given::gather(matches);
    let listen = given.text(&LISTEN).parse();
    let address = reachable(listen.context("listen: cannot be read")?);
    let answer = ask(address).with_context(|| format!("{address} does not answer"))?;
    let status = answer.lines().next().unwrap_or_default();
    let body = answer.rsplit("\r\n\r\n").next().unwrap_or_default().trim();
    if !status.starts_with("HTTP/1.1 200") {
        bail!("the server at {address} is not ready: {status} {body}");
    }
    println!("{body}");
    Ok(())
}

/// Where a server that listens on every address is found from here.
pub(crate) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(ANSWER_BYTES_MAX).read_to_string(&mut answer)?;
    Ok(answer)
}
