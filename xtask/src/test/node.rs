//! The suites that npm and Node run: the client package, the web application, the browser tests.
//!
//! Every script is named in the package's own `package.json`, so that somebody working in that
//! folder runs exactly the same thing without xtask. The shop has no package: its story borrows
//! the browser of the web application's.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::Options;
use super::cargo;
use super::count;
use super::outcome::Count;
use super::served;
use crate::command::{command, watch};
use crate::servers::Servers;
use crate::{project, tools, wasm, web};

const PACKAGE: &str = "sdk-wasm/npm";
const APP: &str = "examples/web-chat";
const SHOP: &str = "examples/embed-axum/e2e/shop.mjs";

/// The client for browsers, with its size limit.
pub(super) fn wasm(_: &Options) -> Result<Vec<Count>> {
    wasm::run()?;
    Ok(vec![Count::single("build and size limit", true)])
}

/// The npm package: types, unit tests, and the packed file in a browser and in Node.
pub(super) fn package(_: &Options) -> Result<Vec<Count>> {
    wasm::run()?;
    let chromium = tools::chromium()?;
    let types = watch(&mut npm(PACKAGE, &["run", "--silent", "check"]))?;
    let unit = watch(&mut npm(PACKAGE, &["test", "--silent"]))?;
    let packed = watch(
        npm(PACKAGE, &["run", "--silent", "test:packed"])
            .env("CHROMIUM", chromium)
            .env("CONFORMANCE", wasm::conformance()?)
            .env("RELAYCHAT", served::program()?),
    )?;
    Ok(vec![
        Count::single("types", types.is_success),
        count::ended(count::node("unit", &unit.lines), unit.is_success),
        count::ended(count::node("packed", &packed.lines), packed.is_success),
    ])
}

/// The web application: lint, unit tests, build (which checks the types).
pub(super) fn app(_: &Options) -> Result<Vec<Count>> {
    tools::require_node()?;
    web::dependencies()?;
    let lint = watch(&mut npm(APP, &["run", "--silent", "lint"]))?;
    let unit = watch(&mut npm(APP, &["test", "--silent"]))?;
    let build = web::run();
    if let Err(error) = &build {
        println!("{error:#}");
    }
    Ok(vec![
        Count::single("lint", lint.is_success),
        count::ended(count::vitest("unit", &unit.lines), unit.is_success),
        Count::single("types and build", build.is_ok()),
    ])
}

/// People in real browsers against the engine with the embedded application.
pub(super) fn browser(_: &Options) -> Result<Vec<Count>> {
    tools::require_node()?;
    web::dependencies()?;
    let chromium = tools::chromium()?;
    let screenshots = project::target().join("screenshots");
    let mut stories = npm(APP, &["run", "--silent", "test:browser"]);
    stories
        .env("CHROMIUM", chromium)
        .env("RELAYCHAT", served::program()?)
        .env("SCREENSHOTS", screenshots);
    let servers = Servers::start()?;
    servers.tell(&mut stories);
    let transcript = watch(&mut stories)?;
    let counted = count::node("people in browsers", &transcript.lines);
    Ok(vec![count::ended(counted, transcript.is_success)])
}

/// A customer and the staff of the shop in a real browser: the engine inside somebody's program.
pub(super) fn embed(_: &Options) -> Result<Vec<Count>> {
    wasm::run()?;
    cargo::build()?;
    web::dependencies()?;
    let chromium = tools::chromium()?;
    let mut story = command(&project::root(), "node", &["--test", SHOP]);
    story
        .env("NO_COLOR", "1")
        .env("CHROMIUM", chromium)
        .env("SHOP", project::program("debug", "embed-axum"))
        .env("SCREENSHOTS", project::target().join("screenshots"));
    let servers = Servers::start()?;
    servers.tell(&mut story);
    let transcript = watch(&mut story)?;
    let counted = count::node("the shop", &transcript.lines);
    Ok(vec![count::ended(counted, transcript.is_success)])
}

fn npm(folder: &str, args: &[&str]) -> Command {
    let mut npm = command(Path::new(&project::path(folder)), "npm", args);
    npm.env("CI", "true").env("NO_COLOR", "1");
    npm
}
