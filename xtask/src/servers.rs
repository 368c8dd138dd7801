//! The servers that tests talk to: PostgreSQL, Redis and an S3 store, each a real one.
//!
//! A server whose address is in the environment is used as it is; any other is installed if need
//! be, started on loopback with a port and a folder of its own, and ended with its guard. Tests
//! learn the addresses from the same variables. There is no third way: a server that cannot be
//! started is an error, never a reason to leave tests out.
//!
//! Data lies among the system's temporary files and is not meant to survive: PostgreSQL runs
//! without waiting for the disk, which changes no answer that a test can see.

mod postgres;
mod process;
mod redis;
mod s3;

use std::process::Command;

use anyhow::Result;

use process::Process;

/// PostgreSQL, such as `postgres://postgres@127.0.0.1:5432/postgres`. Tests make schemas of their
/// own in it.
const POSTGRES: &str = "RELAYCHAT_TEST_POSTGRES_URL";
/// Redis, such as `redis://127.0.0.1:6379`. Tests use key prefixes of their own in it.
const REDIS: &str = "RELAYCHAT_TEST_REDIS_URL";
/// An S3 store, such as `http://127.0.0.1:9000`. Tests make buckets of their own in it.
const S3: &str = "RELAYCHAT_TEST_S3_URL";

/// Running servers. Dropping it ends those that were started.
pub(crate) struct Servers {
    addresses: Vec<(&'static str, String)>,
    _started: Vec<Process>,
}

/// What starts a server.
type Start = fn() -> Result<Process>;

impl Servers {
    /// Starts what is not there yet.
    pub(crate) fn start() -> Result<Self> {
        let known: [(&str, Start); 3] = [
            (POSTGRES, postgres::start),
            (REDIS, redis::start),
            (S3, s3::start),
        ];
        let (mut addresses, mut started) = (Vec::new(), Vec::new());
        for (variable, start) in known {
            let address = match std::env::var(variable) {
                Ok(address) => address,
                Err(_) => {
                    let process = start()?;
                    let address = process.address.clone();
                    started.push(process);
                    address
                }
            };
            addresses.push((variable, address));
        }
        Ok(Self {
            addresses,
            _started: started,
        })
    }

    /// Where Redis is.
    pub(crate) fn redis(&self) -> &str {
        let mut addresses = self.addresses.iter();
        let found = addresses.find(|(variable, _)| *variable == REDIS);
        &found.expect("all servers are started").1
    }

    /// Tells a command the addresses.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.envs(self.addresses.iter().map(|(name, value)| (*name, value)));
    }
}

/// `cargo xtask servers`: for running single tests by hand. Prints the variables and waits.
pub(crate) fn run() -> Result<()> {
    let servers = Servers::start()?;
    for (variable, address) in &servers.addresses {
        println!("export {variable}={address}");
    }
    println!("# running until standard input ends (Ctrl-D)");
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}
