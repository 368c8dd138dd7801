//! The Swift package against the library of this tree and an engine of its own.
//!
//! Debian 12 has no Swift, so its tools live in a chroot that the project's own script makes;
//! another script runs a command there, with the sources mounted. The library is built outside
//! (the same one that the Kotlin suite takes) and loads in the newer system inside. What only an
//! Apple machine can build is checked as far as that goes: style, the manifest's other branch, and
//! the packaging script without carrying it out.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Options;
use super::count;
use super::outcome::Count;
use super::served::Served;
use crate::command::{command, exists, run, watch};
use crate::{mobile, project, tools};

const PACKAGE: &str = "sdk-mobile/swift";
const EXAMPLE: &str = "examples/swift-chat";
const FRAMEWORK: &str = "sdk-mobile/packaging/ios/build-xcframework.sh";
const INSTALL: &str = "sdk-mobile/tools/install-swift.sh";
const INSIDE: &str = "sdk-mobile/tools/in-swift.sh";
const TARGETS: &str = "sdk-mobile/tools/check-mobile-targets.sh";
/// What is written by hand in Swift.
const WRITTEN: [&str; 4] = [
    "sdk-mobile/swift/Package.swift",
    "sdk-mobile/swift/Sources/RelayChat",
    "sdk-mobile/swift/Tests",
    EXAMPLE,
];

/// The tests log in some hundred people within seconds, and send without pause.
const UNHURRIED: [(&str, &str); 2] = [
    ("RELAY_RATE_LIMITS", "off"),
    ("RELAY_CODES_PER_NETWORK", "100000"),
];

/// Tools, library and bindings, tests, the example, and what can be said of the rest.
pub(super) fn suite(options: &Options) -> Result<Vec<Count>> {
    run(&mut script(INSTALL, &[]))?;
    let library = mobile::generate()?;
    let swift = Swift {
        libraries: library.parent().context("a library lies in a folder")?,
    };
    let mut counts = swift.tests()?;
    counts.extend(swift.example()?);
    counts.push(style()?);
    counts.push(swift.manifest()?);
    counts.push(packaging()?);
    if options.is_long {
        let targets = watch(&mut script(TARGETS, &[]))?;
        counts.push(Count::single("Android and iOS types", targets.is_success));
    }
    Ok(counts)
}

/// SwiftPM with the library of this tree.
struct Swift<'a> {
    libraries: &'a Path,
}

impl Swift<'_> {
    /// XCTest and Swift Testing run one after the other, each in a process of its own.
    fn tests(&self) -> Result<Vec<Count>> {
        let built = watch(&mut self.package(PACKAGE, "build", &["--build-tests"]))?;
        let mut counts = vec![Count::single("package", built.is_success)];
        if !built.is_success {
            return Ok(counts);
        }
        let served = Served::start("swift", &UNHURRIED)?;
        let mut tests = self.package(PACKAGE, "test", &["--skip-build"]);
        tests
            .env("RELAYCHAT_URL", &served.url)
            .env("RELAYCHAT_FIXTURES", project::path("openapi/fixtures"));
        let transcript = watch(&mut tests)?;
        let counted = count::xctest("counted alone", &transcript.lines);
        let stories = count::swift_testing("stories", &transcript.lines);
        let is_explained = transcript.is_success || counted.failed > 0;
        counts.push(count::ended(stories, is_explained));
        counts.push(counted);
        Ok(counts)
    }

    /// The chat for the command line: two people talk through it. With a library that does not fit
    /// what was generated it stops at once, instead of reading memory as something else.
    fn example(&self) -> Result<Vec<Count>> {
        let built = watch(&mut self.package(EXAMPLE, "build", &[]))?;
        if !built.is_success {
            return Ok(vec![Count::single("swift-chat", false)]);
        }
        let served = Served::start("swift-chat", &UNHURRIED)?;
        let program = scratch(EXAMPLE).join("debug").join("swift-chat");
        let program = program.to_string_lossy();
        let talk = watch(&mut inside(&[&program, "--self-test", &served.url]))?;
        let other = mobile::other_library(&mobile::generate()?)?;
        let preload = format!("LD_PRELOAD={}", other.display());
        let args = ["env", &preload, &program, "--self-test", &served.url];
        let mistaken = watch(&mut inside(&args))?;
        let mut said = mistaken.lines.iter();
        let is_refused = said.any(|line| line.contains("API checksum mismatch"));
        Ok(vec![
            Count::single("swift-chat", talk.is_success),
            Count::single("stale bindings are refused", is_refused),
        ])
    }

    /// The manifest as Apple's tools read it names the framework.
    fn manifest(&self) -> Result<Count> {
        let mut dump = self.package(PACKAGE, "package", &["dump-package"]);
        let transcript = watch(dump.env("RELAYCHAT_CORE", "xcframework"))?;
        let mut lines = transcript.lines.iter();
        let names_it = lines.any(|line| line.contains("RelayChatFFI.xcframework"));
        let is_success = transcript.is_success && names_it;
        Ok(Count::single("manifest for Apple", is_success))
    }

    /// A command of SwiftPM for one package.
    fn package(&self, folder: &str, task: &str, more: &[&str]) -> Command {
        let libraries = self.libraries.display().to_string();
        let search = format!("-L{libraries}");
        let scratch = scratch(folder).display().to_string();
        let mut args = vec!["swift", task, "--package-path", folder];
        args.extend(["--scratch-path", &scratch]);
        for argument in [
            search.as_str(),
            "-rpath",
            &libraries,
            // The Observation library of Swift 6.0 on Linux names a symbol that nothing defines.
            "--allow-shlib-undefined",
        ] {
            args.extend(["-Xlinker", argument]);
        }
        args.extend(more);
        inside(&args)
    }
}

fn style() -> Result<Count> {
    let mut args = vec!["swift", "format", "lint", "--strict", "--recursive"];
    args.extend(WRITTEN);
    let linted = watch(&mut inside(&args))?;
    Ok(Count::single("style", linted.is_success))
}

/// The scripts are sound, and the one for Apple machines says what it would do.
fn packaging() -> Result<Count> {
    if !exists("shellcheck") {
        tools::apt_install(&["shellcheck"])?;
    }
    let scripts = [INSTALL, INSIDE, TARGETS, FRAMEWORK];
    let checked = watch(&mut command(&project::root(), "shellcheck", &scripts))?;
    let tried = watch(&mut script(FRAMEWORK, &["--dry-run"]))?;
    let is_success = checked.is_success && tried.is_success;
    Ok(Count::single("framework script", is_success))
}

/// The participant of the room, built, without the address and the store that it is told.
pub(super) fn participant() -> Result<Command> {
    run(&mut script(INSTALL, &[]))?;
    let library = mobile::generate()?;
    let swift = Swift {
        libraries: library.parent().context("a library lies in a folder")?,
    };
    run(&mut swift.package(EXAMPLE, "build", &[]))?;
    let program = scratch(EXAMPLE).join("debug").join("swift-chat");
    Ok(inside(&[&program.to_string_lossy(), "--room"]))
}

/// Where SwiftPM builds a package.
fn scratch(folder: &str) -> PathBuf {
    project::target().join("swift").join(folder)
}

/// A command in the chroot. The target folder may lie outside of the repository.
fn inside(args: &[&str]) -> Command {
    let folders = [project::root(), project::target()].map(|folder| folder.display().to_string());
    let mut inside = script(INSIDE, args);
    inside.env("RELAYCHAT_SWIFT_BIND", folders.join(":"));
    inside
}

fn script(path: &str, args: &[&str]) -> Command {
    command(&project::root(), project::path(path), args)
}
