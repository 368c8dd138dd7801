//! `cargo xtask bench`: builds the server and the load program alike, then measures.
//!
//! Everything behind the task's name goes to the load program (`--` before it is allowed), which
//! says what it measures and where it writes. Peers from the system's packages are installed here
//! where that is possible without asking; without them the run says what is missing and fails.

use anyhow::Result;

use crate::command::{command, exists, run as run_command};
use crate::{project, tools};

/// What the peers need: program and Debian package.
const PACKAGES: [(&str, &str); 3] = [
    ("redis-server", "redis-server"),
    ("/usr/lib/postgresql", "postgresql"),
    ("/usr/sbin/ejabberdctl", "ejabberd"),
];

pub(crate) fn run(args: &[String]) -> Result<()> {
    tools::require_node()?;
    for (program, package) in PACKAGES {
        let is_there = if program.starts_with('/') {
            std::path::Path::new(program).exists()
        } else {
            exists(program)
        };
        if !is_there {
            tools::apt_install(&[package])?;
        }
    }
    tools::npm_ci("bench/peers/node")?;
    let packages = ["-p", "relaychat-engine", "-p", "relaychat-bench"];
    let build = [&["build", "--profile", "fast"][..], &packages].concat();
    run_command(&mut command(&project::root(), project::cargo(), &build))?;
    let program = project::relaychat("fast").with_file_name("relaychat-bench");
    let mut measure = command(&project::root(), program, &[]);
    measure.args(args.iter().filter(|arg| *arg != "--"));
    run_command(&mut measure)
}
