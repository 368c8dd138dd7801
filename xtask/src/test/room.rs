//! One room, four languages: programs in Rust, Kotlin and Swift and a real browser in one group.
//!
//! `examples/room` says what a participant is told; a script for Node is the conductor there. This
//! only builds the participants and says where they are.

use std::process::Command;

use anyhow::Result;
use serde_json::json;

use super::Options;
use super::cargo;
use super::count;
use super::kotlin;
use super::outcome::Count;
use super::served;
use super::swift;
use crate::command::{command, watch};
use crate::{project, tools, wasm, web};

const CONDUCTOR: &str = "examples/room/room.test.mjs";

pub(super) fn suite(_: &Options) -> Result<Vec<Count>> {
    tools::require_node()?;
    wasm::run()?;
    web::dependencies()?;
    cargo::build()?;
    let native = kotlin::program()?;
    let chromium = tools::chromium()?;
    let mut kotlin = kotlin::java(&native, &[]);
    kotlin.args(["dev.relaychat.example.MainKt", "--room"]);
    let swift = swift::participant()?;
    let rust = command(
        &project::root(),
        project::program("debug", "room-rust"),
        &[],
    );
    let people = json!({
        "rust": words(&rust),
        "kotlin": words(&kotlin),
        "swift": words(&swift),
    });
    let folder = project::target().join("xtask").join("room");
    std::fs::create_dir_all(&folder)?;
    let mut conductor = command(&project::root(), "node", &["--test", CONDUCTOR]);
    conductor
        .env("NO_COLOR", "1")
        .env("CHROMIUM", chromium)
        .env("RELAYCHAT", served::program()?)
        .env("ROOM", people.to_string())
        // Where every participant sees it, the one in Swift too.
        .env("ROOM_FOLDER", folder)
        .envs(
            swift
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    let transcript = watch(&mut conductor)?;
    let counted = count::node("four languages", &transcript.lines);
    Ok(vec![count::ended(counted, transcript.is_success)])
}

fn words(command: &Command) -> Vec<String> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}
