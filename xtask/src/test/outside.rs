//! The suites that know the engine only from its documents: the stranger and the generator of
//! requests. Both are Python programs in an environment of their own in the target folder.

use anyhow::Result;

use super::Options;
use super::count;
use super::outcome::Count;
use super::served::Served;
use crate::command::{command, watch};
use crate::servers::Servers;
use crate::{project, tools};

const REQUIREMENTS: &str = "openapi/stranger/requirements.txt";

/// What nodes derive their keys from; it guards nothing but a test's data.
const SECRET_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

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
///
/// What is for servers with a key goes to an engine without background work: nobody posts to the
/// addresses of webhooks that are made up there.
pub(super) fn schemathesis(options: &Options) -> Result<Vec<Count>> {
    let python = tools::python(REQUIREMENTS)?;
    let served = Served::start("schemathesis", &[])?;
    let servers = Servers::start()?;
    let settings = [
        ("RELAY_ROLES", "api"),
        ("RELAY_REDIS_URL", servers.redis()),
        ("RELAY_REDIS_PREFIX", "schemathesis-host"),
        ("RELAY_SECRET_KEY", SECRET_KEY),
    ];
    let host = Served::start("schemathesis-host", &settings)?;
    let key = host.beside(&settings, &["key", "create", "generated requests"])?;
    let examples = if options.is_long { "2000" } else { "60" };
    let args = [
        "openapi/stranger/generated_requests.py",
        &served.url,
        &host.url,
        "--examples",
        examples,
    ];
    let mut generated = command(&project::root(), &python, &args);
    let transcript = watch(generated.env("SERVER_KEY", key.trim()))?;
    let counted = count::plain("generated requests", &transcript.lines);
    Ok(vec![count::ended(counted, transcript.is_success)])
}
