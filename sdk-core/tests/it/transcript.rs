//! One conversation, one transcript: the same on every platform.
//!
//! `tests/transcript/script.json` says what happens, `golden.txt` what a client shows after each
//! step. Both are read here and, for browsers and Node, by `sdk-wasm/npm/test/packed/transcript.mjs`:
//! each plays the script with its own client against the real engine, a step at a time, waits until
//! what is shown is what the golden file says, and fails with the difference if it never is.
//! Ids and times are left out, for nothing else differs from run to run.
//!
//! `RELAYCHAT_BLESS=1` writes the golden file from what the native client shows once it is at rest;
//! the other platforms then have to agree.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use serde::Deserialize;

use self::{player::Player, shown::shown};
use crate::support::DEADLINE;

mod player;
mod shown;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);
/// What has not changed for so long is at rest. Only used to write the golden file.
const REST: Duration = Duration::from_millis(1_500);

/// One step of the script.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    step: String,
    #[serde(rename = "do")]
    act: Act,
    /// What the act is about.
    text: Option<String>,
    name: Option<String>,
    /// The bytes of a file.
    hex: Option<String>,
    seq: Option<u64>,
    delivered_seq: Option<u64>,
    read_seq: Option<u64>,
    /// How many messages were written in the meantime.
    peer_writes: Option<u64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Connect,
    LogIn,
    GoOffline,
    GoOnline,
    OpenChat,
    /// With everything that was ever written in it: how much of that is there at first depends on
    /// whether there is a store.
    OpenWholeChat,
    LoadBefore,
    MarkRead,
    Send,
    SendImage,
    Cancel,
    PeerMarks,
    PeerSends,
    PeerSendsToGroup,
    MakeGroup,
    RenamePeer,
    Reload,
    SignOut,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/transcript")
}

/// The parts of the golden file, each with its heading.
fn parts(golden: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for line in golden.split_inclusive('\n') {
        if line.starts_with("# ") {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(line);
        }
    }
    parts
}

/// What is shown once it is what is expected, or after the deadline.
async fn settled(player: &Player, heading: &str, expected: Option<&str>) -> String {
    let start = Instant::now();
    let mut since = Instant::now();
    let mut found = String::new();
    loop {
        let now = format!("{heading}{}", shown(player));
        if now != found {
            (found, since) = (now, Instant::now());
        }
        let is_done = match expected {
            Some(expected) => found == expected || start.elapsed() > DEADLINE,
            None => since.elapsed() > REST,
        };
        if is_done {
            return found;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The lines that are in one of them only.
fn difference(expected: &str, found: &str) -> String {
    let lacks = |text: &str, line: &str| !text.lines().any(|other| other == line);
    let gone = expected.lines().filter(|line| lacks(found, line));
    let new = found.lines().filter(|line| lacks(expected, line));
    let gone = gone.map(|line| format!("- {line}\n"));
    let new = new.map(|line| format!("+ {line}\n"));
    gone.chain(new).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scripted_conversation_gives_the_transcript_that_every_platform_gives() {
    let script = fs::read_to_string(folder().join("script.json")).expect("it is there");
    let script: Vec<Step> = serde_json::from_str(&script).expect("it is a script");
    let is_blessing = std::env::var_os("RELAYCHAT_BLESS").is_some();
    let golden = fs::read_to_string(folder().join("golden.txt")).unwrap_or_default();
    let golden = parts(&golden);
    let mut transcript = String::new();
    let mut player = Player::start().await;
    for (index, step) in script.iter().enumerate() {
        player.play(step).await;
        let heading = format!("# {} {}\n", index + 1, step.step);
        let expected = golden.get(index).map_or("", String::as_str);
        let expected = (!is_blessing).then_some(expected);
        let found = settled(&player, &heading, expected).await;
        if let Some(expected) = expected {
            assert!(
                found == expected,
                "{heading}{}\nall of it:\n{found}",
                difference(expected, &found)
            );
        }
        transcript.push_str(&found);
    }
    player.stop().await;
    if is_blessing {
        fs::write(folder().join("golden.txt"), transcript).expect("it is written");
    } else {
        assert_eq!(
            golden.len(),
            script.len(),
            "the golden file has other steps"
        );
    }
}
