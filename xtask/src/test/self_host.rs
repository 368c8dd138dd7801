//! What `examples/self-host` promises: the files are right, and the program works behind the
//! proxies as they are written there. Docker is not needed; what needs an engine is not run here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Options;
use super::count;
use super::outcome::Count;
use super::served::{Served, program};
use crate::command::{command, exists, output, watch};
use crate::{project, tools};

const FOLDER: &str = "examples/self-host";
/// How long a proxy may take to answer.
const START_DEADLINE: Duration = Duration::from_secs(20);
/// Where the proxies listen: below the ports that the system gives out by itself.
const NGINX_PORT: u16 = 18_441;
const CADDY_PORT: u16 = 18_442;

/// The files alone, then the documents' client through each proxy.
pub(super) fn suite(_: &Options) -> Result<Vec<Count>> {
    for (program, package) in [
        ("caddy", "caddy"),
        ("nginx", "nginx-light"),
        ("systemd-analyze", "systemd"),
    ] {
        if !exists(program) {
            tools::apt_install(&[package])?;
        }
    }
    let mut counts = vec![settings()?, unit()?];
    counts.push(through("nginx", NGINX_PORT, nginx)?);
    counts.push(through("caddy", CADDY_PORT, caddy)?);
    Ok(counts)
}

/// The reference is the one that the program prints.
fn settings() -> Result<Count> {
    let args = ["config", "docs"];
    let printed = output(&mut command(&project::root(), program()?, &args))?;
    let written = fs::read_to_string(project::path(FOLDER).join("settings.md"))?;
    let is_fresh = printed.trim() == written.trim();
    if !is_fresh {
        println!("{FOLDER}/settings.md is old: relaychat config docs > {FOLDER}/settings.md");
    }
    Ok(Count::single("settings.md", is_fresh))
}

/// The unit of systemd, with the program where it lies now.
fn unit() -> Result<Count> {
    let text = fs::read_to_string(project::path(FOLDER).join("relaychat.service"))?;
    let program = program()?.display().to_string();
    let file = scratch()?.join("relaychat.service");
    fs::write(&file, text.replace("/usr/local/bin/relaychat", &program))?;
    let file = file.display().to_string();
    let args = ["verify", &file];
    let checked = watch(&mut command(&project::root(), "systemd-analyze", &args))?;
    Ok(Count::single("systemd unit", checked.is_success))
}

/// The client that was written from the documents, through a proxy.
fn through(name: &str, port: u16, start: fn(&Served, u16) -> Result<Process>) -> Result<Count> {
    let python = tools::python("openapi/stranger/requirements.txt")?;
    let served = Served::start(name, &[("RELAY_TRUSTED_PROXIES", "127.0.0.1")])?;
    let _proxy = start(&served, port)?;
    let url = format!("http://127.0.0.1:{port}");
    wait_for(&url)?;
    let args = ["openapi/stranger/stranger.py", &url];
    let transcript = watch(&mut command(&project::root(), &python, &args))?;
    let counted = count::plain(&format!("through {name}"), &transcript.lines);
    Ok(count::ended(counted, transcript.is_success))
}

fn nginx(served: &Served, port: u16) -> Result<Process> {
    let folder = scratch()?;
    let text = fs::read_to_string(project::path(FOLDER).join("nginx.conf"))?;
    let site: Vec<String> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("ssl_certificate"))
        .map(|line| line.replace("127.0.0.1:8080", address(served)))
        .map(|line| line.replace("listen 443 ssl http2", &format!("listen 127.0.0.1:{port}")))
        .collect();
    let site = site.join("\n");
    let place = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {place}/{kind};\n"))
        .concat();
    let config = folder.join("nginx.conf");
    fs::write(
        &config,
        format!(
            "daemon off; pid {place}/nginx.pid; error_log {place}/nginx.log;\nevents {{}}\n\
             http {{\naccess_log off;\n{temporary}{site}\n}}\n"
        ),
    )?;
    Process::start(Command::new("nginx").arg("-c").arg(config))
}

fn caddy(served: &Served, port: u16) -> Result<Process> {
    let folder = scratch()?;
    let config = project::path(FOLDER).join("Caddyfile");
    Process::start(
        Command::new("caddy")
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(config)
            .env("RELAY_SITE", format!("http://127.0.0.1:{port}"))
            .env("RELAY_UPSTREAM", address(served))
            .env("XDG_DATA_HOME", &folder)
            .env("XDG_CONFIG_HOME", &folder),
    )
}

fn address(served: &Served) -> &str {
    served.url.trim_start_matches("http://")
}

fn scratch() -> Result<PathBuf> {
    let folder = project::target().join("xtask").join("self-host");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn wait_for(url: &str) -> Result<()> {
    let address = url.trim_start_matches("http://").parse()?;
    let start = Instant::now();
    while std::net::TcpStream::connect_timeout(&address, START_DEADLINE).is_err() {
        if start.elapsed() > START_DEADLINE {
            bail!("the proxy at {url} did not start");
        }
        sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// A proxy that ends with its guard.
struct Process(Child);

impl Process {
    fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_owned();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} could not be started", Path::new(&name).display()))?;
        Ok(Self(child))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let id = self.0.id().to_string();
        // Politely, so that the workers of nginx end with their master.
        Command::new("kill").args(["-TERM", &id]).status().ok();
        self.0.wait().ok();
    }
}
