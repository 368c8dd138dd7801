//! The suites that know the engine only from its documents: the stranger and the generator of
//! requests. Both are Python programs in an environment of their own in the target folder.

use anyhow::Result;

use super::Options;
use super::count;
use super::outcome::Count;
use super::served::Served;
use crate::command::{command, watch};
use crate::{project, tools};

const REQUIREMENTS: &str = "openapi/stranger/requirements.txt";

/// A client written from `openapi.json` and `realtime.md` alone.
pub(super) fn stranger(_: &Options) -> Result<Vec<Count>> {
    let python = tools::python(REQUIREMENTS)?;
    let served = Served::start("stranger", &[])?;
    let args = ["openapi/stranger/stranger.py", &served.url];
    let transcript = watch(&mut command(&project::root(), &python, &args))?;
    let counted = count::plain("documents", &transcript.lines);
    Ok(vec![count::ended(counted, transcript.is_success)])
}

/// Requests generated from `openapi.json`, with all checks; the seed makes a run repeatable.
pub(super) fn schemathesis(options: &Options) -> Result<Vec<Count>> {
    let python = tools::python(REQUIREMENTS)?;
    let served = Served::start("schemathesis", &[])?;
    let examples = if options.is_long { "2000" } else { "60" };
    let args = [
        "openapi/stranger/generated_requests.py",
        &served.url,
        "--examples",
        examples,
    ];
    let transcript = watch(&mut command(&project::root(), &python, &args))?;
    let counted = count::plain("generated requests", &transcript.lines);
    Ok(vec![count::ended(counted, transcript.is_success)])
}
