//! `relaychat openapi`: the document of the REST API.

use relaychat_engine::Engine;

pub(crate) fn run() -> anyhow::Result<()> {
    println!("{}", Engine::openapi());
    Ok(())
}
